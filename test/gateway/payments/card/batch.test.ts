import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { claimBatch, judgeItem, leaveBatch } from '../../../../gateway/payments/card/batch.ts';
import type { BatchRecord, BatchTotals } from '../../../../gateway/payments/card/records.ts';
import { TID } from '../../store/records.ts';
import { cardIn, NOW } from './card-samples.ts';

const KEY = { tid: TID, batch: '000001' };
const totals = (currency: string, changes: Partial<BatchTotals> = {}): BatchTotals => ({
  ...{ currency, sales: 2, salesMinor: 500n, refunds: 1, refundsMinor: 100n, open: 0 },
  ...changes,
});
const RUBLES = totals('RUB');
const YUAN = totals('CNY');
const NO_YUAN = totals('CNY', { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n });
const done = (figures: BatchTotals) => ({ ...figures, done: true });
const claim = (
  stored: BatchRecord | null,
  ours: readonly BatchTotals[],
  claimed: BatchTotals,
  after: 'totals' | 'upload' = 'totals',
) => claimBatch(stored, KEY, ours, claimed, after, NOW);

describe('A claim of totals', () => {
  test('that agrees closes a batch of one currency', () => {
    const { batch, responseCode } = claim(null, [RUBLES], RUBLES);
    expect(responseCode).toBe('00');
    expect(batch).toEqual({
      ...{ ...KEY, state: 'closed', claimed: [done(RUBLES)], counted: [RUBLES], agreed: true },
      ...{ closedAt: NOW, version: 1 },
    });
  });

  test('of nothing agrees with a batch of nothing', () => {
    const nothing = totals('RUB', { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n });
    expect(claim(null, [], nothing)).toMatchObject({ responseCode: '00', batch: { state: 'closed' } });
    expect(claim(null, [], RUBLES).responseCode).toBe('95');
  });

  test.each([{ sales: 3 }, { salesMinor: 501n }, { refunds: 0 }, { refundsMinor: 99n }])(
    'that differs in %o calls for the upload',
    (changes) => {
      const decision = claim(null, [RUBLES], totals('RUB', changes));
      expect(decision).toMatchObject({ responseCode: '95', batch: { state: 'uploading', agreed: null } });
    },
  );

  test('does not agree while anything is in flight', () => {
    expect(claim(null, [totals('RUB', { open: 1 })], RUBLES).responseCode).toBe('95');
  });

  test('of one currency of two leaves the batch open for the other', () => {
    const first = claim(null, [RUBLES, YUAN], RUBLES);
    expect(first).toMatchObject({ responseCode: '00', batch: { state: 'open', agreed: null } });
    const second = claim(first.batch, [RUBLES, YUAN], YUAN);
    expect(second.batch).toMatchObject({
      state: 'closed',
      agreed: true,
      claimed: [done(RUBLES), done(YUAN)],
      version: 2,
    });
  });

  test('after the upload closes the batch, agreed or with its difference', () => {
    const wrong = totals('RUB', { sales: 3 });
    const { batch } = claim(null, [RUBLES], wrong);
    expect(claim(batch, [RUBLES], RUBLES, 'upload')).toMatchObject({
      ...{ responseCode: '00', batch: { state: 'closed', agreed: true, claimed: [done(RUBLES)] } },
    });
    expect(claim(batch, [RUBLES], wrong, 'upload')).toMatchObject({
      ...{ responseCode: '95', batch: { state: 'closed', agreed: false, claimed: [done(wrong)] } },
    });
  });

  test('to a closed batch is answered as it was, changes nothing, and another claim is refused', () => {
    const { batch } = claim(null, [RUBLES], RUBLES);
    const again = claim(batch, [RUBLES], RUBLES);
    expect(again.batch).toBe(batch);
    expect(again.responseCode).toBe('00');
    expect(claim(batch, [RUBLES], totals('RUB', { sales: 9 })).responseCode).toBe('95');
    expect(claim(batch, [RUBLES], YUAN).responseCode).toBe('95');
  });
});

describe('A batch of several currencies', () => {
  const wrong = totals('CNY', { sales: 3 });

  test('is closed with the difference of whichever currency was claimed after its upload', () => {
    const both = [RUBLES, YUAN];
    const differing = claim(null, both, wrong);
    expect(differing).toMatchObject({ responseCode: '95', batch: { state: 'uploading' } });
    const uploaded = claim(differing.batch, both, wrong, 'upload');
    expect(uploaded).toMatchObject({ responseCode: '95', batch: { state: 'open', agreed: null } });
    expect(claim(uploaded.batch, both, RUBLES)).toMatchObject({
      ...{ responseCode: '00', batch: { state: 'closed', agreed: false, counted: both } },
    });
  });

  test('waits for the claim after the upload of each that differs', () => {
    const both = [RUBLES, YUAN];
    const differing = claim(null, both, wrong);
    const agreed = claim(differing.batch, both, RUBLES);
    expect(agreed).toMatchObject({ responseCode: '00', batch: { state: 'uploading' } });
    expect(claim(agreed.batch, both, YUAN, 'upload').batch).toMatchObject({ state: 'closed', agreed: true });
  });

  test('is closed with a difference where what had agreed changed before the last claim', () => {
    const first = claim(null, [RUBLES, YUAN], RUBLES);
    const moved = [totals('RUB', { sales: 1 }), YUAN];
    expect(claim(first.batch, moved, YUAN)).toMatchObject({
      ...{ responseCode: '00', batch: { state: 'closed', agreed: false, counted: moved } },
    });
  });

  test('stays open while one in which we have money is not claimed', () => {
    const nothing = totals('RUB', { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n });
    const first = claim(null, [YUAN], nothing);
    expect(first).toMatchObject({ responseCode: '00', batch: { state: 'open' } });
    expect(claim(first.batch, [YUAN], YUAN).batch).toMatchObject({ state: 'closed', agreed: true });
  });

  test('agrees about zeros in one that we do not have, in either order', () => {
    const first = claim(null, [RUBLES], RUBLES);
    expect(first.batch.state).toBe('closed');
    expect(claim(first.batch, [RUBLES], NO_YUAN)).toEqual({ batch: first.batch, responseCode: '00' });
    const zeros = claim(null, [RUBLES], NO_YUAN);
    expect(zeros).toMatchObject({ responseCode: '00', batch: { state: 'open' } });
    expect(claim(zeros.batch, [RUBLES], RUBLES).batch).toMatchObject({ state: 'closed', agreed: true });
  });

  test('differs, though it was closed in agreement, when another one is claimed after an upload', () => {
    const { batch } = claim(null, [RUBLES], RUBLES);
    expect(claim(batch, [RUBLES], YUAN)).toEqual({ batch, responseCode: '95' });
    const differing = claim(batch, [RUBLES], YUAN, 'upload');
    expect(differing).toMatchObject({
      responseCode: '95',
      batch: { state: 'closed', agreed: false, claimed: [done(RUBLES), done(YUAN)], version: 2 },
    });
    expect(claim(differing.batch, [RUBLES], YUAN, 'upload').batch).toBe(differing.batch);
    expect(claim(differing.batch, [RUBLES], RUBLES).responseCode).toBe('00');
  });
});

describe('A batch that its terminal has left', () => {
  const leave = (stored: BatchRecord | null, ours: readonly BatchTotals[]) =>
    leaveBatch(stored, KEY, ours, NOW);

  test('is closed with what was never claimed', () => {
    const { batch } = claim(null, [RUBLES, YUAN], RUBLES);
    expect(leave(batch, [RUBLES, YUAN])).toEqual({
      ...{ ...batch, state: 'closed', agreed: false, counted: [RUBLES, YUAN], closedAt: NOW, version: 2 },
    });
    expect(leave(null, [RUBLES])).toMatchObject({ state: 'closed', agreed: false, claimed: [], version: 1 });
  });

  test('is closed with the claim that waited for an upload', () => {
    const { batch } = claim(null, [RUBLES], totals('RUB', { sales: 9 }));
    expect(leave(batch, [RUBLES])).toMatchObject({ state: 'closed', agreed: false });
    expect(leave(batch, [totals('RUB', { sales: 9 })])).toMatchObject({ state: 'closed', agreed: true });
  });

  test('stays as it is when it was closed, or nothing was in it', () => {
    expect(leave(claim(null, [RUBLES], RUBLES).batch, [RUBLES])).toBeNull();
    expect(leave(null, [])).toBeNull();
  });
});

describe('An item of an upload', () => {
  const item = { kind: 'sale', amount: money(100_000n, RUB) } as const;

  test.each([
    ['that we have so', cardIn('approved'), item, 'same', '00'],
    ['of another amount', cardIn('approved'), { ...item, amount: money(1n, RUB) }, 'differs', '12'],
    ['of another currency', cardIn('approved'), { ...item, amount: money(100_000n, CNY) }, 'differs', '12'],
    ['of another kind', cardIn('approved'), { ...item, kind: 'refund' }, 'differs', '12'],
    ['that was given up', cardIn('reversing'), item, 'undone', '21'],
    ['that was undone', cardIn('reversed'), item, 'undone', '21'],
    ['that was declined', cardIn('declined'), item, 'unknown', '25'],
    ['in flight', cardIn('sent'), item, 'unknown', '25'],
    ['that nobody knows', null, item, 'unknown', '25'],
  ] as const)('%s', (_, ours, uploaded, verdict, responseCode) => {
    expect(judgeItem(ours, uploaded)).toEqual({ verdict, responseCode });
  });
});
