import { describe, expect, test } from 'vitest';
import { type CardSettings, cardContradictions, cardPathsAt } from '../../gateway/card-config.ts';

const BANK: CardSettings['banks'][number] = {
  bank: 'bank-a',
  addresses: [{ host: '127.0.0.1', port: 8600 }],
  tls: null,
  profile: 'ascii',
  acquirerId: '00000000001',
  forwarderId: null,
  town: 'Blagoveshchen',
  country: 'RU',
  pinBlock: 'format0',
  mac: 'retail',
  zmk: 'bank-a.zmk',
  keysMadeBy: 'gateway',
  zoneKeyFile: 'keys/bank-a.json',
};
const SOUND: CardSettings = {
  hsm: { masterKeyFile: 'keys/lmk', keysFile: 'keys/keys.json', panKey: 'pan.key', hashKey: 'pan.hash' },
  terminalKeys: [{ ksnPrefix: 'FFFF9876', bdk: 'bdk', renewal: null }],
  pads: [{ tid: '10000001', ksnPrefix: 'FFFF987654321' }],
  bins: [{ prefix: '2200', scheme: 'mir', bank: 'bank-a', currency: 'RUB', converter: 'issuer' }],
  banks: [BANK],
  tcp: [],
};
const TIDS = new Set(['10000001']);
const faults = (changes: Partial<CardSettings>) =>
  cardContradictions({ ...SOUND, ...changes }, TIDS).join('; ');

test('a sound section has no contradictions, and its paths stand beside the file', () => {
  expect(faults({})).toBe('');
  const placed = cardPathsAt(SOUND, (path: string) => `/etc/amur/${path}`);
  expect(placed.hsm.keysFile).toBe('/etc/amur/keys/keys.json');
  expect(placed.banks[0]?.zoneKeyFile).toBe('/etc/amur/keys/bank-a.json');
});

/** Sets of which each but the last leads to the next. */
function renewed(prefixes: readonly string[]): CardSettings['terminalKeys'] {
  return prefixes.slice(0, -1).map((ksnPrefix, at) => ({
    ...{ ksnPrefix, bdk: `bdk.${at}` },
    renewal: { ksnPrefix: prefixes[at + 1] ?? '', bdk: `bdk.${at + 1}`, transportKey: 'tmk.{tid}' },
  }));
}

test('keys may be renewed again and again, each time to numbers that no pad has had', () => {
  expect(faults({ terminalKeys: renewed(['FFFF9871', 'FFFF9872', 'FFFF9873', 'FFFF9874']) })).toBe('');
});

describe('what contradicts itself is named', () => {
  const route = SOUND.bins[0];
  const keys = SOUND.terminalKeys[0];
  const rows: readonly (readonly [Partial<CardSettings>, string])[] = [
    [{ banks: [BANK, BANK] }, 'bank bank-a is listed twice'],
    [{ bins: route === undefined ? [] : [{ ...route, bank: 'bank-b' }] }, 'bank-b, which is not listed'],
    [{ bins: route === undefined ? [] : [{ ...route, currency: 'XYZ' }] }, 'XYZ is not a currency'],
    [{ bins: route === undefined ? [] : [route, route] }, 'cards beginning 2200 are listed twice'],
    [{ terminalKeys: keys === undefined ? [] : [keys, keys] }, 'terminal keys FFFF9876 are listed twice'],
    [{ pads: [{ tid: '10000009', ksnPrefix: 'FFFF' }] }, 'the terminal is not listed'],
    [
      {
        terminalKeys: [
          {
            ...{ ksnPrefix: 'FFFF9876', bdk: 'bdk' },
            renewal: { ksnPrefix: 'FFFF9876', bdk: 'bdk', transportKey: 'tmk.{tid}' },
          },
        ],
      },
      'the same keys again',
    ],
    [{ terminalKeys: renewed(['FFFF9871', 'FFFF9872', 'FFFF9873', 'FFFF9871']) }, 'the same keys again'],
    [
      { terminalKeys: [...renewed(['FFFF9871', 'FFFF9872']), ...renewed(['FFFF98720', 'FFFF98710'])] },
      'the same keys again',
    ],
    [
      { terminalKeys: [...renewed(['FFFF9871', 'FFFF9873']), ...renewed(['FFFF9872', 'FFFF9873'])] },
      'another renewal leads to FFFF9873 too',
    ],
  ];
  test.each(rows)('%#: %s', (changes, said) => {
    expect(faults(changes)).toContain(said);
  });
});
