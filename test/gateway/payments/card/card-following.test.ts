import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { parseMid, parseTid } from '../../../../gateway/kernel/identifiers.ts';
import { cumulativeShare, type Money, money, zero } from '../../../../gateway/kernel/money.ts';
import { convert } from '../../../../gateway/kernel/rate.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../../../gateway/kernel/time.ts';
import type { CardDecision } from '../../../../gateway/payments/card/card-events.ts';
import { openCompletion, openRefund, openVoid } from '../../../../gateway/payments/card/card-following.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import { type CardFacts, openCard } from '../../../../gateway/payments/card/card-opening.ts';
import type { CardRecord, DccTerms } from '../../../../gateway/payments/card/records.ts';
import { bankReference, identity } from '../../store/card-rows.ts';
import { quoteId } from '../../store/records.ts';
import { APPROVAL, bank, cardIn, DCC, eventOf, facts, NOW, TERMS, YUAN } from './card-samples.ts';

const rub = (minor: bigint): Money => money(minor, RUB);
const sale = cardIn('approved');
const preauth = cardIn('approved', 'preauthorisation');
const yuanSale = stepCard(
  openCard(facts(1, YUAN), TERMS, bankReference(), NOW).record,
  bank(APPROVAL),
  NOW,
).record;
const elsewhere = parseMid('100000000000002');

type Case = readonly [what: string, original: CardRecord | null, changes: Partial<CardFacts>, code: string];

describe('A refund', () => {
  const open = (original: CardRecord | null, changes: Partial<CardFacts> = {}) =>
    openRefund(
      facts(2, { kind: 'refund', amount: rub(40_000n), ...changes }),
      original,
      TERMS,
      bankReference(2),
      NOW,
    );

  test('goes to the bank and holds its amount on the original from the start', () => {
    const { record, original, answerCode } = open(sale);
    expect(record).toMatchObject({ state: 'sent', originalId: sale.cardId });
    expect(original).toMatchObject({
      refunded: rub(40_000n),
      refundsBooked: rub(0n),
      version: sale.version + 1,
    });
    expect(answerCode).toBeNull();
  });

  test('of the rest takes what others left, to the kopeck', () => {
    const after = open(sale).original ?? sale;
    expect(open(after, { amount: rub(60_001n) }).answerCode).toBe('61');
    expect(open(after, { amount: rub(60_000n) }).record.state).toBe('sent');
  });

  test('of a sale in yuan goes in yuan, with its part of the price', () => {
    const { record } = open(yuanSale, { amount: money(4_467n, CNY) });
    expect(record.dcc).toMatchObject({ price: rub(50_000n), quoteId: YUAN.dcc.quoteId });
    expect(open(yuanSale, { amount: rub(50_000n) }).answerCode).toBe('12');
  });

  test.each<Case>([
    ['of nothing known', null, {}, '25'],
    ['of another merchant’s sale', sale, { identity: identity(2, { mid: elsewhere }) }, '25'],
    ['of a refund', { ...sale, kind: 'refund' }, {}, '12'],
    ['of a pre-authorisation', preauth, {}, '12'],
    ['of a sale in flight', cardIn('sent'), {}, '12'],
    ['of a declined sale', cardIn('declined'), {}, '12'],
    ['of a sale that was given up', cardIn('reversing'), {}, '12'],
    ['in another currency', sale, { amount: money(100n, CNY) }, '12'],
    ['of no amount', sale, { amount: rub(0n) }, '13'],
    ['of more than was paid', sale, { amount: rub(100_001n) }, '61'],
  ])('%s is declined, and the original stays as it is', (_, original, changes, code) => {
    const decision = open(original, changes);
    expect(decision).toMatchObject({ original: null, advice: null, transfers: [], answerCode: code });
    expect(decision.record).toMatchObject({ state: 'declined', responseCode: code, bankReference: null });
    expect(decision.record.originalId).toBe(code === '25' ? null : sale.cardId);
  });

  test('may be made at another terminal of the merchant, and of a completion', () => {
    const other = { identity: identity(2, { tid: parseTid('00000002') }) };
    expect(open(sale, other).record.state).toBe('sent');
    expect(open({ ...sale, kind: 'completion' }).record.state).toBe('sent');
  });
});

describe('A completion', () => {
  const open = (original: CardRecord | null, changes: Partial<CardFacts> = {}, overBp = 0) =>
    openCompletion(
      facts(2, { kind: 'completion', amount: rub(80_000n), ...changes }),
      original,
      TERMS,
      bankReference(2, { mti: '0220' }),
      NOW,
      { completionOverBp: overBp },
    );

  test('stands at once: booked as a sale, and the bank is told', () => {
    const { record, original, advice, transfers, answerCode } = open(preauth);
    expect(record).toMatchObject({ state: 'approved', authCode: 'A12345', originalId: preauth.cardId });
    expect(original).toMatchObject({ state: 'approved', refunded: rub(80_000n) });
    expect(advice).toMatchObject({ bank: 'neva', kind: 'completion', cardId: record.cardId, cause: null });
    expect(transfers.map((t) => t.transferId)).toEqual([`card_sale:${record.cardId}`]);
    expect(answerCode).toBe('00');
  });

  test('happens once', () => {
    expect(open(open(preauth).original).answerCode).toBe('21');
  });

  test('in yuan books its part of the price', () => {
    const yuanPreauth = { ...yuanSale, kind: 'preauthorisation' } as const;
    const { record, transfers } = open(yuanPreauth, { amount: money(4_467n, CNY) });
    expect(record.dcc?.price).toEqual(rub(50_000n));
    expect(transfers[0]?.template).toBe('card_sale_dcc');
  });

  describe('that says its price', () => {
    const DAY_MS = 86_400_000;
    const rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
    const fen = (minor: bigint): Money => money(minor, CNY);

    const holdOf = (price: Money): CardRecord => {
      const amount = convert(price, rate, 'half_up');
      const dcc = { ...DCC, price, rate };
      const asked = facts(1, { kind: 'preauthorisation', amount, dcc });
      return stepCard(openCard(asked, TERMS, bankReference(), NOW).record, bank(APPROVAL), NOW).record;
    };
    const held = holdOf(rub(600_000n));
    /** 5,029.90 of 6,000.00, which are 532.26 yuan. */
    const yuan = fen(44_621n);
    const said = (minor: bigint, changes: Partial<DccTerms> = {}): DccTerms => ({
      ...DCC,
      ...{ price: rub(minor), rate },
      ...changes,
    });
    const owed = ({ transfers }: CardDecision) =>
      transfers[0]?.entries.find(({ account }) => account.startsWith('merchant_payable'))?.amount;

    test('owes the merchant that price to the kopeck, whichever way its yuan were rounded', () => {
      for (const amount of [fen(44_620n), fen(44_621n)]) {
        const done = open(held, { amount, dcc: said(502_990n) });
        expect(done.answerCode).toBe('00');
        expect(done.record.dcc).toEqual({ ...held.dcc, price: rub(502_990n) });
        expect(owed(done)).toEqual(rub(502_990n));
      }
    });

    test('may write the hold’s rate with more places', () => {
      const dcc = said(502_990n, { rate: { ...rate, value: 1_127_260n, scale: 5 } });
      expect(open(held, { amount: yuan, dcc }).record.dcc).toEqual({ ...held.dcc, price: rub(502_990n) });
    });

    test('of the whole hold is the hold’s own price, and never above it', () => {
      const whole = (minor: bigint) => open(held, { amount: held.amount, dcc: said(minor) });
      expect(owed(whole(600_000n))).toEqual(rub(600_000n));
      expect(owed(whole(599_995n))).toEqual(rub(599_995n));
      expect(whole(600_001n).answerCode).toBe('13');
    });

    test('may exceed the hold’s price with its yuan, where the contract lets it', () => {
      const more = { amount: fen(58_548n), dcc: said(660_000n) };
      expect(open(held, more).answerCode).toBe('61');
      expect(owed(open(held, more, 1_500))).toEqual(rub(660_000n));
    });

    test.each<[string, CardRecord, DccTerms]>([
      ['more than a fen above its yuan', held, said(503_010n)],
      ['more than a fen below its yuan', held, said(502_970n)],
      ['the whole hold’s for a part of its yuan', held, said(600_000n)],
      ['by another rate', held, said(502_990n, { rate: { ...rate, value: 112_727n } })],
      ['by another mark-up', held, said(502_990n, { markupBp: 151 })],
      ['by another quote', held, said(502_990n, { quoteId: quoteId(2) })],
      ['in another currency', held, said(502_990n, { price: fen(502_990n) })],
      ['of a hold that was not converted', { ...held, dcc: null }, said(502_990n)],
    ])('%s is declined', (_, original, dcc) => {
      expect(open(original, { amount: yuan, dcc })).toMatchObject({
        ...{ original: null, advice: null, transfers: [], answerCode: '13' },
      });
    });

    test('lets all its goods go back on another day, where a gift stays', () => {
      const refused: string[] = [];
      for (let goods = 99_000n; goods < 99_050n; goods += 1n) {
        const gift = rub(20_004n);
        const total = rub(goods + gift.amountMinor);
        const hold = holdOf(rub(300_000n));
        const amount = cumulativeShare(hold.amount, rub(300_000n), zero(RUB), total);
        const given = { charity: 'tiger', amount: gift };
        const { record } = open(hold, { amount, dcc: said(total.amountMinor), gift: given });
        const back = cumulativeShare(amount, total, zero(RUB), rub(goods));
        const refund = facts(3, { kind: 'refund', amount: back });
        const { answerCode } = openRefund(refund, record, TERMS, bankReference(3), NOW + DAY_MS);
        if (answerCode !== null) refused.push(`${goods}: ${answerCode}`);
      }
      expect(refused).toEqual([]);
    });
  });

  test('may exceed what was authorised only as far as the contract says', () => {
    expect(open(preauth, { amount: rub(100_001n) }).answerCode).toBe('61');
    expect(open(preauth, { amount: rub(115_000n) }, 1_500).answerCode).toBe('00');
    expect(open(preauth, { amount: rub(115_001n) }, 1_500).answerCode).toBe('61');
  });

  test.each<Case>([
    ['of nothing known', null, {}, '25'],
    ['of a sale', sale, {}, '12'],
    ['of a pre-authorisation that was given up', cardIn('reversing', 'preauthorisation'), {}, '21'],
    ['of a pre-authorisation in flight', cardIn('sent', 'preauthorisation'), {}, '12'],
    ['in another currency', preauth, { amount: money(100n, CNY) }, '12'],
    ['of no amount', preauth, { amount: rub(0n) }, '13'],
  ])('%s is declined', (_, original, changes, code) => {
    expect(open(original, changes)).toMatchObject({ original: null, advice: null, answerCode: code });
  });
});

describe('A void', () => {
  const open = (original: CardRecord | null, changes: Partial<CardFacts> = {}) =>
    openVoid(facts(2, { kind: 'void', ...changes }), original, TERMS, NOW);

  test('undoes its original here and now, and the bank is told', () => {
    const { record, original, advice, transfers, answerCode } = open(sale);
    expect(record).toMatchObject({ state: 'approved', responseCode: '00', originalId: sale.cardId });
    expect(original).toMatchObject({ state: 'reversing', reversalCause: 'void' });
    expect(advice).toMatchObject({ kind: 'reversal', cardId: sale.cardId, cause: 'void' });
    expect(transfers.map((t) => t.transferId)).toEqual([`card_sale_reversal:${sale.cardId}`]);
    expect(answerCode).toBe('00');
  });

  test('of a completion undoes the completion', () => {
    const completion: CardRecord = { ...sale, kind: 'completion' };
    expect(open(completion).transfers[0]?.transferId).toBe(`card_sale_reversal:${sale.cardId}`);
  });

  test.each<Case>([
    ['of nothing known', null, {}, '25'],
    ['of another merchant’s sale', sale, { identity: identity(2, { mid: elsewhere }) }, '25'],
    ['at another terminal', sale, { identity: identity(2, { tid: parseTid('00000002') }) }, '12'],
    ['in another batch', sale, { batch: '000002' }, '12'],
    ['of a pre-authorisation', preauth, {}, '12'],
    ['of a sale in flight', cardIn('sent'), {}, '12'],
    ['of a sale that was given up', cardIn('reversed'), {}, '12'],
    ['of a sale of which something was refunded', { ...sale, refunded: rub(1n) }, {}, '12'],
    ['in another currency', sale, { amount: money(100_000n, CNY) }, '12'],
    ['of a part', sale, { amount: rub(99_999n) }, '13'],
  ])('%s is declined', (_, original, changes, code) => {
    expect(open(original, changes)).toMatchObject({ original: null, advice: null, answerCode: code });
  });

  test.each([
    // Its sale is of noon on the 21st in Moscow.
    ['on the day of its sale', '2026-11-21T20:59:59Z', '1121205959', '00'],
    ['first sent on that day, coming after midnight', '2026-11-21T21:00:02Z', '1121205958', '00'],
    ['first sent on that day, coming a day late', '2026-11-22T20:59:59Z', '1121205958', '00'],
    ['first sent on that day, coming two days late', '2026-11-22T21:00:00Z', '1121205958', '12'],
    ['sent on the day after', '2026-11-21T21:00:02Z', '1121210001', '12'],
    ['of a day that is none, on the day after', '2026-11-21T21:00:02Z', '1199999999', '12'],
  ])('%s', (_, at, transmittedAt, code) => {
    const message = facts(2, { kind: 'void', identity: identity(2, { transmittedAt }) });
    expect(openVoid(message, sale, TERMS, Date.parse(at)).answerCode).toBe(code);
  });

  test.each([
    ['late in the evening', '2026-11-21T21:00:02Z', '1121235958', '00'],
    ['in its first hours', '2026-11-22T06:00:00Z', '1121003000', '00'],
    ['after midnight', '2026-11-21T21:30:02Z', '1122003000', '12'],
  ])('that says its terminal’s own time, %s, is of that day in Moscow', (_, at, transmittedAt, code) => {
    const message = facts(2, { kind: 'void', identity: identity(2, { transmittedAt }) });
    const { answerCode } = openVoid(message, sale, TERMS, Date.parse(at), MOSCOW_OFFSET_MINUTES);
    expect(answerCode).toBe(code);
  });

  test('of a sale in the first hours of a year is of its day by Moscow’s clock', () => {
    const early: CardRecord = { ...sale, businessDate: '2027-01-01' };
    const message = facts(2, { kind: 'void', identity: identity(2, { transmittedAt: '1231213000' }) });
    expect(openVoid(message, early, TERMS, Date.parse('2027-01-02T06:00:00Z')).answerCode).toBe('00');
  });

  test('cannot be undone: asking for it changes nothing, and is not answered as if it did', () => {
    const { record } = open(sale);
    expect(stepCard(record, eventOf('tillReverses'), NOW)).toMatchObject({ record, answerCode: '12' });
    expect(stepCard(record, eventOf('saleClosed'), NOW).record).toBe(record);
  });
});
