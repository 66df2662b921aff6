import { describe, expect, test } from 'vitest';
import { parseBatchData, parseDccData } from '../../../../gateway/iso8583/private-data.ts';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';
import type { CardFate } from './card-host.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

async function soldByCard(till: CardCounter): Promise<string> {
  await till.payByCard();
  const { receiptNumber } = till.on('paid').basket;
  await till.ok({ command: 'next' });
  return receiptNumber;
}

async function refund(till: CardCounter, receipt: string, amountMinor: string): Promise<void> {
  await till.ok({ command: 'refund_begin' });
  await till.ok({ command: 'refund_find', receipt });
  await till.ok({ command: 'refund_amount', amountMinor });
}

describe('money back', () => {
  test('of a whole sale in an open batch is a void, without the card', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    await refund(till, receipt, '502990');
    expect(till.on('refund_confirm')).toMatchObject({
      how: 'card_void',
      sale: { maskedPan: '220070******1234' },
    });
    const reads = till.pad.calls.filter((call) => call === 'read').length;
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done').outcome).toBe('approved');
    expect(till.pad.calls.filter((call) => call === 'read')).toHaveLength(reads);
    const [, voided] = till.host.of('0200');
    expect(voided?.fields[3]).toBe('020000');
    expect(voided?.fields[37]).toMatch(/^63261/);
    expect(parseBatchData(String(voided?.fields[60])).original?.mti).toBe('0200');
    expect(till.host.standing()).toHaveLength(0);
    expect(till.printer.text()).toContain('Возврат на карту');
  });

  test('of a sale of another day is a refund, though its batch is open still; the day is Moscow’s', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    // From nine in the morning to the last second of the day.
    await till.runFor(15 * 3_600_000 - 1_000);
    await refund(till, receipt, '502990');
    expect(till.on('refund_confirm').how).toBe('card_void');
    await till.runFor(1_000);
    await till.ok({ command: 'refund_leave' });
    await refund(till, receipt, '502990');
    expect(till.on('refund_confirm').how).toBe('card_refund');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.host.of('0200').at(-1)?.fields[3]).toBe('200000');
    expect(till.on('refund_done').outcome).toBe('approved');
  });

  test('in part is a refund to the same card, and a void is no longer possible', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    await refund(till, receipt, '12990');
    expect(till.on('refund_confirm').how).toBe('card_refund');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done').outcome).toBe('approved');
    const sent = till.host.of('0200')[1];
    expect([sent?.fields[3], sent?.fields[4], sent?.fields[49]]).toEqual(['200000', '000000012990', '643']);
    await till.ok({ command: 'next' });
    await refund(till, receipt, '490000');
    expect(till.on('refund_confirm').how).toBe('card_refund');
  });

  test('to another card than was charged is refused before anything is sent, and can be begun again from there', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    const paidWith = till.pad.card;
    till.pad.card = { ...paidWith, maskedPan: '220070******9999' };
    await refund(till, receipt, '12990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done')).toMatchObject({ outcome: 'declined', reasonCode: 'CARD_NOT_ORIGINAL' });
    expect(till.host.of('0200')).toHaveLength(1);
    till.pad.card = paidWith;
    await till.ok({ command: 'refund_find', receipt });
    await till.ok({ command: 'refund_amount', amountMinor: '12990' });
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done').outcome).toBe('approved');
  });

  test('whose answer was lost is reversed; the refund has not happened and can be tried again', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    till.host.next('2', 'lose_answer');
    await refund(till, receipt, '12990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(46_000);
    expect(till.on('refund_done')).toMatchObject({ outcome: 'declined', reasonCode: 'CARD_NO_ANSWER' });
    await till.ok({ command: 'next' });
    await refund(till, receipt, '12990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done').outcome).toBe('approved');
  });

  test('by a void whose answer was lost is asked for again under the same STAN, also after a restart', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    till.host.next('2', 'lose_answer', 'lose_request');
    await refund(till, receipt, '502990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(30_000);
    expect(till.on('card_unknown').cause).toBe('asked_again');
    await till.restart();
    await till.runFor(200_000);
    expect(till.on('refund_done').outcome).toBe('approved');
    const voids = till.host.of('0200').filter(({ fields }) => fields[3] === '020000');
    expect(new Set(voids.map(({ fields }) => fields[11])).size).toBe(1);
    expect(voids.length).toBeGreaterThan(1);
    expect(till.host.standing()).toHaveLength(0);
  });

  test('that is open may be left to itself; it ends with a notice', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    till.host.next('2', 'lose_answer', 'lose_request');
    await refund(till, receipt, '502990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(30_000);
    await till.ok({ command: 'refund_leave' });
    till.on('sale');
    expect(till.till.cashierView().cardKey.reason).toBe('REVERSAL_PENDING');
    await till.runFor(200_000);
    expect(till.notice()).toBe('REFUND_APPROVED');
    expect(till.till.cashierView().cardKey.enabled).toBe(true);
  });
});

describe('a card in yuan', () => {
  const offering = async (): Promise<CardCounter> => {
    const till = await counter();
    till.pad.card = { ...till.pad.card, maskedPan: '622260******0005', bin: '62226000', cardCurrency: '156' };
    till.link.cardOffer = true;
    return till;
  };

  test('is offered both sums before it signs; taken, it signs and is charged yuan, and the price rides along', async () => {
    const till = await offering();
    await till.payByCard();
    const { offer } = till.on('card_offer');
    expect([offer.price.amountMinor, offer.converted.currency]).toEqual(['502990', 'CNY']);
    expect(till.till.customerView()).toMatchObject({
      state: 'card_offer',
      cardOffer: { converted: offer.converted },
    });
    expect(till.pad.signed).toHaveLength(0);
    await till.ok({ command: 'card_offer_choose', accept: true });
    await till.runFor(10);
    expect(till.on('paid').card?.charged).toEqual(offer.converted);
    const charge = { charged: offer.converted, conversion: offer, billed: null };
    expect(till.till.customerView()).toMatchObject({ state: 'paid', yuan: null, rate: null, charge });
    expect(till.pad.signed).toEqual([offer.converted]);
    const [sent] = till.host.of('0200');
    expect(sent?.fields[49]).toBe('156');
    const dcc = parseDccData(String(sent?.fields[61]));
    expect([dcc.choice, dcc.price.amountMinor]).toEqual(['converted', 502990n]);
    expect(till.printer.text(1)).toContain('валюте моей карты');
    expect(till.row<{ y: number }>('SELECT yuan_minor AS y FROM sales').y).toBe(
      Number(offer.converted.amountMinor),
    );
  });

  test('declined, pays the price, and the choice is told', async () => {
    const till = await offering();
    await till.payByCard();
    const { offer } = till.on('card_offer');
    await till.ok({ command: 'card_offer_choose', accept: false });
    await till.runFor(10);
    const charge = { charged: offer.price, conversion: null, billed: null };
    expect(till.till.customerView().charge).toEqual(charge);
    till.on('paid');
    const [sent] = till.host.of('0200');
    expect([sent?.fields[49], parseDccData(String(sent?.fields[61])).choice]).toEqual(['643', 'declined']);
  });

  test('is refunded in yuan, by parts that add up to what was charged', async () => {
    const till = await offering();
    await till.payByCard();
    await till.ok({ command: 'card_offer_choose', accept: true });
    await till.runFor(10);
    const { basket, card } = till.on('paid');
    await till.ok({ command: 'next' });
    for (const part of ['100001', '402989']) {
      await refund(till, basket.receiptNumber, part);
      await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
      await till.runFor(10);
      expect(till.on('refund_done').outcome).toBe('approved');
      await till.ok({ command: 'next' });
    }
    const back = till.host.of('0200').slice(1);
    expect(back.every(({ fields }) => fields[49] === '156')).toBe(true);
    const sum = back.reduce((total, { fields }) => total + BigInt(String(fields[4])), 0n);
    expect(sum.toString()).toBe(card?.charged.amountMinor);
  });

  test('without an offer in time is charged the price', async () => {
    const till = await offering();
    till.link.next('card.offer', 'lose_request');
    await till.payByCard();
    await till.runFor(10);
    expect(till.on('paid').card?.charged.currency).toBe('RUB');
    expect(till.host.of('0200')[0]?.fields[61]).toBeUndefined();
  });

  test('whose prefix no bank takes is told so before it signs', async () => {
    const till = await counter();
    till.link.cardRouted = false;
    await till.payByCard();
    expect(till.on('not_paid').reasonCode).toBe('CARD_NOT_ROUTED');
    expect(till.pad.signed).toHaveLength(0);
  });

  test('whose issuer converts brings its sum and rate, and both are printed', async () => {
    const till = await counter();
    till.pad.gate = async (step) => {
      if (step === 'mac') till.host.extra = { 6: '000000044583', 10: '70886400', 51: '156' };
    };
    await till.payByCard();
    till.pad.gate = async () => {};
    expect(till.on('paid').card?.billing).toEqual({
      amount: { amountMinor: '44583', currency: 'CNY' },
      rate: '0.0886400',
    });
    const charged = { amountMinor: '502990', currency: 'RUB' };
    const billed = { amountMinor: '44583', currency: 'CNY' };
    expect(till.till.customerView().charge).toEqual({ charged, conversion: null, billed });
    expect(till.printer.text(1)).toContain('445,83');
  });
});

describe('a pre-authorisation', () => {
  const held = async (till: CardCounter): Promise<string> => {
    await till.ok({ command: 'preauths_open' });
    await till.ok({ command: 'preauth_begin', amountMinor: '600000' });
    await till.runFor(10);
    expect(till.on('card_done')).toMatchObject({
      outcome: 'approved',
      card: { operation: 'preauthorisation' },
    });
    // The goods under way are nothing of the hold's.
    expect(till.printer.text()).toContain('ПРЕДАВТОРИЗАЦИЯ');
    expect(till.printer.text()).not.toContain('Чек №');
    await till.ok({ command: 'next' });
    return till.row<{ id: string }>(
      "SELECT attempt_id AS id FROM card_attempts WHERE operation = 'preauthorisation'",
    ).id;
  };

  test('is a 0100 with DE25 06, and a completion pays a basket from it', async () => {
    const till = await counter();
    const attemptId = await held(till);
    expect(till.host.of('0100')[0]?.fields[25]).toBe('06');
    await till.fill();
    await till.ok({ command: 'preauths_open' });
    expect(till.on('preauthorisations').rows[0]).toMatchObject({ attemptId, state: 'open' });
    till.host.next('2', 'lose_answer');
    await till.ok({ command: 'preauth_complete', attemptId });
    await till.runFor(60_000);
    expect(till.on('paid')).toMatchObject({ means: 'card', card: { operation: 'completion' } });
    expect(till.host.received.filter(({ mti }) => mti.startsWith('022')).map(({ mti }) => mti)).toEqual([
      '0220',
      '0221',
    ]);
    await till.ok({ command: 'next' });
    await till.ok({ command: 'preauths_open' });
    expect(till.on('preauthorisations').rows[0]?.state).toBe('completed');
    expect(await till.refused({ command: 'preauth_cancel', attemptId, ...SUPERVISOR })).toBe(
      'PREAUTH_NOT_FOUND',
    );
  });

  test('that is gone when it is to be completed is said to be, and is not offered again', async () => {
    const till = await counter();
    const attemptId = await held(till);
    await till.fill();
    await till.ok({ command: 'preauths_open' });
    till.host.codes.push('21');
    await till.ok({ command: 'preauth_complete', attemptId });
    await till.runFor(10);
    expect(till.on('not_paid').reasonCode).toBe('CARD_ORIGINAL_NOT_FOUND');
    await till.ok({ command: 'next' });
    await till.ok({ command: 'preauths_open' });
    expect(till.on('preauthorisations').rows[0]?.state).toBe('cancelled');
    expect(await till.refused({ command: 'preauth_complete', attemptId })).toBe('PREAUTH_NOT_FOUND');
  });

  test('whose completion nobody answers is set aside by a supervisor: reversed in its place, and the till goes on', async () => {
    const till = await counter();
    const attemptId = await held(till);
    await till.fill();
    await till.ok({ command: 'preauths_open' });
    till.host.next('2', ...new Array<CardFate>(6).fill('lose_answer'));
    till.host.next('4', 'lose_answer');
    await till.ok({ command: 'preauth_complete', attemptId });
    await till.runFor(60_000);
    expect(await till.refused({ command: 'set_aside', ...SUPERVISOR })).toBe('COMMAND_NOT_ALLOWED_HERE');
    await till.runFor(40_000);
    await till.ok({ command: 'set_aside', ...SUPERVISOR });
    till.on('set_aside');
    await till.ok({ command: 'next' });
    till.on('sale');
    await till.restart();
    await till.runFor(120_000);
    const told = till.host.received.filter(({ mti }) => mti[1] === '4').map(({ mti }) => mti);
    expect(told).toEqual(['0420', '0421']);
    const completion = till.host.of('0220')[0];
    expect(till.host.of('0420')[0]?.fields[90]).toMatch(`0220${String(completion?.fields[11])}`);
    expect(till.host.standing().map(({ processingCode }) => processingCode)).toEqual(['030000']);
    expect(till.row<{ fate: string }>('SELECT fate FROM set_asides').fate).toBe('not_paid');
    expect(till.till.cashierView().cardKey.refused).toBeNull();
  });

  test('whose completion is answered just as it is set aside is reversed all the same', async () => {
    const till = await counter();
    const attemptId = await held(till);
    await till.fill();
    await till.ok({ command: 'preauths_open' });
    till.host.next('2', 'lose_request', 'lose_request', 'lose_request');
    await till.ok({ command: 'preauth_complete', attemptId });
    await till.runFor(40_000);
    till.pad.gate = async (step) => {
      if (step !== 'verifyMac') return;
      till.pad.gate = async () => {};
      await till.ok({ command: 'set_aside', ...SUPERVISOR });
    };
    await till.runFor(200_000);
    till.on('set_aside');
    expect(till.host.standing().map(({ processingCode }) => processingCode)).toEqual(['030000']);
    expect(till.row<{ fate: string }>('SELECT fate FROM set_asides').fate).toBe('not_paid');
  });

  test('is cancelled by an 0420 with reason 4000', async () => {
    const till = await counter();
    const attemptId = await held(till);
    await till.ok({ command: 'preauths_open' });
    await till.ok({ command: 'preauth_cancel', attemptId, ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('card_done')).toMatchObject({ outcome: 'approved', card: { operation: 'cancellation' } });
    const [sent] = till.host.of('0420');
    expect([sent?.fields[25], sent?.fields[56], sent?.fields[3]]).toEqual(['06', '4000', '030000']);
    expect(till.host.standing()).toHaveLength(0);
  });

  test('that is smaller than the basket pays nothing', async () => {
    const till = await counter();
    const attemptId = await held(till);
    await till.fill();
    await till.fill();
    await till.ok({ command: 'preauths_open' });
    expect(await till.refused({ command: 'preauth_complete', attemptId })).toBe('PREAUTH_TOO_SMALL');
  });
});

test('nobody signs for a look at the balance, whatever the card wants', async () => {
  const till = new CardCounter();
  till.pad.authorisation = { cvm: 'signature', pin: null };
  till.pad.completion = { signatureNeeded: true };
  await till.open();
  await till.ok({ command: 'card_balance' });
  await till.world.advance(0);
  till.on('card_done');
  expect(till.printer.text()).not.toMatch(/Подпись/i);
});

test('a balance is shown and printed for the customer, and never reversed', async () => {
  const till = await counter();
  till.pad.gate = async (step) => {
    if (step === 'mac') till.host.extra = { 54: '0002643C000000123456' };
  };
  await till.ok({ command: 'card_balance' });
  await till.runFor(10);
  till.pad.gate = async () => {};
  expect(till.on('card_done').balances).toEqual([{ amountMinor: '123456', currency: 'RUB' }]);
  expect(till.printer.text()).toContain('1 234,56');
  await till.ok({ command: 'next' });
  till.host.next('2', 'lose_answer');
  await till.ok({ command: 'card_balance' });
  await till.runFor(46_000);
  expect(till.on('card_done')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CARD_NO_ANSWER' });
  expect(till.host.received.filter(({ mti }) => mti[1] === '4')).toHaveLength(0);
});

describe('closing the batch', () => {
  const maria = { staffId: 'maria', pin: '9999' };

  test('claims the totals of each currency, prints a report and opens the next', async () => {
    const till = await counter();
    const receipt = await soldByCard(till);
    await soldByCard(till);
    await refund(till, receipt, '12990');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    await till.ok({ command: 'next' });
    await till.ok({ command: 'batch_close', ...maria });
    await till.runFor(10);
    expect(till.host.of('0500').map(({ fields }) => [fields[50], String(fields[63]).slice(0, 30)])).toEqual([
      ['643', '002000001005980001000000012990'],
      // The gateway may know of something that this till does not.
      ['156', '000000000000000000000000000000'],
    ]);
    expect(till.printer.text()).toContain('ИТОГИ СОВПАЛИ');
    await till.ok({ command: 'today_open' });
    const { totals } = till.on('today');
    expect(totals.batch).toMatchObject({ batch: '000002', state: 'open', currencies: [] });
    expect(totals.closedBatches[0]).toMatchObject({ batch: '000001', agreed: true });
    expect(totals.card.amountMinor).toBe('1005980');
  });

  test('a difference uploads every transaction and claims once more; a till killed meanwhile goes on', async () => {
    const till = await counter();
    await soldByCard(till);
    await soldByCard(till);
    till.host.otherCodes.set('5', ['95', '95']);
    till.host.next('3', 'answer', 'lose_answer');
    await till.ok({ command: 'batch_close', ...maria });
    await till.runFor(20_000);
    expect(till.till.cashierView().cardKey.reason).toBe('BATCH_CLOSING');
    await till.restart();
    await till.runFor(120_000);
    expect(till.host.received.filter(({ mti }) => mti.startsWith('03')).map(({ mti }) => mti)).toEqual([
      '0320',
      '0320',
      '0321',
    ]);
    expect(till.host.of('0500').map(({ fields }) => fields[3])).toEqual(['920000', '960000', '920000']);
    expect(till.printer.text()).toContain('ИТОГИ РАСХОДЯТСЯ');
    expect(till.notice()).toBe('BATCH_DIFFERS');
    expect(till.till.cashierView().cardKey.enabled).toBe(true);
  });
});

test('a batch of more transactions than DE63 has room for is claimed all the same, and cards go on', async () => {
  const till = await counter();
  await soldByCard(till);
  const { attempt_id: sold } = till.row<{ attempt_id: string }>('SELECT attempt_id FROM card_attempts');
  till.db
    .prepare(
      `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 999)
       INSERT INTO card_attempts SELECT 'copy ' || i, NULL, NULL, NULL, operation, order_json, phase, state_json, outcome,
         reason_code, sends, batch, stan, rrn, auth_code, response_code, charged_minor, charged_currency, left_open,
         started_at, updated_at FROM card_attempts, n WHERE attempt_id = ?`,
    )
    .run(sold);
  await till.ok({ command: 'batch_close', staffId: 'maria', pin: '9999' });
  await till.runFor(10_000);
  expect(
    till.host.of('0500').map(({ fields }) => [fields[50], fields[63] !== undefined, fields[76]]),
  ).toEqual([
    ['643', false, '0000001000'],
    ['156', true, undefined],
  ]);
  expect(till.notice()).toBe('BATCH_AGREED');
  expect(till.till.cashierView().cardKey.enabled).toBe(true);
});

describe('the terminal itself', () => {
  test('signs on once a business date, and echoes while the line is silent', async () => {
    const till = await counter();
    expect(till.host.of('0800').map(({ fields }) => fields[70])).toEqual(['001']);
    await till.restart();
    await till.runFor(310_000);
    expect(till.host.of('0800').map(({ fields }) => fields[70])).toEqual(['001', '301']);
  });

  test('asks for a new key after a MAC that was wrong, and loads what it is given', async () => {
    const till = await counter();
    till.host.next('2', 'bad_mac');
    const { cardHost } = till.link;
    till.link.cardHost = (packed) => {
      if (packed[0] === 8) till.host.extra = { 48: 'KB008D0112P0AKC006A1B2C3' };
      cardHost?.(packed);
    };
    await till.payByCard();
    await till.runFor(50_000);
    expect(till.pad.keys).toEqual(['D0112P0A']);
    expect(till.notice()).toBe('CARD_KEY_CHANGED');
  });
});
