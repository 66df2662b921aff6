import { describe, expect, test } from 'vitest';
import { unpack } from '../../../../gateway/iso8583/codec.ts';
import { parseBatchData } from '../../../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
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

/** From nine in the morning over midnight; the gateway answers that it has the terminal in that batch. `signOns` with the first. */
async function signsOnIn(till: CardCounter, batch: string, signOns: number): Promise<void> {
  await till.runFor(15 * 3_600_000 - 1_000);
  till.host.extra = { 60: batch };
  await till.runFor(600_000);
  expect(till.host.of('0800').filter(({ fields }) => fields[70] === '001')).toHaveLength(signOns);
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

  test('is told so by its sign-on, closes it before it sells, and asks which it is in now', async () => {
    const till = await sold();
    await signsOnIn(till, '000004', 3);
    expect(till.host.of('0500').map(({ fields }) => fields[50])).toEqual(['643', '156']);
    await till.payByCard();
    await till.runFor(10);
    expect(batchOfLastSale(till)).toBe('000002');
  });

  /** As after a journal was brought back from an old copy: the gateway has closed all up to the fourth. */
  function isFarBehind(till: CardCounter): void {
    const { cardHost } = till.link;
    till.link.cardHost = (packed) => {
      const { mti, fields } = unpack(bcdProfile, packed);
      if (fields[70] === '001') till.host.extra = { 60: '000005' };
      if (mti === '0200' && parseBatchData(String(fields[60])).batch < '000005') till.host.codes.push('95');
      cardHost?.(packed);
    };
  }

  test('that is several behind loses one transaction by it, and not one for each', async () => {
    const till = await sold();
    isFarBehind(till);
    await till.payByCard();
    await till.runFor(1_000);
    expect(till.on('not_paid')).toMatchObject({ reasonCode: 'CARD_SYSTEM_ERROR' });
    await till.ok({ command: 'card_begin' });
    await till.runFor(10);
    till.on('paid');
    expect(batchOfLastSale(till)).toBe('000005');
  });

  test('waits with it for a reversal that is owed', async () => {
    const till = await sold();
    till.host.next('2', 'lose_answer');
    till.host.next('4', ...Array.from({ length: 2_000 }, () => 'lose_request' as const));
    await till.payByCard();
    await signsOnIn(till, '000004', 2);
    expect(till.host.of('0500')).toHaveLength(0);
  });
});
