/** Rates set by hand, as people do it: one proposes, another decides, and time brings them into force and out of it. What a
 *  person does is written into the journal in the same commit. */
import { along, divergenceBp } from '../fx/fraction.ts';
import {
  type ManualRate,
  type ManualRateEvent,
  proposeManualRate,
  stepManualRate,
  tickManualRates,
} from '../fx/manual-rate.ts';
import { PRICING_SOURCE } from '../fx/rate-board.ts';
import { pathIn, type RateSet } from '../fx/rate-set.ts';
import { AmurError } from '../kernel/errors.ts';
import { newUlid } from '../kernel/identifiers.ts';
import { type ExactRate, rateFromJson, rateText } from '../kernel/rate.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES, type Runtime } from '../kernel/time.ts';
import type { AuditRow } from '../settlement/contract.ts';

/** Where rates are kept. Synchronous, one writer at a time; `putManual` is false when somebody was faster. */
export interface RateBook {
  inEffect(source: string, day: string): RateSet | null;
  /** With the journal's row, together or not at all. */
  insertManual(rate: ManualRate, audit: AuditRow): void;
  /** `audit` is null for a step that nobody took: time did. */
  putManual(rate: ManualRate, audit: AuditRow | null): boolean;
  manual(manualId: string): ManualRate | null;
  openManual(): readonly ManualRate[];
  /** Newest first, at most so many. */
  latestManual(most: number): readonly ManualRate[];
}

export interface RateProposal {
  readonly rate: ExactRate;
  readonly from: EpochMs;
  readonly until: EpochMs | null;
  readonly reason: string;
  readonly by: string;
}

/** Further than this from the source's rate is a slip of the hand, whoever would approve it: a decimal point, a direction. */
export const MANUAL_WIDEST_BP = 2_000n;

/** Errors  RATE_MALFORMED | FX_RATE_OUT_OF_BAND */
export function proposeRate(
  book: RateBook,
  { by, ...proposal }: RateProposal,
  { clock, random }: Pick<Runtime, 'clock' | 'random'>,
): ManualRate {
  const now = clock.now();
  const apartBp = apartFrom(book.inEffect(PRICING_SOURCE, dayOf(now)), proposal.rate);
  if (apartBp !== null && apartBp > MANUAL_WIDEST_BP) {
    throw new AmurError('FX_RATE_OUT_OF_BAND', {
      currency: proposal.rate.base,
      apartBp: apartBp.toString(),
      widestBp: MANUAL_WIDEST_BP.toString(),
    });
  }
  const manualId = newUlid(clock, random);
  const rate = proposeManualRate({ ...proposal, manualId, apartBp, proposedBy: by }, now);
  book.insertManual(rate, auditOf(rate, by, 'rate.propose', now, { reason: rate.reason }));
  return rate;
}

/** Roubles for one unit of a currency, as a person writes them: `11.2726`, with a comma or a point.
 *  Errors  RATE_MALFORMED | CURRENCY_UNKNOWN */
export function roublesFor(base: string, decimal: string): ExactRate {
  const text = decimal.replace(',', '.');
  if (!/^[0-9]{1,9}(\.[0-9]{1,8})?$/.test(text)) throw new AmurError('RATE_MALFORMED', { reason: 0 });
  const [whole = '', fraction = ''] = text.split('.');
  const value = `${whole}${fraction}`.replace(/^0+(?=.)/, '');
  return rateFromJson({ base, quote: 'RUB', value, scale: fraction.length });
}

/** What a second person says: of a proposed rate, or of a proposal to take one out of force. */
export type RateDecision = 'approve' | 'refuse' | 'approve_withdrawal' | 'refuse_withdrawal';

const ACTIONS: Readonly<Record<RateDecision, string>> = {
  approve: 'rate.approve',
  refuse: 'rate.refuse',
  approve_withdrawal: 'rate.withdraw.approve',
  refuse_withdrawal: 'rate.withdraw.refuse',
};

/** Once a withdrawal is approved, the sources hold again.
 *  Errors  FX_APPROVAL_REFUSED for who proposed it, for what is not there, and for what is decided */
export function decideRate(
  book: RateBook,
  {
    manualId,
    by,
    decision,
  }: { readonly manualId: string; readonly by: string; readonly decision: RateDecision },
  { clock }: Pick<Runtime, 'clock'>,
): ManualRate {
  return step(book, { manualId, by, action: ACTIONS[decision] }, { kind: decision, by }, clock.now());
}

/** It stays in force until another person has agreed.
 *  Errors  FX_APPROVAL_REFUSED when it is neither approved nor in force, or somebody proposed that before | RATE_MALFORMED
 *          without a reason */
export function proposeWithdrawal(
  book: RateBook,
  { manualId, by, reason }: { readonly manualId: string; readonly by: string; readonly reason: string },
  { clock }: Pick<Runtime, 'clock'>,
): ManualRate {
  const act = { manualId, by, action: 'rate.withdraw.propose', facts: { reason } };
  return step(book, act, { kind: 'propose_withdrawal', by, reason }, clock.now());
}

function step(
  book: RateBook,
  act: {
    readonly manualId: string;
    readonly by: string;
    readonly action: string;
    readonly facts?: AuditRow['facts'];
  },
  event: ManualRateEvent,
  now: EpochMs,
): ManualRate {
  const { manualId, by, action, facts = {} } = act;
  const stored = book.manual(manualId);
  if (stored === null) throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state: 'unknown' });
  const after = stepManualRate(stored, event, now);
  if (!book.putManual(after, auditOf(after, by, action, now, facts))) {
    throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state: 'decided' });
  }
  return after;
}

function auditOf(
  { manualId, rate }: ManualRate,
  actor: string,
  action: string,
  at: EpochMs,
  facts: AuditRow['facts'],
): AuditRow {
  return { at, actor, action, subject: manualId, facts: { rate: rateText(rate), base: rate.base, ...facts } };
}

/** Brings rates into force and out of it as time passes, and keeps that; safe in several processes at once. */
export function tickRates(book: RateBook, { clock }: Pick<Runtime, 'clock'>): readonly ManualRate[] {
  const open = book.openManual();
  const ticked = tickManualRates(open, clock.now());
  for (const [index, rate] of ticked.entries()) {
    if (rate !== open[index]) keepSteps(book, rate);
  }
  return ticked;
}

/** Time may have passed a rate through two states at once, and each of them is a version of its own. */
function keepSteps(book: RateBook, rate: ManualRate): void {
  const stored = book.manual(rate.manualId);
  if (stored === null || stored.version >= rate.version) return;
  if (stored.version + 1 < rate.version)
    book.putManual({ ...rate, state: 'in_force', version: stored.version + 1 }, null);
  book.putManual(rate, null);
}

function apartFrom(set: RateSet | null, rate: ExactRate): bigint | null {
  if (set === null) return null;
  try {
    const official = along(rate.base, pathIn(set, rate.base, rate.quote)).fraction;
    return divergenceBp(along(rate.base, [rate]).fraction, official);
  } catch (error) {
    if (error instanceof AmurError && error.code === 'FX_PATH_UNKNOWN') return null;
    throw error;
  }
}

function dayOf(now: EpochMs): string {
  return localTime(now, MOSCOW_OFFSET_MINUTES).date;
}
