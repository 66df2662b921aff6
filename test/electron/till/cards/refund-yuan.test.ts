import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

const billed = (fen: string) => ({ 6: fen.padStart(12, '0'), 10: '70886400', 51: '156' });

/** A sale of 5029.90 for which the card's bank took 445.83 yuan, with its refund begun. */
async function soldInYuan(): Promise<CardCounter> {
  const till = new CardCounter();
  await till.open();
  await till.world.advance(0);
  till.pad.gate = async (step) => {
    if (step === 'mac') till.host.extra = billed('44583');
  };
  await till.payByCard();
  till.pad.gate = async () => {};
  const { receiptNumber } = till.on('paid').basket;
  await till.ok({ command: 'next' });
  await till.ok({ command: 'refund_begin' });
  await till.ok({ command: 'refund_find', receipt: receiptNumber });
  return till;
}

async function giveBack(till: CardCounter, amountMinor: string): Promise<string> {
  await till.ok({ command: 'refund_amount', amountMinor });
  await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
  await till.runFor(10);
  expect(till.on('refund_done').outcome).toBe('approved');
  return till.printer.text();
}

describe('The slip of a refund to a card whose bank converts', () => {
  test('says the yuan that the bank gives back, and not those of the sale', async () => {
    const till = await soldInYuan();
    till.host.extra = billed('22000');
    expect(await giveBack(till, '251495')).toContain('В юанях 人民币, CNY 220,00');
  });

  test('says no yuan where the bank says none', async () => {
    expect(await giveBack(await soldInYuan(), '251495')).not.toContain('В юанях');
  });

  test('says the yuan of the sale where all of it is undone', async () => {
    expect(await giveBack(await soldInYuan(), '502990')).toContain('В юанях 人民币, CNY 445,83');
  });
});
