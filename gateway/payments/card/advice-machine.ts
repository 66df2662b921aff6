/** An advice to a partner bank: repeated with growing pauses until the bank has settled it, the same message every time. */
import type { EpochMs } from '../../kernel/time.ts';
import { backoffMs, callsForPerson } from '../policy.ts';
import type { BankAnswer } from './ports.ts';
import type { AdviceRecord } from './records.ts';
import { adviceOutcome } from './response-codes.ts';

export interface AdvicePolicy {
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
}

export const DEFAULT_ADVICE_POLICY: AdvicePolicy = { retryFirstMs: 1_000, retryMostMs: 60_000 };

export interface AdviceDecision {
  readonly advice: AdviceRecord;
  /** `settled`: tell the transaction `reversal_acknowledged`, in the same commit, when it is a reversal. `refused`: it is
   *  done without its effect, and a person must look. `again`: at `nextAt`. */
  readonly outcome: 'settled' | 'again' | 'refused';
  /** It has been tried so often that somebody is to be told. */
  readonly callsForPerson: boolean;
}

/** What an attempt came to. An advice that is done stays as it is. */
export function stepAdvice(
  advice: AdviceRecord,
  answer: BankAnswer,
  now: EpochMs,
  policy: AdvicePolicy = DEFAULT_ADVICE_POLICY,
): AdviceDecision {
  const tries = advice.tries + 1;
  const responseCode = answer.kind === 'answered' ? answer.responseCode : null;
  const outcome = responseCode === null ? 'again' : adviceOutcome(advice.kind, responseCode);
  const base = { ...advice, tries, responseCode, version: advice.version + 1 };
  if (outcome !== 'again') {
    const undoneMinor = answer.kind === 'answered' ? (answer.undone?.amountMinor ?? null) : null;
    return { advice: { ...base, undoneMinor, doneAt: now }, outcome, callsForPerson: outcome === 'refused' };
  }
  const nextAt = now + backoffMs(policy.retryFirstMs, policy.retryMostMs, tries);
  return { advice: { ...base, nextAt }, outcome, callsForPerson: callsForPerson(tries) };
}
