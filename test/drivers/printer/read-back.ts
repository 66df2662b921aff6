/** Reads an encoded receipt back: which characters stand in which mode. Written for the tests from the command
 *  reference, and strict: an unknown command or text in the wrong mode is an error. */
import iconv from 'iconv-lite';

export interface ReadBack {
  readonly lines: readonly string[];
  readonly qr: readonly string[];
  readonly rasters: readonly {
    readonly bytesAcross: number;
    readonly rows: number;
    readonly data: Uint8Array;
  }[];
  readonly cuts: readonly string[];
  readonly pulses: readonly (readonly number[])[];
  readonly moduleDots: readonly number[];
}

export function readBack(bytes: Uint8Array, cp866Page: number): ReadBack {
  const lines: string[] = [];
  const qr: string[] = [];
  const rasters: { bytesAcross: number; rows: number; data: Uint8Array }[] = [];
  const cuts: string[] = [];
  const pulses: number[][] = [];
  const moduleDots: number[] = [];
  let line = '';
  let han = false;
  let page = -1;
  let stored = '';
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw new Error(`A command is cut short at ${at}.`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  const one = (): number => take(1)[0] ?? 0;

  function escapeCommand(): void {
    const command = String.fromCharCode(one());
    if (command === '@') {
      han = false;
      page = 0;
    } else if (command === 't') page = one();
    else if (command === 'p') pulses.push([...take(3)]);
    else if (command === 'd') for (let n = one(); n > 0; n -= 1) lines.push('');
    else if (command === 'a' || command === 'E') one();
    else throw new Error(`Unknown ESC ${command}`);
  }

  function groupCommand(): void {
    const command = String.fromCharCode(one());
    if (command === '!') one();
    else if (command === 'V') cuts.push([...take(2)].join(' '));
    else if (command === 'v') raster();
    else if (command === '(' && String.fromCharCode(one()) === 'k') qrFunction();
    else throw new Error(`Unknown GS ${command}`);
  }

  function raster(): void {
    const [, , xl = 0, xh = 0, yl = 0, yh = 0] = take(6);
    const bytesAcross = xl + 256 * xh;
    const rows = yl + 256 * yh;
    rasters.push({ bytesAcross, rows, data: take(bytesAcross * rows) });
  }

  function qrFunction(): void {
    const [low = 0, high = 0] = take(2);
    const body = take(low + 256 * high);
    if (body[0] !== 49) throw new Error('GS ( k of another symbol');
    if (body[1] === 67) moduleDots.push(body[2] ?? 0);
    if (body[1] === 80) stored = Buffer.from(body.subarray(3)).toString('utf8');
    if (body[1] === 81) qr.push(stored);
  }

  while (at < bytes.length) {
    const byte = one();
    if (byte === 0x1b) escapeCommand();
    else if (byte === 0x1d) groupCommand();
    else if (byte === 0x1c) han = one() === 0x26;
    else if (byte === 0x0a) {
      if (han) throw new Error('A line ends in Kanji mode.');
      lines.push(line);
      line = '';
    } else if (han) {
      const second = one();
      const four = second >= 0x30 && second <= 0x39;
      line += iconv.decode(Buffer.from([byte, second, ...(four ? take(2) : [])]), 'gb18030');
    } else {
      if (page !== cp866Page) throw new Error('Text under another code page.');
      line += iconv.decode(Buffer.from([byte]), 'cp866');
    }
  }
  return { lines, qr, rasters, cuts, pulses, moduleDots };
}
