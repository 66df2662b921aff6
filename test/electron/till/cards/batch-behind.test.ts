import { describe, expect, test } from 'vitest';
import { parseBatchData } from '../../../../gateway/iso8583/private-data.ts';
import { CardCounter } from './card-counter.ts';

async function sold(): Promise<CardCounter> {
  const till = new CardCounter();
  await till.open();
  await till.world.advance(0);
  await till.payByCard();
  till.on('paid');
  await till.ok({ command: 'next' });
  return till;
}

const batchOfLastSale = (till: CardCounter): string =>
  parseBatchData(String(till.host.of('0200').at(-1)?.fields[60])).batch;

/** From nine in the morning over midnight; the gateway answers that it has the terminal in that batch. */
async function signsOnIn(till: CardCounter, batch: string): Promise<void> {
  await till.runFor(15 * 3_600_000 - 1_000);
  till.host.extra = { 60: batch };
  await till.runFor(600_000);
  expect(till.host.of('0800').filter(({ fields }) => fields[70] === '001')).toHaveLength(2);
}

describe('A till whose batch the gateway has closed', () => {
  test('is told so by the next transaction, closes it, and goes on in the next', async () => {
    const till = await sold();
    till.host.codes.push('95');
    await till.payByCard();
    await till.runFor(10);
    expect(till.on('not_paid')).toMatchObject({ outcome: 'declined', reasonCode: 'CARD_SYSTEM_ERROR' });
    expect(till.host.of('0500')).toHaveLength(2);
    await till.ok({ command: 'card_begin' });
    await till.runFor(10);
    till.on('paid');
    expect(batchOfLastSale(till)).toBe('000002');
  });

  test('is told so by its sign-on, and closes it before it sells', async () => {
    const till = await sold();
    await signsOnIn(till, '000004');
    expect(till.host.of('0500').map(({ fields }) => fields[50])).toEqual(['643', '156']);
    await till.payByCard();
    await till.runFor(10);
    expect(batchOfLastSale(till)).toBe('000002');
  });

  test('waits with it for a reversal that is owed', async () => {
    const till = await sold();
    till.host.next('2', 'lose_answer');
    till.host.next('4', ...Array.from({ length: 2_000 }, () => 'lose_request' as const));
    await till.payByCard();
    await signsOnIn(till, '000004');
    expect(till.host.of('0500')).toHaveLength(0);
  });
});
