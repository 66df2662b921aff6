import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptorName } from '../../../gateway/banks/acceptor-name.ts';
import { backoffMs } from '../../../gateway/banks/backoff.ts';
import { packPrivateText, parsePrivateText } from '../../../gateway/banks/private-text.ts';
import { linkWorld, sale } from './link-world.ts';

describe('DE43', () => {
  test('spells Russian in Latin letters, in columns of its own', () => {
    expect(acceptorName('Щука и Ёж, №5', 'Хабаровск', 'RU')).toBe('Shchuka i Ezh, No5     Khabarovsk     RU');
    expect(acceptorName('茶馆', 'MOSCOW', 'RU').slice(0, 2)).toBe('??');
  });

  test('is at most 40 printable ASCII characters whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (name, town) => {
        expect(acceptorName(name, town, 'RU')).toMatch(/^[ -~]{40}$/);
      }),
    );
  });
});

describe('DE48', () => {
  test('reads back what was packed, and leaves unknown tags aside', () => {
    const text = packPrivateText([
      ['KN', 'ZPK'],
      ['OR', ''],
      ['KC', 'A1B2C3'],
    ]);
    expect(text).toBe('KN003ZPKKC006A1B2C3');
    expect(parsePrivateText(`${text}XX002ab`)?.get('KC')).toBe('A1B2C3');
    expect(packPrivateText([['KB', 'x'.repeat(995)]])).toBeNull();
  });

  test('that does not add up is nothing', () => {
    for (const text of ['KN', 'KN004ZPK', 'KN003ZPKKN003ZAK', 'kn003ZPK', 'KN-03ZPK', 'KN003ZPK ']) {
      expect(parsePrivateText(text)).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parsePrivateText(text);
        return parsed === null || parsed instanceof Map;
      }),
    );
  });
});

test('Backoff doubles up to its longest, and draws a random half of it.', () => {
  const least = { bytes: () => Uint8Array.of(0, 0) };
  const most = { bytes: () => Uint8Array.of(255, 255) };
  expect([0, 1, 2, 6, 50].map((failures) => backoffMs(500, 30_000, failures, least))).toEqual([
    250, 500, 1_000, 15_000, 15_000,
  ]);
  expect(backoffMs(500, 30_000, 50, most)).toBeLessThanOrEqual(30_000);
});

test('No bytes from a bank, in any pieces, keep the link from serving the next sale.', async () => {
  const link = linkWorld(
    {},
    { connections: 1, backoffFirstMs: 10, backoffLongestMs: 10, frameTimeoutMs: 50 },
  );
  await link.up();
  await link.world.complete(link.bank.request(sale(link)));
  const [packed] = link.host.packed.filter((bytes) => bytes[1] === 0x32);
  const mutated = fc.tuple(fc.nat(400), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(packed ?? []);
    bytes[at % bytes.length] = byte;
    bytes.write('0210', 0);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  });
  const noise = fc.uint8Array({ maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, noise), fc.nat(400), async (bytes, cut) => {
      const { line } = link.host;
      line.send(bytes.subarray(0, cut));
      line.send(bytes.subarray(cut));
      await link.world.advance(120);
      expect(await link.world.runUntil(() => link.bank.up, 5_000)).toBe(true);
      expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    }),
    { numRuns: 300 },
  );
});
