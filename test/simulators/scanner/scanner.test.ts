import { expect, test } from 'vitest';
import { aimIdentifier, createScanner } from '../../../simulators/scanner/scanner.ts';

function read(text: string, options?: { aim?: boolean; terminator?: '' | '\r\n' }) {
  const sent: Uint8Array[] = [];
  createScanner((bytes) => sent.push(bytes), { aim: false, terminator: '\r' }).send(text, options);
  return Buffer.concat(sent).toString('utf8');
}

test('a read is the text and the terminator the scanner is programmed for', () => {
  expect(read('4607001234567')).toBe('4607001234567\r');
});

test('affixes can be chosen for one read', () => {
  expect(read('4607001234567', { aim: true, terminator: '\r\n' })).toBe(']E04607001234567\r\n');
});

test('control characters inside a code are kept', () => {
  expect(read('0104607001234562215A\u001d93abcd', { terminator: '' })).toBe(
    '0104607001234562215A\u001d93abcd',
  );
});

test.each([
  ['4607001234567', ']E0'],
  ['46070012', ']E4'],
  ['0104607001234562215A\u001d93abcd', ']d2'],
  ['281234567890123456', ']C0'],
  ['https://qr.alipay.com/bavh4wjlxf12', ']Q1'],
])('%s is announced as %s', (text, aim) => {
  expect(aimIdentifier(text)).toBe(aim);
});
