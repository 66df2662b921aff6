/** Has tshark dissect framed messages, each in a TCP segment of its own, and gives back what it says of every data element. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Encoding } from './tshark-knowledge.ts';

export interface Dissected {
  readonly length: string;
  readonly mti: string;
  readonly malformed: boolean;
  /** By data element; those it did not find are absent. */
  readonly fields: ReadonlyMap<number, string>;
}

const PORT = 8583;
const BYTES_A_LINE = 32;
const OUTPUT_MAX = 1 << 30;
const DES = Array.from({ length: 127 }, (_, index) => index + 2);
/** Without the first it takes the length for little-endian and dissects nothing. */
const COMMON = 'iso8583.len_endian:Big endian';
const ASCII = 'iso8583.charset:Digits represented as ASCII Characters';
const NIBBLES = 'iso8583.charset:Digits represented in nibbles';
const AS_BYTES = 'iso8583.binencode:Bin data not encoded';
const AS_HEX = 'iso8583.binencode:Bin data represented as Hex Ascii characters';
const OPTIONS: Readonly<Record<Encoding, readonly string[]>> = {
  ascii: [COMMON, ASCII, AS_BYTES],
  'ascii-hex': [COMMON, ASCII, AS_HEX],
  bcd: [COMMON, NIBBLES, AS_BYTES],
};

export function tsharkVersion(): string {
  return run('tshark', ['--version']).split('\n')[0] ?? '';
}

export function dissect(encoding: Encoding, framed: readonly Uint8Array[]): readonly Dissected[] {
  const directory = mkdtempSync(join(tmpdir(), 'amur-witness-'));
  try {
    const dump = join(directory, 'messages.txt');
    const capture = join(directory, 'messages.pcap');
    writeFileSync(dump, framed.map(dumpOf).join('\n'));
    run('text2pcap', ['-q', '-T', `40000,${PORT}`, dump, capture]);
    const options = OPTIONS[encoding].flatMap((option) => ['-o', option]);
    const columns = [
      'iso8583.len',
      'iso8583.mti',
      'iso8583.MALFORMED',
      ...DES.map((de) => `iso8583.bit${de}`),
    ];
    const out = run('tshark', [
      '-r',
      capture,
      '-d',
      `tcp.port==${PORT},iso8583`,
      ...options,
      '-T',
      'fields',
      '-E',
      'separator=/t',
      ...columns.flatMap((column) => ['-e', column]),
    ]);
    return out.replace(/\n$/, '').split('\n').map(readLine);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readLine(line: string): Dissected {
  const [length = '', mti = '', malformed = '', ...values] = line.split('\t');
  const found = values.map((value, index) => [index + 2, value] as const).filter(([, value]) => value !== '');
  return { length, mti, malformed: malformed !== '', fields: new Map(found) };
}

/** Hexadecimal lines with their offsets, as text2pcap reads them; offset zero begins a packet. */
function dumpOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const pairs = Buffer.from(bytes.subarray(at, at + BYTES_A_LINE))
      .toString('hex')
      .replace(/../g, ' $&');
    lines.push(`${at.toString(16).padStart(6, '0')}${pairs}`);
  }
  return `${lines.join('\n')}\n`;
}

function run(command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'latin1', maxBuffer: OUTPUT_MAX });
  if (done.error !== undefined)
    throw new Error(`${command} cannot be run; install tshark: ${done.error.message}`);
  if (done.status !== 0)
    throw new Error(`${command} ended with ${done.status}: ${done.stderr.slice(0, 500)}`);
  return done.stdout;
}
