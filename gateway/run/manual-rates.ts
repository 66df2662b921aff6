/** Rates set by hand, as people do it: one proposes, another decides, and time brings them into force and out of it. */
import { along, divergenceBp } from '../fx/fraction.ts';
import { type ManualRate, proposeManualRate, stepManualRate, tickManualRates } from '../fx/manual-rate.ts';
import { PRICING_SOURCE } from '../fx/rate-board.ts';
import { pathIn, type RateSet } from '../fx/rate-set.ts';
import { AmurError } from '../kernel/errors.ts';
import { newUlid } from '../kernel/identifiers.ts';
import type { ExactRate } from '../kernel/rate.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES, type Runtime } from '../kernel/time.ts';

/** Where rates are kept. Synchronous, one writer at a time; `putManual` is false when somebody was faster. */
export interface RateBook {
  inEffect(source: string, day: string): RateSet | null;
  insertManual(rate: ManualRate): void;
  putManual(rate: ManualRate): boolean;
  manual(manualId: string): ManualRate | null;
  openManual(): readonly ManualRate[];
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
  book.insertManual(rate);
  return rate;
}

/** Errors  FX_APPROVAL_REFUSED for who proposed it, for what is not there, and for what is decided */
export function decideRate(
  book: RateBook,
  {
    manualId,
    by,
    decision,
  }: { readonly manualId: string; readonly by: string; readonly decision: 'approve' | 'refuse' },
  { clock }: Pick<Runtime, 'clock'>,
): ManualRate {
  const stored = book.manual(manualId);
  if (stored === null) throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state: 'unknown' });
  const decided = stepManualRate(stored, { kind: decision, by }, clock.now());
  if (!book.putManual(decided)) throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state: 'decided' });
  return decided;
}

/** Takes a rate out of force before its end; the sources hold again. Errors  FX_APPROVAL_REFUSED when it is not in force */
export function withdrawRate(
  book: RateBook,
  manualId: string,
  { clock }: Pick<Runtime, 'clock'>,
): ManualRate {
  const stored = book.manual(manualId);
  const out = stored === null ? null : stepManualRate(stored, { kind: 'supersede' }, clock.now());
  if (out === null || out === stored || !book.putManual(out)) {
    throw new AmurError('FX_APPROVAL_REFUSED', { manualId, state: stored?.state ?? 'unknown' });
  }
  return out;
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
    book.putManual({ ...rate, state: 'in_force', version: stored.version + 1 });
  book.putManual(rate);
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
