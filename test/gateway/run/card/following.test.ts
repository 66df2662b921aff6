import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData } from '../../../../gateway/iso8583/private-data.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered, never } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const batch = packBatchData({ batch: '000007', original: null });
const common = { 22: '051', 49: '643', 60: batch };

async function approvedSale(): Promise<{ readonly sale: Sent; readonly rrn: string }> {
  const sale = rig.sale();
  const answer = await rig.ask(sale);
  return { sale, rrn: String(answer.fields[37]) };
}

/** Sent in one breath: each is decided before the other is known. */
async function atOnce(...messages: Sent[]): Promise<readonly string[]> {
  const answers = await rig.world.complete(Promise.all(messages.map((message) => rig.send(message))));
  return messages.map((message, at) => String(rig.read(message, answers[at] ?? null).fields[39])).sort();
}

describe('a void', () => {
  const undo = (rrn: string, values: Record<number, string> = {}) =>
    rig.build(
      '0200',
      { ...common, 3: '020000', 4: '000000150000', 25: '00', 37: rrn, ...values },
      { account: null },
    );

  test('undoes a sale of the same batch at once, and the bank by its queue', async () => {
    const { sale, rrn } = await approvedSale();
    const message = undo(rrn);
    const answer = await rig.ask(message);
    expect([answer.fields[39], answer.fields[37]]).toEqual(['00', rrn]);
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', reversalCause: 'void' });
    expect(await rig.card(message)).toMatchObject({ kind: 'void', state: 'approved' });
    const again = await rig.world.complete(rig.send(message));
    expect(rig.read(message, again).fields[39]).toBe('00');
    expect(rig.bank.advices).toHaveLength(1);
  });

  test('of a sale of another day is refused; one that was taken on its day is answered again after midnight', async () => {
    const { rrn } = await approvedSale();
    const taken = undo(rrn);
    expect(await rig.code(taken)).toBe('00');
    const other = rig.sale({}, { sale: { saleId: ulid('S2'), attemptId: ulid('A2') } });
    const left = String((await rig.ask(other)).fields[37]);
    await rig.world.advance(86_400_000);
    expect(await rig.code(taken)).toBe('00');
    expect(await rig.code(undo(left, { 7: '1123060000' }))).toBe('12');
    expect(await rig.card(other)).toMatchObject({ state: 'approved' });
  });

  test('sent twice at once undoes its sale once', async () => {
    const { sale, rrn } = await approvedSale();
    expect(await atOnce(undo(rrn), undo(rrn))).toEqual(['00', '12']);
    expect(rig.logged('card_work_failed')).toBe(false);
    expect((await rig.card(sale))?.reversalCause).toBe('void');
  });

  test('cannot be undone itself, and nobody is told that it was; one that was declined has nothing to undo', async () => {
    const { sale, rrn } = await approvedSale();
    const message = undo(rrn);
    await rig.ask(message);
    expect(await rig.code(rig.reversal(message))).toBe('12');
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe('reversed');
    const refused = undo('999999999999');
    await rig.ask(refused);
    expect(await rig.code(rig.reversal(refused))).toBe('00');
  });

  test('of another batch is not allowed, of nothing is not found', async () => {
    const { rrn } = await approvedSale();
    const other = packBatchData({ batch: '000008', original: null });
    expect(await rig.code(undo(rrn, { 60: other }))).toBe('12');
    expect(await rig.code(undo('999999999999'))).toBe('25');
  });
});

describe('a refund', () => {
  const refund = (rrn: string, minor: number, account?: { pan: string; expiryYymm: string }) =>
    rig.build(
      '0200',
      { ...common, 3: '200000', 4: String(minor).padStart(12, '0'), 25: '00', 37: rrn },
      account === undefined ? {} : { account },
    );

  test('goes to the bank of the sale, names it, and keeps within what was paid', async () => {
    const { sale, rrn } = await approvedSale();
    const part = refund(rrn, 100_000);
    const answer = await rig.ask(part);
    expect(answer.fields[39]).toBe('00');
    expect(answer.fields[37]).not.toBe(rrn);
    expect(rig.bank.requests[1]).toMatchObject({ kind: 'refund', original: { rrn, authCode: '654321' } });
    expect(await rig.code(refund(rrn, 60_000))).toBe('61');
    expect(await rig.code(refund(rrn, 50_000))).toBe('00');
    expect((await rig.card(sale))?.refunded.amountMinor).toBe(150_000n);
    expect(await rig.code(rig.reversal(sale))).toBe('12');
  });

  test('beside another at the same moment keeps within what was paid: one of them is told that it is too much', async () => {
    const { sale, rrn } = await approvedSale();
    expect(await atOnce(refund(rrn, 100_000), refund(rrn, 60_000))).toEqual(['00', '61']);
    expect(rig.logged('card_work_failed')).toBe(false);
    expect((await rig.card(sale))?.refunded).toEqual((await rig.card(sale))?.refundsBooked);
  });

  test('that the bank declines frees what it held, and one it does not answer is reversed', async () => {
    const { sale, rrn } = await approvedSale();
    rig.bank.request1 = () => answered('05');
    expect(await rig.code(refund(rrn, 150_000))).toBe('05');
    expect((await rig.card(sale))?.refunded.amountMinor).toBe(0n);
    rig.bank.request1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const lost = refund(rrn, 150_000);
    expect(await rig.code(lost)).toBe('91');
    await rig.world.advance(5_000);
    expect((await rig.card(lost))?.state).toBe('reversed');
    expect((await rig.card(sale))?.refunded.amountMinor).toBe(0n);
  });

  test('to another card is not allowed', async () => {
    const { rrn } = await approvedSale();
    expect(await rig.code(refund(rrn, 100, { pan: '2200709999999994', expiryYymm: '3012' }))).toBe('12');
  });
});

describe('a pre-authorisation', () => {
  const hold = () =>
    rig.build('0100', { ...common, 3: '030000', 4: '000000200000', 25: '06' }, { pin: '1234' });
  const complete = (rrn: string, minor: string, authCode: string | undefined = '654321') =>
    rig.build(
      '0220',
      { ...common, 3: '000000', 4: minor, 25: '06', 37: rrn, 38: authCode },
      { account: null },
    );
  const find = (sent: Sent) =>
    rig.store.cards.byIdentity({
      ...{ tid: TID, mid: MERCHANT.mid, messageClass: '1' },
      ...{ stan: String(sent.fields[11]), transmittedAt: String(sent.fields[7]) },
    });

  test('is completed by an advice that is answered at once and repeated as itself', async () => {
    const held = hold();
    const answer = await rig.ask(held);
    expect([answer.mti, answer.fields[39]]).toEqual(['0110', '00']);
    const rrn = String(answer.fields[37]);
    const completion = complete(rrn, '000000180000');
    expect((await rig.ask(completion)).mti).toBe('0230');
    await rig.world.advance(5_000);
    expect(rig.bank.advices[0]).toMatchObject({ kind: 'completion', conditionCode: '06', repeat: false });
    const card = await find(held);
    expect(rig.bank.advices[0]).toMatchObject({ original: card?.bankReference, cardId: card?.cardId });
    expect(await rig.code(rig.build('0221', completion.fields, { account: null, ksn: completion.ksn }))).toBe(
      '00',
    );
    expect(await rig.code(complete(rrn, '000000180000'))).toBe('21');
    expect(rig.bank.advices).toHaveLength(1);
  });

  test('is not completed for more than was held', async () => {
    const rrn = String((await rig.ask(hold())).fields[37]);
    expect(await rig.code(complete(rrn, '000000200001'))).toBe('61');
  });

  test('is not completed under the authorisation code of another', async () => {
    const held = hold();
    const rrn = String((await rig.ask(held)).fields[37]);
    expect(await rig.code(complete(rrn, '000000180000', '654322'))).toBe('25');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(0);
    expect((await find(held))?.refunded.amountMinor).toBe(0n);
    expect(await rig.code(complete(rrn, '000000180000'))).toBe('00');
  });

  const undone = (completion: Sent) =>
    rig.reversal(completion, {
      56: '4000',
      90: `0220${completion.fields[11]}${completion.fields[7]}${'0'.repeat(22)}`,
    });

  test('that is completed twice at once is completed once, and the other is told so', async () => {
    const rrn = String((await rig.ask(hold())).fields[37]);
    expect(await atOnce(complete(rrn, '000000180000'), complete(rrn, '000000150000'))).toEqual(['00', '21']);
    expect(rig.logged('card_work_failed')).toBe(false);
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(1);
  });

  test('whose completion is reversed charges nothing, here and at its bank', async () => {
    const rrn = String((await rig.ask(hold())).fields[37]);
    const completion = complete(rrn, '000000180000');
    expect(await rig.code(completion)).toBe('00');
    expect(await rig.code(undone(completion))).toBe('00');
    await rig.world.advance(5_000);
    const card = await rig.card(completion);
    expect(card?.state).toBe('reversed');
    expect(await rig.store.transfersOf(card?.cardId ?? '')).toHaveLength(2);
    expect(rig.bank.advices.map(({ kind }) => kind)).toEqual(['completion', 'reversal']);
    expect(rig.bank.advices[1]).toMatchObject({ conditionCode: '06', original: { mti: '0220' } });
    expect(await rig.code(rig.build('0221', completion.fields, { account: null, ksn: completion.ksn }))).toBe(
      '21',
    );
  });

  test('whose completion comes after its reversal is not charged', async () => {
    const rrn = String((await rig.ask(hold())).fields[37]);
    const completion = complete(rrn, '000000180000');
    expect(await rig.code(undone(completion))).toBe('00');
    expect(await rig.code(completion)).toBe('21');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(0);
  });

  const lifted = (held: Sent) =>
    rig.reversal(held, { 56: '4000', 90: `0100${held.fields[11]}${held.fields[7]}${'0'.repeat(22)}` });

  test('whose completion stands is not lifted; one whose completion was taken back is gone', async () => {
    const held = hold();
    const completion = complete(String((await rig.ask(held)).fields[37]), '000000180000');
    await rig.ask(completion);
    await rig.world.advance(5_000);
    expect(await rig.code(lifted(held))).toBe('12');
    expect(rig.logged('card_reversal_after_refund')).toBe(true);
    expect(await rig.code(undone(completion))).toBe('00');
    expect(await rig.code(lifted(held))).toBe('21');
    await rig.world.advance(5_000);
    expect(await rig.code(lifted(held))).toBe('21');
    expect(rig.bank.advices.map(({ kind }) => kind)).toEqual(['completion', 'reversal']);
  });

  test('whose bank refused the completion that was taken back is lifted there, once', async () => {
    rig.bank.advise1 = ({ kind, original }) =>
      answered(kind === 'completion' ? '13' : original.mti === '0220' ? '25' : '00');
    const held = hold();
    const completion = complete(String((await rig.ask(held)).fields[37]), '000000180000');
    await rig.ask(completion);
    await rig.world.advance(5_000);
    expect(await rig.code(lifted(held))).toBe('12');
    expect(await rig.code(undone(completion))).toBe('00');
    expect(await rig.code(lifted(held))).toBe('00');
    expect(await rig.code(lifted(held))).toBe('00');
    await rig.world.advance(5_000);
    expect(rig.bank.advices.map(({ original }) => original.mti)).toEqual(['0100', '0220', '0100']);
    expect((await find(held))?.state).toBe('reversed');
  });

  test('whose bank never had the completion that was taken back is lifted there by itself', async () => {
    rig.bank.advise1 = ({ kind, original }) =>
      answered(kind === 'completion' ? '13' : original.mti === '0220' ? '25' : '00');
    const held = hold();
    const completion = complete(String((await rig.ask(held)).fields[37]), '000000180000');
    await rig.ask(completion);
    await rig.world.advance(5_000);
    expect(await rig.code(undone(completion))).toBe('00');
    await rig.world.advance(5_000);
    expect(rig.bank.advices.map(({ original }) => original.mti)).toEqual(['0100', '0220', '0100']);
    expect((await find(held))?.state).toBe('reversed');
    expect(await rig.code(lifted(held))).toBe('00');
    expect(rig.bank.advices).toHaveLength(3);
  });

  const online = (rrn: string, minor: string, values: Record<number, string | undefined> = {}) =>
    rig.build(
      '0200',
      { ...common, 3: '000000', 4: minor, 25: '06', 37: rrn, 38: '654321', ...values },
      { sale: { saleId: ulid('S2'), attemptId: ulid('A2') } },
    );

  test('is completed by a request as by an advice, its card present or not: the hold is charged, never the card anew', async () => {
    const held = hold();
    const rrn = String((await rig.ask(held)).fields[37]);
    const completion = online(rrn, '000000180000');
    const answer = await rig.ask(completion);
    expect([answer.mti, answer.fields[39]]).toEqual(['0210', '00']);
    await rig.world.advance(5_000);
    const card = await find(held);
    expect(await rig.card(completion)).toMatchObject({ kind: 'completion', originalId: card?.cardId });
    expect(rig.bank.requests.map(({ kind }) => kind)).toEqual(['preauthorisation']);
    expect(rig.bank.advices).toMatchObject([{ kind: 'completion', original: card?.bankReference }]);
    expect(await rig.code(online(rrn, '000000180000'))).toBe('21');
    expect(await rig.code(rig.reversal(completion))).toBe('00');
    await rig.world.advance(5_000);
    expect((await rig.card(completion))?.state).toBe('reversed');
    expect(rig.bank.advices.map(({ kind }) => kind)).toEqual(['completion', 'reversal']);
  });

  test('takes no request for more than was held, under another code, or that names no hold', async () => {
    const held = hold();
    const rrn = String((await rig.ask(held)).fields[37]);
    expect(await rig.code(online(rrn, '000000999900'))).toBe('61');
    expect(await rig.code(online(rrn, '000000180000', { 38: '654322' }))).toBe('25');
    expect(await rig.code(online('999999999999', '000000180000'))).toBe('25');
    expect(await rig.code(online(rrn, '000000180000', { 37: undefined }))).toBe('25');
    await rig.world.advance(5_000);
    expect([rig.bank.requests.length, rig.bank.advices.length]).toEqual([1, 0]);
    expect((await find(held))?.refunded.amountMinor).toBe(0n);
  });

  test('is cancelled by a reversal', async () => {
    const held = hold();
    await rig.ask(held);
    const original = `0100${held.fields[11]}${held.fields[7]}${'0'.repeat(22)}`;
    expect(await rig.code(rig.reversal(held, { 56: '4000', 90: original }))).toBe('00');
    await rig.world.advance(5_000);
    expect(await find(held)).toMatchObject({ state: 'reversed', reversalCause: 'customer_cancelled' });
    expect(rig.bank.advices[0]).toMatchObject({ conditionCode: '06', original: { mti: '0100' } });
  });
});

test.each([
  ['a pre-authorisation’s cancellation as a request', '0100', '06'],
  ['a refund as an advice', '0220', '00'],
] as const)('%s is not known here: 12, and nothing is done', async (_what, mti, condition) => {
  const { sale, rrn } = await approvedSale();
  const values = { ...common, 3: '200000', 4: '000000150000', 25: condition, 37: rrn };
  expect(await rig.code(rig.build(mti, values))).toBe('12');
  expect(await rig.card(sale)).toMatchObject({ state: 'approved', refunded: { amountMinor: 0n } });
});

describe('a balance', () => {
  const ask = () =>
    rig.build('0200', { ...common, 3: '310000', 4: '000000000000', 25: '00' }, { pin: '1234' });

  test('brings what the bank says and books nothing', async () => {
    rig.bank.request1 = () => answered('00', { balances: '0002643C000000500000' });
    const message = ask();
    expect((await rig.ask(message)).fields[54]).toBe('0002643C000000500000');
    expect(await rig.store.transfersOf((await rig.card(message))?.cardId ?? '')).toHaveLength(0);
  });

  test('that nobody answers owes nothing', async () => {
    rig.bank.request1 = () => never();
    const message = ask();
    const asked = rig.send(message);
    await rig.world.advance(36_000);
    expect(rig.read(message, await asked).fields[39]).toBe('91');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(0);
  });
});
