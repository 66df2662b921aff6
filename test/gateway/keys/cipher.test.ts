import { createCipheriv } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockCipher, oddParity } from '../../../gateway/keys/cipher.ts';
import { toHex } from '../../../gateway/keys/octets.ts';
import { seededRandom } from './hsm-world.ts';
import { refusal } from './refusal.ts';

const random = seededRandom('ciphers');

test.each([
  ['tdes', 24, 'des-ede3-cbc', 8],
  ['aes', 16, 'aes-128-cbc', 16],
  ['aes', 24, 'aes-192-cbc', 16],
  ['aes', 32, 'aes-256-cbc', 16],
] as const)(
  '%s of %s bytes is what a cipher made anew says, after any number of calls',
  (algorithm, bytes, name, size) => {
    const key = random.bytes(bytes);
    const lasting = new BlockCipher(algorithm, key);
    const calls = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(calls, (asked) => {
        for (const [blocks, withIv] of asked) {
          const clear = random.bytes(blocks * size);
          const iv = withIv ? random.bytes(size) : undefined;
          const secret = lasting.encryptCbc(clear, iv);
          const anew = createCipheriv(name, key, iv ?? new Uint8Array(size)).setAutoPadding(false);
          expect(toHex(secret)).toBe(toHex(Buffer.concat([anew.update(clear), anew.final()])));
          expect(toHex(lasting.decryptCbc(secret, iv))).toBe(toHex(clear));
        }
      }),
    );
  },
);

test('a part of a block is a bug, not an input', () => {
  expect(() => new BlockCipher('aes', random.bytes(16)).encryptBlock(new Uint8Array(15))).toThrow(
    'part of a block',
  );
});

test('keys of other lengths are refused', () => {
  for (const length of [0, 7, 15, 32])
    expect(refusal(() => new BlockCipher('tdes', random.bytes(length)))).toBe('KEY_MALFORMED');
  for (const length of [0, 8, 20, 33])
    expect(refusal(() => new BlockCipher('aes', random.bytes(length)))).toBe('KEY_MALFORMED');
});

test('odd parity touches the lowest bit only', () => {
  expect(toHex(oddParity(Uint8Array.of(0x00, 0x01, 0x02, 0x03, 0xfe, 0xff)))).toBe('01010202FEFE');
});

test.each([16, 24, 32])('blocks enciphered by themselves under %s bytes chain nothing', (bytes) => {
  const cipher = new BlockCipher('aes', random.bytes(bytes));
  const blocks = [random.bytes(16), random.bytes(16)];
  const alone = blocks.map((block) => cipher.encryptBlock(block));
  for (let time = 0; time < 2; time += 1)
    expect(toHex(cipher.encryptEach(Buffer.concat(blocks)))).toBe(toHex(Buffer.concat(alone)));
});

test('the room names no cipher mode that BoringSSL as Electron carries it lacks', () => {
  const room = new URL('../../../gateway/keys/', import.meta.url);
  const named = readdirSync(room).flatMap((file) => [
    ...readFileSync(new URL(file, room), 'utf8').matchAll(/'((?:des|aes|id|camellia|sm4)-[^']*)'/g),
  ]);
  expect(new Set(named.map(([, mode]) => mode))).toEqual(
    new Set([
      'des-ede3-cbc',
      'aes-128-cbc',
      'aes-192-cbc',
      'aes-256-cbc',
      'aes-128-ecb',
      'aes-192-ecb',
      'aes-256-ecb',
      'aes-128-gcm',

      'aes-256-gcm',
    ]),
  );
});
