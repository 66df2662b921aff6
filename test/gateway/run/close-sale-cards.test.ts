import { describe, expect, test } from 'vitest';
import { parseMid, parseSaleId } from '../../../gateway/kernel/identifiers.ts';
import { stepCard } from '../../../gateway/payments/card/card-machine.ts';
import { openCard } from '../../../gateway/payments/card/card-opening.ts';
import { cardChanges } from '../../../gateway/payments/card/card-unit.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import { newSale } from '../../../gateway/payments/payment-opening.ts';
import type { SaleCards } from '../../../gateway/run/context.ts';
import { APPROVAL, bank, eventOf, facts, TERMS } from '../payments/card/card-samples.ts';
import { MERCHANT, TID, ulid } from '../payments/samples.ts';
import { adviceId, BANK, bankReference, cardId, identity } from '../store/card-rows.ts';
import { type Counter, openCounter } from './counter.ts';

const SALE = parseSaleId(ulid('S1'));
const CLOSE = {
  saleId: SALE,
  disposition: 'set_aside',
  reason: 'Другая касса',
  operator: 'Старшая',
  closedAt: Date.parse('2026-11-21T09:10:00Z'),
} as const;

class Banks implements SaleCards {
  readonly told: string[] = [];
  #given = 0;

  adviceNumbers() {
    this.#given += 1;
    return { adviceId: adviceId(this.#given), stan: `00090${this.#given}`, transmittedAt: '1121091000' };
  }

  committed(advised: readonly string[]): void {
    this.told.push(...advised);
  }
}

const NO_NUMBERS = {
  answer: null,
  adviceNumbers: () => {
    throw new Error('No advice is due yet.');
  },
};

/** A card sale of the sale, in flight; approved when told so. */
async function cardSale(c: Counter, approved: boolean): Promise<CardRecord> {
  const mid = parseMid(MERCHANT.mid);
  const about = facts(1, { saleId: SALE, identity: identity(1, { tid: TID, mid }) });
  const now = c.store.now();
  const { record } = openCard(about, TERMS, bankReference(), now);
  const sale = newSale({ saleId: SALE, tid: TID, mid }, null);
  await c.store.commit([
    { kind: 'sale.insert', row: sale },
    { kind: 'card.insert', row: record },
  ]);
  if (!approved) return record;
  const decision = stepCard(record, bank(APPROVAL), now);
  await c.store.commit(cardChanges(decision, record, NO_NUMBERS, now));
  return decision.record;
}

describe('Closing a sale with a card attempt', () => {
  test.each([true, false])('gives it up and tells its bank once (approved: %s)', async (approved) => {
    const banks = new Banks();
    const c = await openCounter({ deps: { cards: banks } });
    await cardSale(c, approved);
    await c.ask('sale.close', CLOSE);
    await c.ask('sale.close', CLOSE);
    const record = await c.store.cards.card(cardId());
    expect(record).toMatchObject({ state: 'reversing', reversalCause: 'sale_closed' });
    expect(await c.store.cards.advices(BANK, 9)).toMatchObject([{ cardId: cardId(), cause: 'sale_closed' }]);
    expect(banks.told).toEqual([BANK]);
    const booked = (await c.store.transfersOf(cardId())).map((transfer) => transfer.template);
    expect(booked).toEqual(approved ? ['card_sale', 'card_sale_reversal'] : []);
  });

  test('refuses an approval that comes after it, so that it is given up', async () => {
    const c = await openCounter({ deps: { cards: new Banks() } });
    const sent = await cardSale(c, false);
    await c.ask('sale.close', CLOSE);
    const late = stepCard(sent, eventOf('approved'), c.store.now());
    expect(await c.store.commit(cardChanges(late, sent, NO_NUMBERS, c.store.now()))).toMatchObject({
      ok: false,
    });
    expect((await c.store.cards.card(cardId()))?.state).toBe('reversing');
  });

  test('raises an alarm where no partner bank can be told', async () => {
    const c = await openCounter();
    await cardSale(c, true);
    await c.ask('sale.close', CLOSE);
    expect(c.log.some((line) => line.includes('card_attempt_without_banks'))).toBe(true);
    expect((await c.store.cards.card(cardId()))?.state).toBe('approved');
  });
});
