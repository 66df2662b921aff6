import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { pack } from '../../gateway/iso8583/codec.ts';
import { parseMti } from '../../gateway/iso8583/mti.ts';
import { packCardData } from '../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { buildTlv } from '../../gateway/iso8583/tlv.ts';
import { clearPinBlock } from '../../gateway/keys/pin-block.ts';
import { passesLuhn, track2Of, type VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import { CardDataScanner } from './card-data-scan.ts';
import { drawer, WRONG_PIN } from './card-drawer.ts';

const CARDS = drawer();
const SCANNER = new CardDataScanner(CARDS, [WRONG_PIN]);
/** Of sixteen and of nineteen digits: both begin a byte, only one ends it. */
const CARD_NAMES = ['mir-rub', 'unionpay-cny'];
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function found(file: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'amur-scan-'));
  folders.push(folder);
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
  return SCANNER.scan(folder).findings.join('\n');
}

function database(values: readonly (string | Uint8Array)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'amur-scan-'));
  folders.push(folder);
  const db = new Database(join(folder, 'gateway.sqlite'));
  db.exec('CREATE TABLE kept (value BLOB)');
  for (const value of values) db.prepare('INSERT INTO kept VALUES (?)').run(value);
  db.close();
  const report = SCANNER.scan(folder);
  return report.findings.join('\n');
}

const cardNamed = (name: string): VirtualCard => {
  const card = CARDS.find((one) => one.name === name);
  if (card === undefined) throw new Error(`There is no card ${name}.`);
  return card;
};

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const between = (bytes: Uint8Array): Buffer => Buffer.concat([latin1('before '), bytes, latin1(' after')]);
const bcd = (nibbles: string): Buffer => Buffer.from(nibbles, 'hex');
const grouped = (digits: string, by: string): string => digits.replace(/(.{4})(?=.)/g, `$1${by}`);

/** Every way in which a row of digits may lie in a file. */
const FORMS: Readonly<Record<string, (digits: string) => Uint8Array>> = {
  text: (digits) => between(latin1(digits)),
  'text inside other digits': (digits) => between(latin1(`98${digits}76`)),
  'with spaces': (digits) => between(latin1(grouped(digits, ' '))),
  'with dashes': (digits) => between(latin1(grouped(digits, '-'))),
  'digit by digit': (digits) => between(latin1([...digits].join(' '))),
  'hexadecimal of text': (digits) => between(latin1(latin1(digits).toString('hex'))),
  'hexadecimal of text, spaced': (digits) =>
    between(
      latin1(
        latin1(digits)
          .toString('hex')
          .replace(/(..)(?=.)/g, '$1 '),
      ),
    ),
  'a list of byte values': (digits) => latin1(JSON.stringify(latin1(digits).toJSON())),
  'BCD from the high nibble': (digits) => between(bcd(digits.length % 2 === 0 ? digits : `${digits}f`)),
  'BCD from the low nibble': (digits) => between(bcd(digits.length % 2 === 0 ? `a${digits}b` : `a${digits}`)),
  'hexadecimal of BCD': (digits) => between(latin1(digits)),
  'UTF-16, little end first': (digits) => between(Buffer.from(digits, 'utf16le')),
  'UTF-16, big end first': (digits) => between(Buffer.from(digits, 'utf16le').swap16()),
  'base64, place 0': (digits) => latin1(latin1(`abc${digits}xy`).toString('base64')),
  'base64, place 1': (digits) => latin1(latin1(`abcd${digits}xy`).toString('base64')),
  'base64, place 2': (digits) => latin1(latin1(`abcde${digits}xy`).toString('base64')),
  'base64 for addresses': (digits) => latin1(latin1(`ab${digits}xy`).toString('base64url')),
  'base64 of BCD, place 0': (digits) => latin1(base64OfBcd('', digits)),
  'base64 of BCD, place 1': (digits) => latin1(base64OfBcd('c1', digits)),
  'base64 of BCD, place 2': (digits) => latin1(base64OfBcd('c1d2', digits)),
  'base64 of BCD from the low nibble': (digits) => latin1(base64OfBcd('e', digits)),
};

function base64OfBcd(before: string, digits: string): string {
  const nibbles = `${before}${digits}`;
  return bcd(nibbles.length % 2 === 0 ? `${nibbles}aabb` : `${nibbles}cddee`).toString('base64');
}

describe.each(CARD_NAMES)('of card %s is found', (name) => {
  test.each(Object.keys(FORMS))('its number as %s', (form) => {
    const { pan } = cardNamed(name);
    expect(found('logs/gateway.log', FORMS[form]?.(pan) ?? '')).toContain(`${name}: number`);
  });

  test.each(Object.keys(FORMS))('its PIN as %s', (form) => {
    const { pin } = cardNamed(name);
    expect(found('terminal/journal.db-wal', FORMS[form]?.(pin) ?? '')).toContain(`${name}: PIN`);
  });

  test('its track', () => {
    const track = track2Of(cardNamed(name));
    expect(found('gateway-output.txt', latin1(track))).toMatch(/: number[\s\S]*track tail/);
    const nibbles = track.replace('=', 'd');
    expect(found('gateway.sqlite-wal', bcd(nibbles.length % 2 === 0 ? nibbles : `${nibbles}f`))).toContain(
      'track tail',
    );
  });

  test.each([0, 3] as const)('its PIN in a clear block of format %i', (format) => {
    const { pin, pan } = cardNamed(name);
    const random = { bytes: (length: number) => new Uint8Array(length).fill(0xbc) };
    const block = Buffer.from(clearPinBlock(format, pin, pan, random));
    for (const content of [between(block), latin1(block.toString('hex').toUpperCase())])
      expect(found('terminal/trace.bin', content)).toContain(`${name}: PIN`);
  });

  test('its PIN in a clear block of format 4', () => {
    const { pin } = cardNamed(name);
    const block = bcd(`${`4${pin.length.toString(16)}${pin}`.padEnd(16, 'a')}0123456789abcdef`);
    expect(found('core.bin', block)).toContain(`${name}: PIN`);
  });
});

test('a wrong PIN is as secret as a right one', () => {
  expect(found('logs/terminal.log', WRONG_PIN)).toContain('wrong PIN');
});

test('a card that nobody knows is found by its form, and a masked one is not', () => {
  const numbers = Array.from('0123456789', (last) => `220000019999999${last}`);
  for (const pan of numbers) {
    const said = found('logs/gateway.log', JSON.stringify({ pan }));
    if (passesLuhn(pan)) expect(said).toContain("a number of a card's form");
    else expect(said).toBe('');
  }
  expect(numbers.filter(passesLuhn)).toHaveLength(1);
  expect(found('logs/gateway.log', '{"pan":"220000******9993"}')).toBe('');
});

test('memory that was dumped is a finding by itself', () => {
  expect(found('core', 'anything')).toContain('dumped memory');
});

test('what the issuer and the PIN pad hold is their own', () => {
  for (const file of ['bank/mir-bank/books.sqlite', 'counter/pin-pad.json', 'drawer.json'])
    expect(found(file, cardNamed('mir-rub').pan)).toBe('');
  expect(found('counter/receipts/0001.txt', cardNamed('mir-rub').pan)).toContain('number');
});

describe('by structure, of a card that is in no drawer', () => {
  const base = { 3: '000000', 4: '000000010000', 7: '1122081500', 11: '000001', 41: '00000003' };
  const message = (fields: Readonly<Record<number, string | Uint8Array>>): Uint8Array => {
    const all: (string | Uint8Array | undefined)[] = [];
    for (const [de, value] of Object.entries({ ...base, ...fields })) all[Number(de)] = value;
    return pack(bcdProfile, { mti: parseMti('0200'), fields: all });
  };
  const other = '4000001234562';

  test.each([
    ['DE2', message({ 2: other })],
    ['DE35', message({ 35: `${other}=3001101000` })],
    ['DE45', message({ 45: `B${other}^NOBODY^3001101000` })],
    ['DE52', message({ 52: bcd('0123456789abcdef') })],
    ['tag 57', message({ 55: buildTlv([{ tag: '57', value: bcd('4000001234562d30') }]) })],
    ['tag 57', buildTlv([{ tag: '57', value: bcd('4000001234562d3011') }])],
    ['tag 5A', buildTlv([{ tag: '70', value: buildTlv([{ tag: '5A', value: bcd('4000001234562f') }]) }])],
    [
      'DE59 PIN block',
      message({
        59: packCardData({
          account: null,
          mac: null,
          pin: { algorithm: 'aes', ksn: new Uint8Array(12), bytes: new Uint8Array(16), format: 4 },
        }),
      }),
    ],
  ] as const)('%s in a stored message', (what, bytes) => {
    expect(database([bytes])).toContain(`${what} at rest`);
    expect(database([JSON.stringify({ kept: Buffer.from(bytes).toString('hex') })])).toContain(what);
    expect(database([Buffer.from(bytes).toString('base64')])).toContain(what);
    expect(found('logs/gateway.log', Buffer.from(bytes).toString('hex'))).toContain(what);
  });

  test('nothing where a count and a time stand behind what looks like the tag', () => {
    expect(database(['5A080000311122144505'])).toBe('');
  });

  test('nothing in a message without them', () => {
    expect(database([message({})])).toBe('');
  });
});
