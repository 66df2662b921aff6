import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scan } from '../../../drivers/contract/scanner.ts';
import { openSerialScanner } from '../../../drivers/scanner/serial-scanner.ts';
import { openSerialTransport } from '../../../drivers/transport/serial.ts';
import { doubleTransport } from '../double-transport.ts';
import { openPty } from '../pty.ts';
import { realRuntime, until } from '../real-runtime.ts';
import { virtualRuntime } from '../virtual-runtime.ts';

function counter(): {
  transport: ReturnType<typeof doubleTransport>;
  runtime: ReturnType<typeof virtualRuntime>;
  scans: Scan[];
  say: (text: string) => void;
  close: () => Promise<void>;
} {
  const transport = doubleTransport();
  const runtime = virtualRuntime();
  const scanner = openSerialScanner(transport, runtime);
  const scans: Scan[] = [];
  scanner.onScan((scan) => scans.push(scan));
  return {
    transport,
    runtime,
    scans,
    say: (text) => transport.receive(Buffer.from(text, 'latin1')),
    close: () => scanner.close(),
  };
}

const reads = ']E04607001234567\r\n287654321098765432\r]d201\x1d21\n\r\n\n4600000000017\r';
const expected: readonly Scan[] = [
  { text: '4607001234567', source: 'serial', aim: ']E0' },
  { text: '287654321098765432', source: 'serial', aim: null },
  { text: '01\x1d21', source: 'serial', aim: ']d2' },
  { text: '4600000000017', source: 'serial', aim: null },
];

describe('whole reads', () => {
  test('end with CR, LF or both; GS stays and the AIM prefix is told apart', () => {
    const { scans, say } = counter();
    say(reads);
    expect(scans).toEqual(expected);
  });

  test('are the same wherever the bytes are split', () => {
    for (let split = 0; split <= reads.length; split += 1) {
      const { scans, say } = counter();
      say(reads.slice(0, split));
      say(reads.slice(split));
      expect(scans).toEqual(expected);
    }
    const { scans, say } = counter();
    for (const char of reads) say(char);
    expect(scans).toEqual(expected);
  });

  test('of UTF-8 keep their characters, and other bytes keep their values', () => {
    const { scans, transport } = counter();
    transport.receive(Buffer.from('茶 чай\r', 'utf8'));
    transport.receive(Uint8Array.of(0xff, 0x41, 0x0d));
    expect(scans.map((scan) => scan.text)).toEqual(['茶 чай', 'ÿA']);
  });
});

describe('what is not a read', () => {
  test('longer than the limit is dropped up to its end, and the next read is whole', () => {
    const { scans, say } = counter();
    say(`${'9'.repeat(513)}\r4600000000017\r`);
    expect(scans.map((scan) => scan.text)).toEqual(['4600000000017']);
  });

  test('a beginning whose rest does not come is discarded', async () => {
    const { scans, say, runtime } = counter();
    say('46000');
    await runtime.advance(299);
    say('00000017');
    await runtime.advance(300);
    say('\r4607001234567\r');
    expect(scans.map((scan) => scan.text)).toEqual(['4607001234567']);
  });

  test('a beginning from before a lost link is discarded', () => {
    const { scans, say, transport } = counter();
    say('46070');
    transport.become('absent');
    transport.become('ready');
    say('4600000000017\r');
    expect(scans.map((scan) => scan.text)).toEqual(['4600000000017']);
  });

  test('a prefix alone is no scan', () => {
    const { scans, say } = counter();
    say(']E0\r');
    expect(scans).toEqual([]);
  });

  test('random bytes never throw and never make a read with a terminator in it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 5 }), (chunks) => {
        const { scans, transport } = counter();
        for (const chunk of chunks) transport.receive(chunk);
        expect(scans.every((scan) => scan.text !== '' && !/[\r\n]/.test(scan.text))).toBe(true);
      }),
    );
  });
});

test('a closed scanner calls nobody', async () => {
  const { scans, say, close } = counter();
  await close();
  await close();
  say('4600000000017\r');
  expect(scans).toEqual([]);
});

test('a scan over a real serial port arrives whole', async () => {
  const pty = await openPty();
  const at = (path: string) => openSerialTransport({ address: { path }, baudRate: 9_600 }, realRuntime);
  const device = at(pty.devicePath);
  const scanner = openSerialScanner(at(pty.driverPath), realRuntime);
  const scans: Scan[] = [];
  scanner.onScan((scan) => scans.push(scan));
  await until(() => scanner.state === 'ready' && device.state === 'ready', 'both open');
  await device.write(Buffer.from(']Q3010460043993125621\x1d93\r\n'));
  await until(() => scans.length === 1, 'scanned');
  expect(scans).toEqual([{ text: '010460043993125621\x1d93', source: 'serial', aim: ']Q3' }]);
  await scanner.close();
  await device.close();
  await pty.dispose();
});
