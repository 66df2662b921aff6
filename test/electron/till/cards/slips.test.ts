import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

const CUSTOMER_COPY = "SELECT doc_json AS doc FROM receipts WHERE kind = 'card_customer'";

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  return made;
}

describe('a card transaction that took no money is on paper as', () => {
  test('nothing, where nothing was sent', async () => {
    const till = await counter();
    till.pad.gate = async (step) => {
      if (step === 'mac') till.link.go('down');
    };
    await till.payByCard();
    expect(till.on('not_paid').reasonCode).toBe('CARD_LINK_DOWN');
    expect(till.host.of('0200')).toHaveLength(0);
    expect(till.printer.docs).toHaveLength(0);
  });

  test('declined, where the customer would not enter the PIN again', async () => {
    const till = await counter();
    till.host.codes.push('55');
    till.pad.ends.reenterPin = ['cancelled_by_customer'];
    await till.payByCard();
    expect(till.on('not_paid').reasonCode).toBe('CARD_CANCELLED_BY_CUSTOMER');
    expect(till.printer.docs).toHaveLength(1);
    expect(till.printer.text()).toContain('DECLINED');
    expect(till.printer.text()).toContain('Деньги не списаны');
    expect(till.printer.text()).toContain('55');
    expect(till.host.of('0420')).toHaveLength(0);
  });

  test('declined, where the till died while the PIN was entered again', async () => {
    const till = await counter();
    till.host.codes.push('55');
    till.pad.ends.reenterPin = ['hang'];
    await till.payByCard();
    await till.restart();
    expect(till.printer.text()).toContain('DECLINED');
  });

  test('reversed, where nobody answered', async () => {
    const till = await counter();
    till.host.next('2', 'lose_answer');
    await till.payByCard();
    expect(till.printer.docs).toHaveLength(0);
    await till.runFor(46_000);
    expect(till.printer.docs).toHaveLength(1);
    expect(till.printer.text()).toContain('REVERSED');
  });

  test('declined, where the bank would not void a sale, which needs no card', async () => {
    const till = await counter();
    await till.refundOfSale('502990');
    till.host.codes.push('57');
    await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await till.runFor(10);
    expect(till.on('refund_done').outcome).toBe('declined');
    for (const words of ['ОТМЕНА ОПЛАТЫ', 'DECLINED', '220070******1234', '57', 'Деньги не возвращены']) {
      expect(till.printer.text()).toContain(words);
    }
  });

  test('nothing, where a look at the balance was approved and the card refused to agree', async () => {
    const till = await counter();
    till.pad.completion = { cryptogram: 'aac' };
    await till.ok({ command: 'card_balance' });
    await till.runFor(10);
    till.on('card_done');
    expect(till.host.of('0420')).toHaveLength(0);
    expect(till.printer.docs).toHaveLength(0);
  });
});

describe('a signature', () => {
  test('that the pad asks for though the card did not has its line on the shop’s copy, and both papers say it', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'none', pin: null };
    till.pad.completion = { signatureNeeded: true };
    await till.payByCard();
    till.on('card_signature');
    expect(till.printer.docs).toHaveLength(1);
    expect(till.printer.text()).toContain('Экземпляр магазина');
    expect(till.printer.text()).toContain('________');
    expect(till.printer.text()).not.toContain('No PIN, no signature');
    await till.restart();
    await till.ok({ command: 'card_signature', accepted: true });
    till.on('paid');
    expect(till.count("receipts WHERE kind = 'card_merchant'")).toBe(1);
    expect(till.row<{ doc: string }>(CUSTOMER_COPY).doc).toContain('Подписано держателем карты');
  });

  test('that the pad does without though the card asked leaves two whole papers without a line', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'signature', pin: null };
    till.pad.completion = { signatureNeeded: false };
    await till.payByCard();
    till.on('paid');
    expect(till.printer.text(0)).toContain('Экземпляр магазина');
    expect(till.printer.text(1)).toContain('Экземпляр клиента');
    for (const index of [0, 1]) {
      expect(till.printer.text(index)).toContain('No signature required');
      expect(till.printer.text(index)).not.toContain('Подписано');
    }
  });

  test('that an older till was waiting for when it was replaced is still one that was asked for', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'signature', pin: null };
    till.pad.completion = { signatureNeeded: true };
    await till.payByCard();
    till.db.exec("UPDATE card_attempts SET state_json = json_remove(state_json, '$.signatureAsked')");
    await till.restart();
    await till.ok({ command: 'card_signature', accepted: true });
    till.on('paid');
    expect(till.count("receipts WHERE kind = 'card_merchant'")).toBe(1);
  });
});
