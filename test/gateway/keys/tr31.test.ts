import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyBlockHeader } from '../../../gateway/keys/key-block-header.ts';
import { fromHex, toHex } from '../../../gateway/keys/octets.ts';
import { unwrapKeyBlock, wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import published from '../../fixtures/crypto.json' with { type: 'json' };
import { seededRandom } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const random = seededRandom('key blocks');
const TYPED = ['KEY_BLOCK_MALFORMED', 'KEY_BLOCK_MAC_WRONG', 'KEY_BLOCK_UNSUPPORTED', 'KEY_MALFORMED'];
const { blocks } = published.tr31;

describe.each(blocks)('the published block $name', ({ kbpk, block }) => {
  const key = fromHex(kbpk);

  test('is refused after any one character was changed', () => {
    for (let at = 0; at < block.length; at += 1)
      for (const other of ['0', 'F', 'a', 'é']) {
        if (block.charAt(at) === other) continue;
        const changed = block.slice(0, at) + other + block.slice(at + 1);
        expect(TYPED).toContain(refusal(() => unwrapKeyBlock(key, changed)));
      }
  });

  test('is refused cut short anywhere, or with anything behind it', () => {
    for (let length = 0; length < block.length; length += 1)
      expect(TYPED).toContain(refusal(() => unwrapKeyBlock(key, block.slice(0, length))));
    for (const more of ['0', '00', '0'.repeat(16), '0'.repeat(32)])
      expect(TYPED).toContain(refusal(() => unwrapKeyBlock(key, block + more)));
  });

  test('is refused under another key', () => {
    const other = Uint8Array.from(key);
    // The lowest bit of a DES key is parity and takes no part in the cipher; the second does.
    other[0] = (other[0] ?? 0) ^ 2;
    expect(refusal(() => unwrapKeyBlock(other, block))).toBe('KEY_BLOCK_MAC_WRONG');
  });
});

const header = (change: Partial<KeyBlockHeader> = {}): KeyBlockHeader => ({
  version: 'D',
  usage: 'P0',
  algorithm: 'T',
  modeOfUse: 'E',
  keyVersion: '00',
  exportability: 'E',
  optional: [],
  ...change,
});

test('what was wrapped unwraps to the same key and the same header', () => {
  const optional = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('KS', 'KV', 'TS', 'LB', 'IK'),
      data: fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), maxLength: 300 }),
    }),
    { selector: ({ id }) => id, maxLength: 4 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom('B' as const, 'D' as const),
      fc.constantFrom(16, 24),
      optional,
      (version, bytes, options) => {
        const kbpk = random.bytes(version === 'D' ? 32 : 24);
        const key = random.bytes(bytes);
        const block = wrapKeyBlock(kbpk, header({ version, optional: options }), key, random);
        const opened = unwrapKeyBlock(kbpk, block);
        expect(Number(block.slice(1, 5))).toBe(block.length);
        expect(toHex(opened.key)).toBe(toHex(key));
        expect(opened.header.optional.filter(({ id }) => id !== 'PB')).toEqual(options);
        expect({ ...opened.header, optional: [] }).toEqual(header({ version }));
      },
    ),
  );
});

test('every attribute of the header is bound: changed, the block does not open', () => {
  const kbpk = random.bytes(32);
  const block = wrapKeyBlock(kbpk, header(), random.bytes(16), random);
  const changes = [
    [5, 'D0'],
    [7, 'A'],
    [8, 'B'],
    [9, '01'],
    [11, 'N'],
  ] as const;
  for (const [at, text] of changes) {
    const changed = block.slice(0, at) + text + block.slice(at + text.length);
    expect(refusal(() => unwrapKeyBlock(kbpk, changed))).toBe('KEY_BLOCK_MAC_WRONG');
  }
});

test('A and C are never written', () => {
  for (const version of ['A', 'C'] as const)
    expect(refusal(() => wrapKeyBlock(random.bytes(16), header({ version }), random.bytes(16), random))).toBe(
      'KEY_BLOCK_UNSUPPORTED',
    );
});

test('a key or protection key of a wrong length is refused', () => {
  const wrap = (kbpk: number, key: number, change: Partial<KeyBlockHeader> = {}) =>
    refusal(() => wrapKeyBlock(random.bytes(kbpk), header(change), random.bytes(key), random));
  expect(wrap(32, 8)).toBe('KEY_MALFORMED');
  expect(wrap(32, 17, { algorithm: 'A' })).toBe('KEY_MALFORMED');
  expect(wrap(20, 16)).toBe('KEY_MALFORMED');
  expect(wrap(32, 16, { version: 'B' })).toBe('KEY_MALFORMED');
  expect(wrap(32, 32, { algorithm: 'A' })).toBe('nothing was refused');
});

test('a header that cannot be said is not written', () => {
  const wrap = (change: Partial<KeyBlockHeader>) =>
    refusal(() => wrapKeyBlock(random.bytes(32), header(change), random.bytes(16), random));
  expect(wrap({ usage: 'P' })).toBe('KEY_BLOCK_MALFORMED');
  expect(wrap({ modeOfUse: '' })).toBe('KEY_BLOCK_MALFORMED');
  expect(wrap({ optional: [{ id: 'TS', data: 'é' }] })).toBe('KEY_BLOCK_MALFORMED');
  expect(wrap({ optional: [{ id: 'TS', data: '0'.repeat(9990) }] })).toBe('KEY_BLOCK_MALFORMED');
});

test('random text is refused with a typed error', () => {
  const kbpk = random.bytes(32);
  const noise = fc.tuple(
    fc.constantFrom('A', 'B', 'C', 'D', 'E', ''),
    fc.string({ unit: 'binary-ascii', maxLength: 200 }),
  );
  fc.assert(
    fc.property(noise, ([version, text]) => {
      const length = String(text.length + 5).padStart(4, '0');
      expect(TYPED).toContain(refusal(() => unwrapKeyBlock(kbpk, version + length + text)));
    }),
  );
});
