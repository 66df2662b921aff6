import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData, packBatchTotals } from '../../../../gateway/iso8583/private-data.ts';
import type { ResolutionOutcome } from '../../../../gateway/payments/card/matters.ts';
import {
  decideResolution,
  MATTER_WAITS_MS,
  proposeResolution,
} from '../../../../gateway/run/card/resolving.ts';
import { TID, ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const matters = () => rig.store.cards.matters.open(MATTER_WAITS_MS);
const world = () => ({ store: rig.store, runtime: { clock: rig.world.clock, random: rig.world.random } });
const propose = (subject: string, outcome: ResolutionOutcome, by = 'Ivanov') =>
  proposeResolution(world(), { subject, outcome, agreement: 'Letter 17/04 of the bank', by });
const decide = (id: string, decision: 'approved' | 'rejected', by: string) =>
  decideResolution(world(), id, decision, by);

async function agree(subject: string, outcome: ResolutionOutcome) {
  const proposed = await propose(subject, outcome);
  if (!proposed.ok) throw new Error(proposed.refusal);
  return decide(proposed.value.resolutionId, 'approved', 'petrova');
}

/** A sale that was undone, and whose bank will not have it. */
async function refusedReversal(): Promise<{ readonly sale: Sent; readonly cardId: string }> {
  rig.bank.advise1 = () => answered('14');
  const sale = rig.sale();
  await rig.ask(sale);
  await rig.ask(rig.reversal(sale));
  await rig.world.advance(1_000);
  return { sale, cardId: (await rig.card(sale))?.cardId ?? '' };
}

const booked = async (cardId: string) =>
  (await rig.store.transfersOf(cardId)).map(({ template }) => template).sort();

describe('what waits for a person', () => {
  test('is nothing while all goes well, and until a bank has been told in vain for long', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(MATTER_WAITS_MS - 1_000);
    expect(await matters()).toEqual([]);
    await rig.world.advance(2_000);
    const card = await rig.card(sale);
    expect(await matters()).toMatchObject([
      {
        ...{ kind: 'reversal_waiting', bank: 'bank-a', subject: card?.cardId, since: card?.updatedAt },
        atRisk: { amountMinor: 150_000n, currency: 'RUB' },
        card: { kind: 'sale', tid: '10000001', rrn: card?.bankReference?.rrn, masked: '220070******7891' },
        proposed: null,
      },
    ]);
    expect((await matters())[0]?.tries).toBeGreaterThan(5);
    rig.bank.advise1 = () => answered('00');
    await rig.world.advance(120_000);
    expect(await matters()).toEqual([]);
  });

  test('is a reversal that the bank refused, with its code', async () => {
    const { cardId } = await refusedReversal();
    expect(await matters()).toMatchObject([
      { kind: 'reversal_refused', subject: cardId, responseCode: '14', tries: 1 },
    ]);
  });

  test('is the reversal of a late approval that the bank refused, of a sale that was declined', async () => {
    rig.bank.advise1 = () => answered('14');
    rig.bank.request1 = () => answered('91');
    await rig.ask(rig.sale());
    const reference = rig.bank.requests[0]?.reference;
    if (reference === undefined) throw new Error('The bank was asked.');
    rig.bank.late(reference, answered('00'));
    await rig.world.advance(5_000);
    const [matter] = await matters();
    expect(matter).toMatchObject({ kind: 'reversal_refused' });
    expect(await agree(matter?.subject ?? '', 'bank_pays')).toMatchObject({ ok: true });
    expect(await booked(matter?.subject ?? '')).toEqual(['card_money_found']);
  });
});

describe('a reversal that the bank will not have', () => {
  test('is settled when the bank has undone it by hand: nothing more is booked', async () => {
    const { sale, cardId } = await refusedReversal();
    const before = await booked(cardId);
    expect(await agree(cardId, 'bank_undid')).toMatchObject({ ok: true });
    expect((await rig.card(sale))?.state).toBe('reversed');
    expect(await booked(cardId)).toEqual(before);
    expect(await matters()).toEqual([]);
  });

  test('leaves money to be returned when the bank settles it, and never a sale that is paid', async () => {
    const { sale, cardId } = await refusedReversal();
    expect(await agree(cardId, 'bank_pays')).toMatchObject({ ok: true });
    expect((await rig.card(sale))?.state).toBe('reversed');
    expect(await booked(cardId)).toEqual(['card_money_found', 'card_sale', 'card_sale_reversal']);
    expect(await matters()).toMatchObject([{ kind: 'money_to_return', subject: cardId }]);
    expect(await agree(cardId, 'returned')).toMatchObject({ ok: true });
    expect(await matters()).toEqual([]);
    expect(await rig.code(sale)).toBe('21');
    await rig.store.foldEntries(100);
    const balances = rig.store.balances();
    expect(balances.length).toBeGreaterThan(0);
    for (const { account, debit, credit } of balances) {
      expect([account, debit - credit]).toEqual([account, 0n]);
    }
  });

  test('is told no more once it is settled while it is being told', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(MATTER_WAITS_MS + 30_000);
    rig.bank.delayMs = 10_000;
    const told = rig.bank.advices.length;
    await rig.world.runUntil(() => rig.bank.advices.length > told, 120_000);
    expect(await agree((await rig.card(sale))?.cardId ?? '', 'bank_undid')).toMatchObject({ ok: true });
    await rig.world.advance(300_000);
    expect(rig.bank.advices).toHaveLength(told + 1);
    expect(rig.logged('card_advice_failed')).toBe(false);
    expect((await rig.card(sale))?.state).toBe('reversed');
    expect(await matters()).toEqual([]);
  });
});

describe('a completion that the bank will not have', () => {
  let complete: Sent;
  async function refusedCompletion(): Promise<string> {
    const values = { 3: '030000', 4: '000000150000', 22: '051', 25: '06', 49: '643' };
    const batch = packBatchData({ batch: '000007', original: null });
    const options = { sale: { saleId: ulid('S1'), attemptId: ulid('A1') } };
    const preauth = rig.build('0100', { ...values, 60: batch }, options);
    const rrn = String((await rig.ask(preauth)).fields[37]);
    rig.bank.advise1 = ({ kind }) => answered(kind === 'completion' ? '12' : '25');
    complete = rig.build(
      '0220',
      { ...values, 3: '000000', 60: batch, 37: rrn, 38: '654321' },
      { ...options, account: null },
    );
    expect(await rig.code(complete)).toBe('00');
    await rig.world.advance(1_000);
    const [matter] = await matters();
    expect(matter).toMatchObject({ kind: 'completion_refused', responseCode: '12' });
    return matter?.subject ?? '';
  }

  const undone = () =>
    rig.reversal(complete, {
      56: '4000',
      90: `0220${complete.fields[11]}${complete.fields[7]}${'0'.repeat(22)}`,
    });

  test('is given up or charged after all, and nothing else', async () => {
    const cardId = await refusedCompletion();
    expect(await propose(cardId, 'bank_undid')).toMatchObject({
      ...{ ok: false, refusal: 'outcome_not_possible', possible: ['given_up', 'bank_accepts'] },
    });
  });

  test('that is given up is booked back, and its reversal goes to the bank by itself; then the hold is lifted, which the bank still has', async () => {
    const cardId = await refusedCompletion();
    expect(await agree(cardId, 'given_up')).toMatchObject({ ok: true });
    expect(await booked(cardId)).toEqual(['card_sale', 'card_sale_reversal']);
    await rig.world.advance(60_000);
    const completion = await rig.store.cards.card(cardId);
    const hold = await rig.store.cards.card(completion?.originalId ?? '');
    expect(rig.bank.advices.map(({ kind, original }) => [kind, original.mti])).toEqual([
      ...[
        ['completion', '0100'],
        ['reversal', '0220'],
        ['reversal', '0100'],
      ],
    ]);
    expect(rig.bank.advices[2]).toMatchObject({
      ...{ original: hold?.bankReference, conditionCode: '06', amount: hold?.amount },
    });
    expect([completion?.state, hold?.state]).toEqual(['reversed', 'reversed']);
    expect(await matters()).toEqual([]);
  });

  test('that the bank charges after all and then will not undo is a matter again, until its reversal is settled', async () => {
    const cardId = await refusedCompletion();
    expect(await agree(cardId, 'bank_accepts')).toMatchObject({ ok: true });
    rig.bank.advise1 = () => answered('14');
    expect(await rig.code(undone())).toBe('00');
    await rig.world.advance(1_000);
    expect(await matters()).toMatchObject([
      { kind: 'reversal_refused', subject: cardId, responseCode: '14' },
    ]);
    expect(await agree(cardId, 'bank_undid')).toMatchObject({ ok: true });
    expect((await rig.store.cards.card(cardId))?.state).toBe('reversed');
    expect(await matters()).toEqual([]);
  });

  test('that the bank charges after all stays as it is', async () => {
    const cardId = await refusedCompletion();
    expect(await agree(cardId, 'bank_accepts')).toMatchObject({ ok: true });
    expect(await booked(cardId)).toEqual(['card_sale']);
    expect(await matters()).toEqual([]);
  });
});

describe('a completion that the bank never takes', () => {
  async function waitingCompletion(
    code: '96' | null,
  ): Promise<{ readonly cardId: string; readonly sale: Sent }> {
    const values = { 3: '030000', 4: '000000150000', 22: '051', 25: '06', 49: '643' };
    const batch = packBatchData({ batch: '000007', original: null });
    const options = { sale: { saleId: ulid('S9'), attemptId: ulid('A9') } };
    const preauth = rig.build('0100', { ...values, 60: batch }, options);
    const rrn = String((await rig.ask(preauth)).fields[37]);
    rig.bank.advise1 = ({ kind }) => {
      if (kind === 'reversal') return answered('00');
      return code === null ? { kind: 'unknown', cause: 'timeout' } : answered(code);
    };
    const named = { ...values, 3: '000000', 60: batch, 37: rrn, 38: '654321' };
    expect(await rig.code(rig.build('0220', named, { ...options, account: null }))).toBe('00');
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    await rig.world.advance(MATTER_WAITS_MS + 60_000);
    const matter = (await matters()).find(({ kind }) => kind === 'completion_waiting');
    return { cardId: matter?.subject ?? '', sale };
  }
  const told = () => rig.bank.advices.filter(({ kind }) => kind === 'reversal').map(({ cardId }) => cardId);

  test.each(['96', null] as const)('(%s) is given up, and what waits behind it goes on', async (code) => {
    const { cardId, sale } = await waitingCompletion(code);
    expect(told()).toEqual([]);
    expect(await propose(cardId, 'bank_accepts')).toMatchObject({ possible: ['given_up'] });
    expect(await agree(cardId, 'given_up')).toMatchObject({ ok: true });
    expect(await booked(cardId)).toEqual(['card_sale', 'card_sale_reversal']);
    await rig.world.advance(120_000);
    const reversed = await rig.card(sale);
    expect(rig.bank.advices.filter(({ kind }) => kind === 'reversal')).toHaveLength(2);
    expect(told()[0]).toBe(reversed?.cardId);
    expect(reversed?.state).toBe('reversed');
    const completion = await rig.store.cards.card(cardId);
    expect(completion?.state).toBe('reversed');
    // The bank had it after all, and with it the hold: it undid something.
    expect((await rig.store.cards.card(completion?.originalId ?? ''))?.state).toBe('approved');
    expect(await matters()).toEqual([]);
  });

  test('is told no more once it is given up while it is being told', async () => {
    const { cardId } = await waitingCompletion('96');
    rig.bank.delayMs = 10_000;
    const before = rig.bank.advices.length;
    await rig.world.runUntil(() => rig.bank.advices.length > before, 120_000);
    expect(await agree(cardId, 'given_up')).toMatchObject({ ok: true });
    await rig.world.advance(300_000);
    expect(rig.bank.advices.slice(before).map(({ kind }) => kind)).toEqual([
      ...['completion', 'reversal', 'reversal'],
    ]);
    expect(rig.logged('card_advice_failed')).toBe(false);
    expect(await matters()).toEqual([]);
  });
});

describe('a resolution', () => {
  test('is approved by another person than who proposed it, however the name is written', async () => {
    const { sale, cardId } = await refusedReversal();
    const proposed = await propose(cardId, 'bank_undid', 'Ivanov');
    if (!proposed.ok) throw new Error(proposed.refusal);
    const { resolutionId } = proposed.value;
    expect((await matters())[0]?.proposed).toMatchObject({ resolutionId, proposedBy: 'ivanov' });
    for (const same of ['Ivanov', ' ivanov ', 'IVANOV']) {
      expect(await decide(resolutionId, 'approved', same)).toMatchObject({
        ok: false,
        refusal: 'same_person',
      });
    }
    expect((await rig.card(sale))?.state).toBe('reversing');
    expect(await decide(resolutionId, 'approved', '')).toMatchObject({ ok: false, refusal: 'name_invalid' });
    expect(await decide(resolutionId, 'approved', 'petrova')).toMatchObject({ ok: true });
    expect(await decide(resolutionId, 'approved', 'sidorov')).toMatchObject({ refusal: 'decided_already' });
  });

  test('is one at a time, and may be rejected', async () => {
    const { sale, cardId } = await refusedReversal();
    const proposed = await propose(cardId, 'bank_pays');
    if (!proposed.ok) throw new Error(proposed.refusal);
    expect(await propose(cardId, 'bank_undid', 'petrova')).toMatchObject({ refusal: 'proposed_already' });
    expect(await decide(proposed.value.resolutionId, 'rejected', 'ivanov')).toMatchObject({ ok: true });
    expect((await rig.card(sale))?.state).toBe('reversing');
    expect(await propose(cardId, 'bank_undid', 'petrova')).toMatchObject({ ok: true });
  });

  test('is about a matter that is there, when it is proposed and when it is approved', async () => {
    expect(await propose(ulid('C9'), 'bank_undid')).toMatchObject({ refusal: 'no_such_matter' });
    const sale = rig.sale();
    await rig.ask(sale);
    const cardId = (await rig.card(sale))?.cardId ?? '';
    expect(await propose(cardId, 'bank_undid')).toMatchObject({ refusal: 'no_such_matter' });
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(MATTER_WAITS_MS + 1_000);
    const proposed = await propose(cardId, 'bank_pays');
    if (!proposed.ok) throw new Error(proposed.refusal);
    rig.bank.advise1 = () => answered('00');
    await rig.world.advance(120_000);
    const late = await decide(proposed.value.resolutionId, 'approved', 'petrova');
    expect(late).toMatchObject({ ok: false, refusal: 'no_such_matter' });
    expect(await booked(cardId)).toEqual(['card_sale', 'card_sale_reversal']);
  });
});

describe('a till’s batch that was closed with a difference', () => {
  const none = { count: 0, amountMinor: 0n };
  const claim = (code: '920000' | '960000', count: number, amountMinor: bigint) =>
    rig.build(
      '0500',
      {
        3: code,
        50: '643',
        60: packBatchData({ batch: '000007', original: null }),
        63: packBatchTotals({
          ...{ sales: { count, amountMinor }, refunds: none, debitSales: none },
          ...{ debitRefunds: none, authorisedSales: none, authorisedRefunds: none },
        }),
      },
      { account: null },
    );
  const SUBJECT = '10000001/000007/RUB';
  const closeWrong = async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    await rig.ask(claim('920000', 2, 310_000n));
    await rig.ask(claim('960000', 2, 310_000n));
    return sale;
  };

  test('is a matter with both sides’ figures, and not before the upload has failed to settle it', async () => {
    await rig.ask(rig.sale());
    await rig.ask(claim('920000', 2, 310_000n));
    expect(await matters()).toEqual([]);
    await rig.ask(claim('960000', 2, 310_000n));
    const batch = await rig.store.cards.batch(TID, '000007');
    expect(await matters()).toEqual([
      {
        ...{ kind: 'batch_different', bank: null, subject: SUBJECT, since: batch?.closedAt, tries: 0 },
        atRisk: { amountMinor: 160_000n, currency: 'RUB' },
        ...{ responseCode: '95', card: null, proposed: null },
        batch: {
          ...{ tid: TID, batch: '000007' },
          claimed: { currency: 'RUB', sales: 2, salesMinor: 310_000n, refunds: 0, refundsMinor: 0n, open: 0 },
          counted: { currency: 'RUB', sales: 1, salesMinor: 150_000n, refunds: 0, refundsMinor: 0n, open: 0 },
        },
      },
    ]);
  });

  test('keeps its difference whatever is undone afterwards', async () => {
    const sale = await closeWrong();
    const [before] = await matters();
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(5_000);
    expect(await matters()).toEqual([before]);
  });

  test('is settled when two persons agree that it is explained, and by no other outcome', async () => {
    await closeWrong();
    expect(await propose(SUBJECT, 'bank_undid')).toMatchObject({ refusal: 'outcome_not_possible' });
    const proposed = await propose(SUBJECT, 'explained');
    if (!proposed.ok) throw new Error(proposed.refusal);
    const { resolutionId } = proposed.value;
    expect(await decide(resolutionId, 'approved', 'ivanov')).toMatchObject({ refusal: 'same_person' });
    expect((await matters())[0]?.proposed).toMatchObject({ resolutionId, outcome: 'explained' });
    expect(await decide(resolutionId, 'approved', 'petrova')).toMatchObject({ ok: true });
    expect(await matters()).toEqual([]);
  });

  test('that agreed in the end is no matter', async () => {
    await rig.ask(rig.sale());
    await rig.ask(claim('920000', 2, 310_000n));
    await rig.ask(claim('960000', 1, 150_000n));
    expect(await matters()).toEqual([]);
  });
});
