import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, readGatewayConfig } from '../../gateway/config.ts';
import { TERMS } from './payments/samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MID = '100000000000001';
const merchant = {
  mid: MID,
  name: 'ООО Амур',
  nameZh: '阿穆尔',
  inn: '2801000000',
  address: 'Благовещенск',
  markupBp: 150,
  terms: TERMS,
};
const sound = {
  name: 'amur-gateway',
  listen: { host: '127.0.0.1', port: 0 },
  tls: { certFile: 'gateway.crt', keyFile: 'gateway.key' },
  databaseFile: 'data/gateway.sqlite',
  activationLifeMs: 86_400_000,
  rates: {
    file: 'XML_daily.xml',
    rereadEveryMs: 5_000,
    quoteLifeMs: 300_000,
    maxAgeDays: 14,
    sanity: { lowest: '5', highest: '25' },
  },
  alipay: {
    gatewayUrl: 'https://openapi.alipay.com/gateway.do',
    appId: '2021000000000001',
    sellerId: '2088000000000001',
    privateKeyFile: 'app.pem',
    alipayPublicKeyFile: 'alipay.pem',
    caFile: null,
    notifyUrl: null,
    timeoutMs: 5_000,
    timeoutExpress: '3m',
  },
  merchants: [merchant],
  terminals: [{ tid: '10000001', mid: MID }],
};

function read(changes: object) {
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify({ ...sound, ...changes }));
  return readGatewayConfig(file);
}

function fault(changes: object): string {
  try {
    read(changes);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('a sound file is read, with its paths beside it', () => {
  expect(read({}).databaseFile).toBe(join(folder, 'data/gateway.sqlite'));
});

test('what a contract says of cards may be left out, wholly or in part', () => {
  const withCards = (cards: object) => ({ merchants: [{ ...merchant, terms: { ...TERMS, cards } }] });
  const cards = { mdrBp: 210, categoryCode: '5411', town: 'Blagoveshchensk'.slice(0, 13) };
  expect(read({}).merchants[0]?.terms.cards).toBeUndefined();
  expect(read(withCards(cards)).merchants[0]?.terms.cards).toEqual(cards);
  expect(fault(withCards({ categoryCode: '541' }))).toContain('/merchants/0/terms/cards/categoryCode');
  expect(fault(withCards({ town: 'Благовещенск' }))).toContain('/merchants/0/terms/cards/town');
});

describe('a delay that a timer cannot keep is refused, because it would fire at once', () => {
  const tooLong = 2_147_483_648;
  test.each([
    ['/rates/rereadEveryMs', { rates: { ...sound.rates, rereadEveryMs: tooLong } }],
    ['/alipay/timeoutMs', { alipay: { ...sound.alipay, timeoutMs: tooLong } }],
    ['/payments/inquiryEveryMs', { payments: { inquiryEveryMs: tooLong } }],
    ['/run/leaseMs', { run: { leaseMs: 0 } }],
    ['/edge/pingEveryMs', { edge: { pingEveryMs: 0 } }],
  ])('%s', (place, changes) => {
    expect(fault(changes)).toContain(place);
  });
});

describe('what contradicts itself is refused with the place and the remedy', () => {
  const withTerms = (terms: object) => ({ merchants: [{ ...merchant, terms: { ...TERMS, ...terms } }] });
  test.each([
    [
      'a terminal of a merchant that is not listed',
      { terminals: [{ tid: '10000001', mid: '999999999999999' }] },
      'terminal 10000001 belongs to merchant 999999999999999, which is not listed',
    ],
    [
      'a terminal listed twice',
      { terminals: [...sound.terminals, ...sound.terminals] },
      'terminal 10000001 is listed twice',
    ],
    [
      'a merchant listed twice',
      { merchants: [merchant, merchant] },
      'merchant 100000000000001 is listed twice',
    ],
    [
      'an acquirer that converts and settles in another currency than the yuan it orders',
      withTerms({ settleCurrency: 'RUB' }),
      'merchant 100000000000001: where the acquirer converts, the wallet settles in CNY',
    ],
    [
      'a settlement currency that nobody knows',
      withTerms({ converter: 'wallet', settleCurrency: 'QQQ' }),
      'merchant 100000000000001: QQQ is not a currency of ISO 4217',
    ],
  ])('%s', (_title, changes, sentence) => {
    expect(fault(changes)).toContain(sentence);
  });
});
