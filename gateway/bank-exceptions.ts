/** Commands about what does not agree: reconcile, look at the exceptions, and end one by two persons. */
import {
  amountFacts,
  type BankAnswer,
  type BankArguments,
  type Command,
  CommandError,
  person,
} from './bank-answers.ts';
import { formatDecimal, money } from './kernel/money.ts';
import { reconcileAll } from './run/day/reconcile.ts';
import { approveResolution, proposeResolution } from './run/day/resolve.ts';
import type { ExceptionRecord } from './settlement/contract.ts';

export const EXCEPTION_COMMANDS: Readonly<Record<string, Command>> = {
  reconcile: async (context) => {
    const { matched, exceptions, checks } = await reconcileAll(context);
    const rows = checks.map(({ account, currency, balanceMinor, expectedMinor, inDoubtMinor, agrees }) => {
      const of = (minor: bigint) => formatDecimal(money(minor, currency));
      return { account, currency, agrees, sums: [balanceMinor, expectedMinor, inDoubtMinor].map(of) };
    });
    return {
      facts: {
        matched,
        exceptions,
        checks: rows.map(({ sums: [balance, expected, inDoubt], ...row }) => {
          return { ...row, balance, expected, inDoubt };
        }),
      },
      columns: ['account', 'currency', 'balance', 'expected', 'in doubt', 'agrees'],
      rows: rows.map(({ account, currency, agrees, sums }) => [account, currency, ...sums, `${agrees}`]),
    };
  },
  exceptions: async ({ store }, { state }) =>
    exceptionTable(await store.exceptions(state === null ? {} : { states: [state as 'open'] })),
  propose: async (context, args) => {
    const { reason = null } = args;
    if (reason === null) throw new CommandError('propose needs its --reason.');
    return exceptionTable([await proposeResolution(context, exceptionOf(args), person(args), reason)]);
  },
  resolve: async (context, args) =>
    exceptionTable([await approveResolution(context, exceptionOf(args), person(args))]),
};

function exceptionOf({ subject }: BankArguments): string {
  if (subject === null) throw new CommandError('Name the exception that it is for.');
  return subject;
}

function exceptionTable(exceptions: readonly ExceptionRecord[]): BankAnswer {
  return {
    facts: exceptions.map(({ atRisk, ...one }) => ({ ...one, atRisk: amountFacts(atRisk) })),
    columns: ['exception', 'state', 'at risk', 'date', 'owner', 'proposed by', 'approved by'],
    rows: exceptions.map(({ exceptionId, state, atRisk, businessDate, owner, proposedBy, approvedBy }) => [
      ...[exceptionId, state, `${formatDecimal(atRisk)} ${atRisk.currency}`, businessDate],
      ...[owner, proposedBy ?? '', approvedBy ?? ''],
    ]),
  };
}
