import { expect, test } from 'vitest';
import { parseDccData } from '../../../../gateway/iso8583/private-data.ts';
import { CardCounter } from './card-counter.ts';

/** 6,000.00 held on a card in yuan, whose customer chose, and a basket of 5,029.90. */
async function held(accept: boolean): Promise<{ readonly till: CardCounter; readonly attemptId: string }> {
  const till = new CardCounter();
  await till.open();
  await till.world.advance(0);
  till.pad.card = { ...till.pad.card, maskedPan: '622260******0005', bin: '62226000', cardCurrency: '156' };
  till.link.cardOffer = true;
  await till.ok({ command: 'preauths_open' });
  await till.ok({ command: 'preauth_begin', amountMinor: '600000' });
  await till.runFor(10);
  await till.ok({ command: 'card_offer_choose', accept });
  await till.runFor(10);
  const { attemptId } = till.on('card_done').card;
  await till.ok({ command: 'next' });
  await till.fill();
  await till.ok({ command: 'preauths_open' });
  return { till, attemptId };
}

test('a hold in yuan is completed at the basket’s own price by the terms of the hold, and asked again so after a restart', async () => {
  const { till, attemptId } = await held(true);
  till.host.next('2', 'lose_answer', 'lose_answer');
  await till.ok({ command: 'preauth_complete', attemptId });
  await till.runFor(20_000);
  await till.restart();
  await till.runFor(60_000);
  const [hold] = till.host.of('0100');
  const ofHold = parseDccData(String(hold?.fields[61]));
  expect(ofHold.price.amountMinor).toBe(600_000n);
  const told = till.host.received.filter(({ mti }) => mti.startsWith('022'));
  const [first] = told;
  expect(told.map(({ mti }) => mti)).toEqual(['0220', '0221', '0221']);
  const saying = ({ fields }: (typeof told)[number]) =>
    [4, 7, 11, 12, 13, 49, 60, 61, 62].map((de) => fields[de]);
  expect(new Set(told.map((message) => JSON.stringify(saying(message)))).size).toBe(1);
  const price = { ...ofHold.price, amountMinor: 502_990n };
  expect(parseDccData(String(first?.fields[61]))).toEqual({ ...ofHold, price });
  // The nearest fen, neither always the one below nor the one above.
  const yuan = (BigInt(String(hold?.fields[4])) * 502_990n + 300_000n) / 600_000n;
  expect([BigInt(String(first?.fields[4])), first?.fields[49]]).toEqual([yuan, '156']);
  const charged = { amountMinor: yuan.toString(), currency: 'CNY' };
  const conversion = { price: { amountMinor: '502990' }, converted: charged, chosen: true };
  expect(till.on('paid').card).toMatchObject({ operation: 'completion', charged, conversion });
  expect(till.printer.text(1)).toContain('валюте моей карты');
});

test('a hold in roubles is completed without terms, also where yuan were offered', async () => {
  const { till, attemptId } = await held(false);
  await till.ok({ command: 'preauth_complete', attemptId });
  await till.runFor(10);
  expect(till.on('paid').card?.charged.amountMinor).toBe('502990');
  const [sent] = till.host.of('0220');
  expect([sent?.fields[49], sent?.fields[61]]).toEqual(['643', undefined]);
});
