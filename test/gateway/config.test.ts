import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, readGatewayConfig } from '../../gateway/config.ts';
import { TERMS } from './payments/samples.ts';

const CHARITY = { charity: 'tiger', name: 'Фонд', nameZh: '基金会', nameEn: 'Charity' };

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

test('a contract may have a fixed fee, bounds, tiers and a group whose mark-up it takes', () => {
  const withTerms = (terms: object) => ({ merchants: [{ ...merchant, terms: { ...TERMS, ...terms } }] });
  const fee = { fixedMinor: '300', capMinor: '20000', tiers: [{ fromMinor: '100000', mdrBp: 150 }] };
  const terms = { fee, markupGroup: 'hotels' };
  expect(read(withTerms(terms)).merchants[0]?.terms).toMatchObject(terms);
  expect(fault(withTerms({ fee: { fixedMinor: '3.00' } }))).toContain('/merchants/0/terms/fee/fixedMinor');
});

test('rates may come by folder and address, and be held against a second source', () => {
  const second = { file: 's.csv', shape: 'table', source: 'CFETS', widestBp: 300, apartDaysMost: 3 };
  const address = { url: 'https://www.cbr.ru/scripts/XML_daily.asp', everyMs: 1, retryMs: 1, timeoutMs: 1 };
  const rates = { ...sound.rates, folder: 'rates', second, address, quoteKeyFile: 'quote.key' };
  expect(read({ rates }).rates).toMatchObject({ folder: join(folder, 'rates'), second: { source: 'CFETS' } });
  const plain = { ...address, url: 'http://www.cbr.ru/' };
  expect(fault({ rates: { ...rates, address: plain } })).toContain('/rates/address/url');
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
      'a charity listed twice',
      { charities: [CHARITY, { ...CHARITY, name: 'Другой' }] },
      'charity tiger is listed twice',
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
      'an acquirer that converts and waits for the next day’s rate with a refund',
      withTerms({ refundRatePolicy: 'next_day' }),
      "merchant 100000000000001: where the acquirer converts, a refund cannot wait for the next day's rate",
    ],
    [
      'a merchant that is paid the order, though the wallet converts it',
      withTerms({ converter: 'wallet', paidIn: 'order' }),
      'merchant 100000000000001: where the wallet converts, the merchant is paid what it settles',
    ],
    [
      'a fee whose cap is below its floor',
      withTerms({ fee: { floorMinor: '200', capMinor: '100' } }),
      'merchant 100000000000001: the cap of its fee is below the floor, or its tiers do not rise',
    ],
    [
      'tiers that do not rise',
      withTerms({ fee: { tiers: [{ fromMinor: '0', mdrBp: 1 }] } }),
      'merchant 100000000000001: the cap of its fee is below the floor, or its tiers do not rise',
    ],
    [
      'a second source of rates that nobody names',
      { rates: { ...sound.rates, second: { file: 's', shape: 'table', widestBp: 1, apartDaysMost: 1 } } },
      'a table does not say whose it is, so the second source is named',
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
