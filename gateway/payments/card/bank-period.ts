/** The periods that a partner bank and the gateway compare (docs/bank-link.md, 2.3): when one is to be closed, and what the
 *  bank's answer makes of it. A period ends with the 0500 that is answered 00, in balance or out. */
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { backoffMs, callsForPerson } from '../policy.ts';
import type { AdvicePolicy } from './advice-machine.ts';
import {
  type AsOf,
  type BankDay,
  type BankTotalsRecord,
  type FiguresAsOf,
  sameFigures,
} from './bank-totals.ts';
import type { TotalsAnswer } from './ports.ts';

const DAY_MS = 86_400_000;
const NOON = '12:00';

/** The settlement date whose cut has passed last. `cutAt`: HH:MM in Moscow; before noon it ends the day before. */
export function lastCutDate(cutAt: string, now: EpochMs): string {
  const { date, time } = localTime(now, MOSCOW_OFFSET_MINUTES);
  const passed = time.slice(0, 5) >= cutAt ? date : dayBefore(date);
  return cutAt < NOON ? dayBefore(passed) : passed;
}

/** What is to be closed now; null when nothing is. A bank that has never had a transaction has no days. */
export function dueClose(
  { wish, lastCut, firstDate }: BankDay,
  cutAt: string | null,
  now: EpochMs,
): Pick<BankTotalsRecord, 'cause' | 'settlementDate'> | null {
  if (wish !== null) return { cause: wish.cause, settlementDate: wish.settlementDate };
  if (cutAt === null || firstDate === null) return null;
  const date = lastCutDate(cutAt, now);
  const due = firstDate <= date && (lastCut === null || lastCut < date || isFarAhead(lastCut, date));
  return due ? { cause: 'cut', settlementDate: date } : null;
}

/** A cut of days to come was made by a clock that has been put right since; one of tomorrow may be of an hour put back. */
function isFarAhead(lastCut: string, date: string): boolean {
  return Date.parse(lastCut) - Date.parse(date) > DAY_MS;
}

/** The date that ends when a bank says that its new one (MMDD) has begun. */
export function dateBeforeCutOver(newDate: string, now: EpochMs): string {
  const { date } = localTime(now, MOSCOW_OFFSET_MINUTES);
  return date.slice(5).replace('-', '') === newDate ? dayBefore(date) : date;
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}

export interface TotalsDecision {
  readonly totals: BankTotalsRecord;
  /** `totals.ours` holds more than was counted: what there was as of then is of this period. */
  readonly countsAsOf: AsOf | null;
  readonly callsForPerson: boolean;
}

/** What an attempt came to. Without an answer 00 the bank has not compared, so it is asked the same again. `ours`: the
 *  period's figures as of each try, and now. A bank whose own are one of these was reached only then, with the figures of
 *  before: the two agree, and its period has ended then. */
export function stepTotals(
  totals: BankTotalsRecord,
  answer: TotalsAnswer,
  ours: readonly FiguresAsOf[],
  now: EpochMs,
  policy: AdvicePolicy,
): TotalsDecision {
  const tries = totals.tries + 1;
  const base = { ...totals, tries, version: totals.version + 1 };
  if (answer.kind === 'balanced' || answer.kind === 'different') {
    const theirs = answer.kind === 'different' ? (answer.theirs ?? null) : null;
    const answered = { ...base, answeredAt: now, responseCode: '00' };
    const then = ours.find(({ figures }) => theirs !== null && sameFigures(theirs, figures));
    if (then !== undefined) {
      const totals: BankTotalsRecord = { ...answered, state: 'balanced', ours: then.figures };
      return { totals, countsAsOf: then.asOf, callsForPerson: false };
    }
    const totals: BankTotalsRecord = { ...answered, state: answer.kind, theirs };
    return { totals, countsAsOf: null, callsForPerson: answer.kind === 'different' };
  }
  const responseCode = answer.kind === 'answered' ? answer.responseCode : null;
  const nextAt = now + backoffMs(policy.retryFirstMs, policy.retryMostMs, tries);
  const again = { ...base, nextAt, responseCode };
  return { totals: again, countsAsOf: null, callsForPerson: callsForPerson(tries) };
}
