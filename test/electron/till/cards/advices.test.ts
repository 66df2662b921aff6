import { describe, expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  return made;
}

test('a lost reversal is repeated with the same STAN and DE90 until it is acknowledged, and owns the screen till then', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  till.host.next('4', 'lose_answer', 'lose_request', 'bad_mac');
  await till.payByCard();
  await till.runFor(46_000);
  expect(till.on('card_unknown')).toMatchObject({ cause: 'no_answer', card: { reversal: { tries: 1 } } });
  expect(await till.refused({ command: 'cash_begin' })).toBe('COMMAND_NOT_ALLOWED_HERE');
  await till.runFor(200_000);
  till.on('not_paid');
  const told = till.host.received.filter(({ mti }) => mti[1] === '4');
  expect(told.map(({ mti }) => mti)).toEqual(['0420', '0421', '0421']);
  expect(
    new Set(told.map(({ fields }) => `${String(fields[11])} ${String(fields[7])} ${String(fields[90])}`))
      .size,
  ).toBe(1);
  expect(till.host.standing()).toHaveLength(0);
});

test('a code that is no acknowledgement keeps the reversal owed', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  till.host.otherCodes.set('4', ['96', '96']);
  await till.payByCard();
  await till.runFor(46_000);
  till.on('card_unknown');
  await till.runFor(60_000);
  till.on('not_paid');
});

describe('a reversal that is refused for good', () => {
  async function refusedReversal(code: string): Promise<CardCounter> {
    const till = await counter();
    till.host.next('2', 'lose_answer');
    till.host.otherCodes.set('4', [code]);
    await till.payByCard();
    await till.runFor(46_000);
    return till;
  }

  test.each(['12', '30', '58', '94', '05'])('with %s is alarmed and not repeated by itself', async (code) => {
    const till = await refusedReversal(code);
    expect(till.on('card_unknown').card.reversal).toEqual({
      tries: 1,
      nextAt: null,
      responseCode: code,
      refused: true,
    });
    expect(till.till.cashierView().notice).toMatchObject({ code: 'CARD_OWED_REFUSED', facts: { code } });
    expect(till.till.cashierView().cardKey).toMatchObject({
      enabled: false,
      reason: 'REVERSAL_REFUSED',
      refused: { responseCode: code, supportNumber: till.on('card_unknown').card.supportNumber },
    });
    await till.runFor(3_600_000);
    till.link.go('down');
    till.link.go('up');
    await till.runFor(60_000);
    expect(till.host.received.filter(({ mti }) => mti[1] === '4')).toHaveLength(1);
    expect(till.count("card_advices WHERE state = 'due' AND refused = 1")).toBe(1);
  });

  test('is said again when a person asks for it', async () => {
    const till = await refusedReversal('30');
    await till.ok({ command: 'card_check' });
    await till.runFor(10);
    till.on('not_paid');
    expect(till.host.standing()).toHaveLength(0);
  });

  test('is still owed after a restart, and said again by it', async () => {
    const till = await refusedReversal('30');
    till.host.otherCodes.set('4', ['30']);
    await till.restart();
    await till.runFor(10);
    expect(till.on('card_unknown').card.reversal).toMatchObject({ tries: 2, refused: true });
    await till.restart();
    await till.runFor(10);
    till.on('not_paid');
  });

  test('is said again by a start whose link comes up only later', async () => {
    const till = await refusedReversal('30');
    till.link.state = 'connecting';
    await till.restart();
    await till.runFor(60_000);
    expect(till.on('card_unknown').card.reversal).toMatchObject({ tries: 1, refused: false });
    till.link.go('up');
    await till.runFor(10);
    till.on('not_paid');
  });

  test('is not waited for: a supervisor may set the sale aside at once, cards wait and cash does not', async () => {
    const till = await refusedReversal('58');
    await till.ok({ command: 'set_aside', ...SUPERVISOR });
    await till.ok({ command: 'next' });
    await till.fill();
    expect(await till.refused({ command: 'card_begin' })).toBe('CARD_REVERSAL_PENDING');
    await till.ok({ command: 'card_check' });
    await till.runFor(10);
    expect(till.till.cashierView().cardKey).toMatchObject({ enabled: true, refused: null });
    expect(till.row<{ fate: string }>('SELECT fate FROM set_asides').fate).toBe('not_paid');
  });
});

test('an answer that doubts the key has a new one brought, and the reversal is repeated', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  till.host.otherCodes.set('4', ['88']);
  await till.payByCard();
  await till.runFor(60_000);
  till.on('not_paid');
  expect(till.host.of('0800').map(({ fields }) => fields[70])).toContain('101');
});

test('what is owed for long is told to somebody once, and the screen says when it is said again', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  till.host.otherCodes.set('4', new Array<string>(20).fill('96'));
  await till.payByCard();
  await till.runFor(45_000);
  const { at, screen } = till.till.cashierView();
  expect(screen).toMatchObject({
    card: { reversal: { tries: 1, responseCode: '96', refused: false, nextAt: at + 3_000 } },
  });
  await till.runFor(60_000);
  expect(till.till.cashierView().notice?.code).not.toBe('CARD_OWED_LONG');
  await till.runFor(600_000);
  expect(till.till.cashierView().notice).toMatchObject({ code: 'CARD_OWED_LONG', facts: { code: '96' } });
  await till.ok({ command: 'notice_dismiss' });
  await till.runFor(200_000);
  expect(till.till.cashierView().notice).toBeNull();
});

describe('a reversal of a chip’s transaction tells its issuer of the chip (DE55):', () => {
  const first = Buffer.from('9F2608AABBCCDDEEFF0011950580000480009F360200079F1002AABB5A0401020304', 'hex');
  const second = Buffer.from('95058000048001' + '9F1002CCDD' + '9F36020007' + '9F2701009F5B0102', 'hex');
  const sent = (till: CardCounter): string =>
    Buffer.from((till.host.of('0420')[0]?.fields[55] as Uint8Array | undefined) ?? []).toString('hex');

  test('as it was before the bank was asked, where no answer came', async () => {
    const till = await counter();
    till.pad.authorisation = { emv: first };
    till.host.next('2', 'lose_answer');
    till.host.next('4', 'lose_answer');
    await till.payByCard();
    await till.runFor(120_000);
    till.on('not_paid');
    expect(sent(till)).toBe('950580000480009f360200079f1002aabb');
    expect(till.host.of('0421')[0]?.fields[55]).toEqual(till.host.of('0420')[0]?.fields[55]);
  });

  test('as it ended, where it refused after the approval', async () => {
    const till = await counter();
    till.pad.authorisation = { emv: first };
    till.pad.completion = { cryptogram: 'aac', emv: second };
    await till.payByCard();
    expect(sent(till)).toBe('950580000480019f1002ccdd9f360200079f5b0102');
  });

  test('as it was before, after a restart too', async () => {
    const till = await counter();
    till.pad.authorisation = { emv: first };
    till.host.next('2', 'lose_request');
    await till.payByCard();
    await till.restart();
    await till.runFor(10);
    expect(sent(till)).toBe('950580000480009f360200079f1002aabb');
  });

  test('and a stripe has nothing to tell', async () => {
    const till = await counter();
    till.pad.authorisation = { emv: null };
    till.host.next('2', 'lose_request');
    await till.payByCard();
    await till.runFor(60_000);
    expect(till.host.of('0420')[0]?.fields[55]).toBeUndefined();
  });
});
