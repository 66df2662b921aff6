/** Commands about rates set by hand: one person proposes, another decides; the same to take one out of force. */
import { type BankAnswer, type BankArguments, type Command, CommandError, person } from './bank-answers.ts';
import type { ManualRate } from './fx/manual-rate.ts';
import { rateText, rateToJson } from './kernel/rate.ts';
import { instantText } from './kernel/time.ts';
import {
  decideRate,
  proposeRate,
  proposeWithdrawal,
  type RateDecision,
  roublesFor,
} from './run/manual-rates.ts';

const SHOWN_MOST = 50;
const HOURS_MOST = 72;
const HOUR_MS = 3_600_000;
const REASON_MOST = 500;

const decision =
  (said: RateDecision): Command =>
  async ({ rates, runtime }, args) =>
    rateTable([decideRate(rates, { manualId: idOf(args), by: person(args), decision: said }, runtime)]);

export const RATE_COMMANDS: Readonly<Record<string, Command>> = {
  rates: async ({ rates }) => rateTable(rates.latestManual(SHOWN_MOST)),
  'propose-rate': async ({ rates, runtime, store }, args) => {
    const { subject, rate = null } = args;
    if (subject === null || rate === null) throw new CommandError('propose-rate CNY --rate 11.35 --hours 4');
    const from = store.now();
    const proposal = {
      ...{ rate: roublesFor(subject, rate), from, until: from + hoursOf(args) * HOUR_MS },
      ...{ reason: reasonOf(args), by: person(args) },
    };
    return rateTable([proposeRate(rates, proposal, runtime)]);
  },
  'approve-rate': decision('approve'),
  'refuse-rate': decision('refuse'),
  'withdraw-rate': async ({ rates, runtime }, args) => {
    const proposal = { manualId: idOf(args), by: person(args), reason: reasonOf(args) };
    return rateTable([proposeWithdrawal(rates, proposal, runtime)]);
  },
  'approve-withdrawal': decision('approve_withdrawal'),
  'refuse-withdrawal': decision('refuse_withdrawal'),
};

function idOf({ subject }: BankArguments): string {
  if (subject === null) throw new CommandError('Name the rate that it is for; see rates.');
  return subject;
}

function hoursOf({ hours = null }: BankArguments): number {
  if (hours !== null && Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MOST) return hours;
  throw new CommandError(`--hours is from 1 to ${HOURS_MOST}.`);
}

function reasonOf({ reason = null }: BankArguments): string {
  const words = reason?.trim() ?? '';
  if (words !== '' && words.length <= REASON_MOST) return words;
  throw new CommandError(`It needs its --reason, of at most ${REASON_MOST} characters.`);
}

function rateTable(rates: readonly ManualRate[]): BankAnswer {
  return {
    facts: rates.map(({ rate, apartBp, ...one }) => ({
      ...one,
      rate: rateToJson(rate),
      apartBp: apartBp === null ? null : apartBp.toString(),
    })),
    columns: ['rate', 'pair', 'value', 'state', 'until', 'proposed by', 'decided by', 'withdrawal'],
    rows: rates.map(({ manualId, rate, state, until, proposedBy, decidedBy, withdrawal }) => [
      ...[manualId, `${rate.base}/${rate.quote}`, rateText(rate), state],
      ...[until === null ? '' : instantText(until), proposedBy, decidedBy ?? ''],
      withdrawal === null ? '' : `${withdrawal.proposedBy}, ${withdrawal.decidedBy ?? 'not decided'}`,
    ]),
  };
}
