import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';
import type { CardFate } from './card-host.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  return made;
}

test('a card that is read, signs and is approved pays the sale: slips, receipt, nothing owed', async () => {
  const till = await counter();
  await till.payByCard();
  const paid = till.on('paid');
  expect(paid).toMatchObject({
    means: 'card',
    card: { maskedPan: '220070******1234', responseCode: '00', authCode: 'A12345' },
  });
  expect(till.host.standing()).toHaveLength(1);
  expect(till.count("card_advices WHERE state = 'struck'")).toBe(1);
  expect(till.count("card_advices WHERE state IN ('armed', 'due')")).toBe(0);
  expect(till.printer.docs).toHaveLength(3);
  expect(till.printer.text(0)).toContain('Экземпляр магазина');
  expect(till.printer.text(1)).toContain('Экземпляр клиента');
  expect(till.printer.text(2)).toContain('220070******1234');
  const sent = JSON.stringify(till.db.prepare('SELECT * FROM card_messages').all());
  expect(sent).toContain('accepted');
  await till.ok({ command: 'next' });
  till.on('sale');
  expect(till.till.customerView().takesCards).toBe(true);
});

test('the STAN and the reversal that may be owed are on the disk before the first byte leaves', async () => {
  const till = await counter();
  await till.fill();
  const seen: unknown[] = [];
  const { cardHost } = till.link;
  till.link.cardHost = (packed) => {
    if (packed[1] === 0)
      seen.push(till.row('SELECT state FROM card_advices'), till.row('SELECT phase FROM card_attempts'));
    cardHost?.(packed);
  };
  await till.ok({ command: 'card_begin' });
  expect(seen).toEqual([{ state: 'armed' }, { phase: 'sending' }]);
});

test('a wrong PIN is entered again: another STAN, another key, a fresh request, and no reversal', async () => {
  const till = await counter();
  till.host.codes.push('55');
  await till.payByCard();
  till.on('paid');
  const [first, second] = till.host.of('0200');
  expect(till.host.of('0200')).toHaveLength(2);
  expect(first?.fields[11]).not.toBe(second?.fields[11]);
  expect(Buffer.from(first?.fields[59] as Uint8Array)).not.toEqual(
    Buffer.from(second?.fields[59] as Uint8Array),
  );
  expect(till.host.of('0420')).toHaveLength(0);
  expect(till.count("card_advices WHERE state = 'struck'")).toBe(2);
});

test('a third wrong PIN ends the matter', async () => {
  const till = await counter();
  till.host.codes.push('55', '55', '55');
  await till.payByCard();
  expect(till.on('not_paid')).toMatchObject({ outcome: 'declined', reasonCode: 'CARD_WRONG_PIN' });
  expect(till.host.of('0200')).toHaveLength(3);
});

test('a decline says why, owes nothing, prints a slip, and the sale is paid in cash', async () => {
  const till = await counter();
  till.host.codes.push('51');
  await till.payByCard();
  expect(till.on('not_paid')).toMatchObject({
    outcome: 'declined',
    reasonCode: 'CARD_INSUFFICIENT_FUNDS',
    card: { responseCode: '51' },
  });
  expect(till.printer.text()).toContain('ОТКЛОНЕНО');
  expect(till.host.of('0420')).toHaveLength(0);
  await till.ok({ command: 'cash_begin' });
  await till.ok({ command: 'cash_pay', tenderedMinor: '502990' });
  till.on('paid');
  await till.runFor(100);
  expect([...till.link.closed.values()]).toEqual(['paid_otherwise']);
});

describe('whatever is not known is reversed, once in effect, and then the sale goes on:', () => {
  const rows: readonly [string, CardFate, string][] = [
    ['no answer', 'lose_answer', 'CARD_NO_ANSWER'],
    ['the request lost', 'lose_request', 'CARD_NO_ANSWER'],
    ['an answer with a wrong MAC', 'bad_mac', 'CARD_ANSWER_INVALID'],
    ['an answer about another amount', 'other_amount', 'CARD_ANSWER_INVALID'],
    ['an answer that is no message', 'garbage', 'CARD_ANSWER_INVALID'],
  ];
  test.each(rows)('%s', async (_what, fate, reason) => {
    const till = await counter();
    till.host.next('2', fate);
    await till.payByCard();
    await till.runFor(46_000);
    expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: reason });
    expect(till.host.standing()).toHaveLength(0);
    expect(till.host.of('0200').length).toBeLessThanOrEqual(1);
    expect(till.count("card_advices WHERE state = 'done'")).toBe(1);
    await till.ok({ command: 'card_begin' });
    till.on('paid');
    expect(till.host.standing()).toHaveLength(1);
  });
});

test('a late answer is logged and changes nothing', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  await till.payByCard();
  await till.runFor(46_000);
  till.on('not_paid');
  const before = till.count("card_messages WHERE fate = 'late'");
  const [request] = till.host.of('0200');
  expect(request).toBeDefined();
  till.link.answerCard(Uint8Array.of(2, 0x10, 0, 0, 0, 0, 0, 0, 0, 0));
  await till.world.settle();
  expect(till.count("card_messages WHERE fate = 'late'")).toBe(before + 1);
  till.on('not_paid');
});

test('a link that falls after the request is not waited for: the reversal goes when it is back', async () => {
  const till = await counter();
  till.host.next('2', 'link_down');
  await till.payByCard();
  expect(till.on('card_unknown').cause).toBe('no_answer');
  till.link.go('up');
  await till.runFor(10);
  till.on('not_paid');
  expect(till.host.standing()).toHaveLength(0);
});

test('a link that is known to be down before a byte leaves owes nothing', async () => {
  const till = await counter();
  till.pad.gate = async (step) => {
    if (step === 'mac') till.link.go('down');
  };
  await till.payByCard();
  expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CARD_LINK_DOWN' });
  expect(till.host.received.filter(({ mti }) => mti === '0200')).toHaveLength(0);
  expect(till.count("card_advices WHERE state = 'struck'")).toBe(1);
});

describe('a word of the gateway in text, by its code,', () => {
  test.each([
    ['RATE_LIMITED', 'CARD_SYSTEM_ERROR'],
    ['CARDS_NOT_OFFERED', 'CARD_CONFIGURATION'],
    ['MESSAGE_TOO_LARGE', 'CARD_CONFIGURATION'],
  ] as const)('%s: nothing was taken, so nothing is owed and nothing is waited for', async (code, reason) => {
    const till = await counter();
    till.host.next('2', code);
    await till.payByCard();
    expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: reason });
    expect(till.host.of('0420')).toHaveLength(0);
    expect(till.count("card_advices WHERE state = 'struck'")).toBe(1);
    await till.ok({ command: 'card_begin' });
    till.on('paid');
  });

  test('INTERNAL: what it did is not known, so it is reversed at once', async () => {
    const till = await counter();
    till.host.next('2', 'INTERNAL');
    await till.payByCard();
    expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CARD_NO_ANSWER' });
    expect(till.host.of('0420')).toHaveLength(1);
    expect(till.host.standing()).toHaveLength(0);
  });

  test('about another message than the one under way changes nothing', async () => {
    const till = await counter();
    till.host.next('2', 'lose_request');
    await till.payByCard();
    till.link.refuseCard(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), 'RATE_LIMITED');
    await till.world.settle();
    till.on('card_sending');
    expect(till.count("card_advices WHERE state = 'armed'")).toBe(1);
    await till.runFor(46_000);
    expect(till.on('not_paid').reasonCode).toBe('CARD_NO_ANSWER');
  });
});

describe('the card has the last word:', () => {
  test('an AAC after the approval reverses it', async () => {
    const till = await counter();
    till.pad.completion = { cryptogram: 'aac' };
    await till.payByCard();
    expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CARD_REFUSED_BY_CHIP' });
    expect(till.host.of('0420')[0]?.fields[56]).toBe('4351');
    expect(till.host.standing()).toHaveLength(0);
    expect(till.pad.calls).toContain('reversal');
  });

  test('an AAC before anything was sent sends nothing', async () => {
    const till = await counter();
    till.pad.authorisation = { cardDeclined: true, pin: null };
    await till.payByCard();
    expect(till.on('not_paid')).toMatchObject({ outcome: 'declined', reasonCode: 'CARD_DECLINED_OFFLINE' });
    expect(till.host.of('0200')).toHaveLength(0);
  });

  test('a completion whose reply was lost is asked of the PIN pad, and stands when the card had agreed', async () => {
    const till = await counter();
    till.pad.gate = async (step) => {
      if (step !== 'complete') return;
      till.pad.gate = async () => {};
      till.pad.go('absent');
      throw new Error('the cable');
    };
    await till.payByCard();
    till.on('card_sending');
    till.pad.go('ready');
    await till.runFor(10);
    till.on('paid');
    expect(till.host.of('0420')).toHaveLength(0);
  });

  test('a PIN pad that is there and refuses to say what it did is asked again', async () => {
    const till = await counter();
    till.pad.gate = async (step) => {
      if (step === 'complete') throw new Error('the cable');
      if (step !== 'lastTransaction') return;
      till.pad.gate = async () => {};
      throw new Error('busy');
    };
    await till.payByCard();
    till.on('card_sending');
    await till.runFor(30_000);
    till.on('paid');
    expect(till.host.of('0420')).toHaveLength(0);
  });

  test('a completion that never happened is reversed', async () => {
    const till = await counter();
    till.pad.ends.complete = ['device_lost'];
    await till.payByCard();
    await till.runFor(10);
    expect(till.on('not_paid').reasonCode).toBe('CARD_INTERRUPTED');
    expect(till.host.standing()).toHaveLength(0);
  });
});

describe('a signature', () => {
  test('is asked for on the shop’s slip, and accepted pays the sale', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'signature', pin: null };
    till.pad.completion = { signatureNeeded: true };
    await till.payByCard();
    till.on('card_signature');
    expect(till.printer.text()).toContain('________');
    await till.ok({ command: 'card_signature', accepted: true });
    till.on('paid');
    expect(till.printer.docs).toHaveLength(3);
    expect(till.host.standing()).toHaveLength(1);
  });

  test('that is refused is reversed', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'signature', pin: null };
    till.pad.completion = { signatureNeeded: true };
    await till.payByCard();
    await till.ok({ command: 'card_signature', accepted: false });
    await till.runFor(10);
    expect(till.on('not_paid').reasonCode).toBe('CARD_SIGNATURE_REFUSED');
    expect(till.host.standing()).toHaveLength(0);
  });

  test('still waits for the cashier after a restart', async () => {
    const till = await counter();
    till.pad.authorisation = { cvm: 'signature', pin: null };
    till.pad.completion = { signatureNeeded: true };
    await till.payByCard();
    await till.restart();
    till.on('card_signature');
    await till.ok({ command: 'card_signature', accepted: true });
    till.on('paid');
    expect(till.host.standing()).toHaveLength(1);
  });
});

test('a partial approval is undone, since one tender covers a sale, and says so', async () => {
  const till = await counter();
  till.host.codes.push('10');
  till.host.extra = {};
  const before = till.host.next.bind(till.host);
  before('2', 'answer');
  await till.fill();
  till.pad.gate = async (step) => {
    if (step === 'mac') till.host.extra = { 4: '000000100000' };
  };
  await till.ok({ command: 'card_begin' });
  till.pad.gate = async () => {};
  await till.runFor(10);
  expect(till.on('not_paid').reasonCode).toBe('CARD_PARTIAL_ONLY');
  expect(till.host.standing()).toHaveLength(0);
});

describe('before anything is sent', () => {
  test('the cashier may give up, and the PIN pad’s answer ends it', async () => {
    const till = await counter();
    till.pad.ends.read = ['hang'];
    await till.payByCard();
    expect(till.on('card').card.maskedPan).toBeNull();
    await till.ok({ command: 'card_cancel' });
    await till.runFor(10);
    expect(till.on('not_paid').reasonCode).toBe('CARD_CANCELLED_BY_CASHIER');
    expect(till.count('card_attempts WHERE stan IS NOT NULL')).toBe(0);
  });

  test.each([
    ['read', 'cancelled_by_customer', 'CARD_CANCELLED_BY_CUSTOMER'],
    ['read', 'timeout', 'CARD_TIMEOUT'],
    ['read', 'card_unreadable', 'CARD_UNREADABLE'],
    ['read', 'busy', 'PINPAD_BUSY'],
    ['read', 'reject', 'PINPAD_LOST'],
    ['read', 'keys_exhausted', 'PINPAD_KEYS_ENDED'],
    ['authorise', 'keys_exhausted', 'PINPAD_KEYS_ENDED'],
    ['nextMacKsn', 'keys_exhausted', 'PINPAD_KEYS_ENDED'],
    ['authorise', 'pin_tries_exceeded', 'CARD_PIN_TRIES_EXCEEDED'],
    ['authorise', 'card_removed', 'CARD_REMOVED'],
    ['nextMacKsn', 'reject', 'PINPAD_LOST'],
    ['mac', 'reject', 'PINPAD_LOST'],
  ] as const)('%s that ends with %s charges nothing: %s', async (step, why, reason) => {
    const till = await counter();
    await till.runFor(10);
    till.pad.ends[step] = [why];
    await till.payByCard();
    expect(till.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: reason });
    expect(till.host.of('0200')).toHaveLength(0);
    expect(till.count("card_advices WHERE state IN ('armed', 'due')")).toBe(0);
  });

  test('without a PIN pad, or with it away, the key is shown with its reason and refuses', async () => {
    const till = await counter();
    till.pad.go('absent');
    await till.fill();
    expect(till.till.cashierView().cardKey).toEqual({
      enabled: false,
      reason: 'PINPAD_ABSENT',
      reversalsOpen: 0,
      refused: null,
    });
    expect(await till.refused({ command: 'card_begin' })).toBe('PINPAD_NOT_READY');
    till.pad.go('ready');
    expect(till.till.cashierView().cardKey.enabled).toBe(true);
  });
});

describe('a card sale set aside', () => {
  test('closes the sale, goes on being reversed, blocks the next card but not cash, and is settled by the acknowledgement', async () => {
    const till = await counter();
    till.host.next('2', 'lose_answer');
    till.host.next('4', ...new Array<CardFate>(8).fill('lose_request'));
    await till.payByCard();
    await till.runFor(46_000);
    expect(await till.refused({ command: 'set_aside', ...SUPERVISOR })).toBe('COMMAND_NOT_ALLOWED_HERE');
    await till.runFor(45_000);
    await till.ok({ command: 'set_aside', ...SUPERVISOR });
    expect(till.on('set_aside').card?.maskedPan).toBe('220070******1234');
    await till.ok({ command: 'next' });
    await till.fill();
    expect(await till.refused({ command: 'card_begin' })).toBe('CARD_REVERSAL_PENDING');
    await till.ok({ command: 'cash_begin' });
    await till.ok({ command: 'cash_pay', tenderedMinor: '502990' });
    expect(till.till.cashierView().setAsideOpen).toBe(1);
    await till.runFor(100);
    expect([...till.link.closed.values()]).toContain('set_aside');
    await till.runFor(900_000);
    expect(till.till.cashierView().setAsideOpen).toBe(0);
    expect(till.row<{ fate: string }>('SELECT fate FROM set_asides').fate).toBe('not_paid');
    expect(till.host.standing()).toHaveLength(0);
  });
});
