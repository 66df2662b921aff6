/** What `npm run bank -- <command>` does: the same jobs and reads as the process and its pages, on the same store. Each answers
 *  with facts for a program and rows for a person. */
import {
  amountFacts,
  type BankAnswer,
  type BankArguments,
  type Command,
  CommandError,
  obstacleText,
  person,
} from './bank-answers.ts';
import { roundJobs } from './bank-context.ts';
import { EXCEPTION_COMMANDS } from './bank-exceptions.ts';
import { RATE_COMMANDS } from './bank-rates.ts';
import { showTiers } from './bank-tiers.ts';
import { TODAY_COMMANDS } from './bank-today.ts';
import { type CurrencyCode, parseCurrencyCode } from './kernel/currency.ts';
import { formatDecimal, type Money, money } from './kernel/money.ts';
import { instantText } from './kernel/time.ts';
import { approveCycle } from './run/day/approve.ts';
import { dayRound } from './run/day/bank-day.ts';
import { calculateCycle, readTotals } from './run/day/calculate.ts';
import { closeCycle, obstaclesOf } from './run/day/close.ts';
import { requireCycle } from './run/day/commits.ts';
import { confirmCycle } from './run/day/confirm.ts';
import type { DayContext } from './run/day/context.ts';
import { cutCycle, cyclesToCut, openCycles } from './run/day/cut.ts';
import { importFiles } from './run/day/import.ts';
import type { AccountTotals } from './run/day/member-totals.ts';
import { sendCycle } from './run/day/send.ts';
import type { CycleRecord, CycleState, PayoutAgain } from './settlement/contract.ts';

type Step = (context: DayContext, cycle: CycleRecord, args: BankArguments) => Promise<CycleRecord>;

export const COMMANDS: Readonly<Record<string, Command>> = {
  ...EXCEPTION_COMMANDS,
  ...TODAY_COMMANDS,
  ...RATE_COMMANDS,
  cycles: async ({ store }, { partner, state }) => {
    const cycles = await store.cycles({
      ...(partner === null ? {} : { partner }),
      ...(state === null ? {} : { states: [state as CycleState] }),
    });
    return cycleTable(cycles);
  },
  cycle: showCycle,
  tiers: showTiers,
  returns: async ({ store }, { subject }) =>
    returnTable(await store.payoutsAgain(subject === null ? {} : { cycleId: subject })),
  cut: async (context, args) => {
    await openCycles(context);
    if (args.subject !== null) return stepsOf('OPEN', (own, cycle) => cutCycle(own, cycle))(context, args);
    return stepAll(context, await cyclesToCut(context), (cycle) => cutCycle(context, cycle));
  },
  calculate: async (context, args) => {
    const by = person(args);
    const totals = args.subject === null ? await totalsOfCut(context) : new Map<string, AccountTotals>();
    return stepsOf('CUT', (own, cycle) => calculateCycle(own, cycle, by, totals.get(cycle.cycleId)))(
      context,
      args,
    );
  },
  approve: async (context, args) => {
    if (args.subject === null) throw new CommandError('approve needs the cycle it is for.');
    return stepsOf('CALCULATED', (own, cycle) => approveCycle(own, cycle, person(args)))(context, args);
  },
  send: stepsOf('APPROVED', (context, cycle) => sendCycle(context, cycle)),
  import: async (context) => {
    const outcomes = await importFiles(context);
    return {
      facts: outcomes.map((outcome) => ({
        name: outcome.name,
        result: outcome.result,
        ...(outcome.result === 'refused'
          ? { code: outcome.code, facts: outcome.facts }
          : fileFacts(outcome.file)),
      })),
      columns: ['file', 'result', 'rows'],
      rows: outcomes.map((outcome) => [
        outcome.name,
        outcome.result,
        outcome.result === 'refused' ? outcome.code : `${outcome.file.rows}`,
      ]),
    };
  },
  confirm: stepsOf('SENT', (context, cycle) => confirmCycle(context, cycle)),
  close: stepsOf('CONFIRMED', (context, cycle) => closeCycle(context, cycle)),
  round: async (context) => {
    const { imported, ...counts } = await dayRound(context, roundJobs(context));
    const facts = { ...counts, imported: imported.length };
    return {
      facts,
      columns: ['job', 'count'],
      rows: Object.entries(facts).map(([job, count]) => [job, `${count}`]),
    };
  },
  balances: async ({ store }, { at, family }) => {
    const position = at ?? (await store.lastPosition());
    const balances = await store.balancesAt(position, family === null ? undefined : [family]);
    const sums = new Map<string, bigint>();
    const rows = balances.map(({ account, currency, debit, credit }) => {
      sums.set(currency, (sums.get(currency) ?? 0n) + debit - credit);
      const of = (minor: bigint) => formatDecimal(money(minor, currency));
      return [account, currency, of(debit), of(credit), of(debit - credit)];
    });
    const trial = [...sums].map(([currency, minor]) => ({
      currency,
      difference: formatDecimal(money(minor, parseCurrencyCode(currency))),
    }));
    return {
      facts: {
        position,
        trial,
        balances: rows.map(([account, currency, debit, credit]) => ({ account, currency, debit, credit })),
      },
      columns: ['account', 'currency', 'debit', 'credit', 'balance'],
      rows: [...rows, ...trial.map(({ currency, difference }) => ['TRIAL', currency, '', '', difference])],
    };
  },
  'trial-balance': async ({ store }, { at }) => {
    const position = at ?? (await store.lastPosition());
    const sums = new Map<CurrencyCode, { debit: bigint; credit: bigint }>();
    for (const { currency, debit, credit } of await store.balancesAt(position)) {
      const sum = sums.get(currency) ?? { debit: 0n, credit: 0n };
      sums.set(currency, { debit: sum.debit + debit, credit: sum.credit + credit });
    }
    const rows = [...sums].map(([currency, { debit, credit }]) => {
      const [debits, credits, difference] = [debit, credit, debit - credit].map((minor) =>
        formatDecimal(money(minor, currency)),
      );
      return { currency, debits, credits, difference };
    });
    return {
      facts: { position, balanced: rows.every(({ debits, credits }) => debits === credits), rows },
      columns: ['currency', 'debits', 'credits', 'difference'],
      rows: rows.map(({ currency, debits = '', credits = '', difference = '' }) => [
        ...[currency, debits, credits, difference],
      ]),
    };
  },
  files: async ({ store }, { subject }) => {
    const files = await store.files(subject === null ? {} : { cycleId: subject });
    return {
      facts: files.map(fileFacts),
      columns: ['at', 'direction', 'kind', 'party', 'name', 'state', 'rows', 'schema'],
      rows: files.map((file) => [
        ...[
          instantText(file.at),
          file.direction,
          file.kind,
          file.party,
          file.name,
          file.state,
          `${file.rows}`,
          file.schemaChecked === undefined ? '' : file.schemaChecked ? 'checked' : 'not checked',
        ],
      ]),
    };
  },
  audit: async ({ store }, { subject }) => {
    const rows = await store.audit({ ...(subject === null ? {} : { subject }), most: 200 });
    return {
      facts: rows,
      columns: ['at', 'actor', 'action', 'subject'],
      rows: rows.map(({ at, actor, action, subject: of }) => [instantText(at), actor, action, of]),
    };
  },
};

async function totalsOfCut(context: DayContext): Promise<ReadonlyMap<string, AccountTotals>> {
  return readTotals(context, await context.store.cycles({ states: ['CUT'] }));
}

/** A command that takes one step with the named cycle, or with all that are in the state it begins from. */
function stepsOf(state: CycleState, step: Step): Command {
  return async (context, args) => {
    const { subject } = args;
    const cycles =
      subject === null
        ? await context.store.cycles({ states: [state] })
        : [await requireCycle(context, subject)];
    return stepAll(context, cycles, (cycle) => step(context, cycle, args));
  };
}

async function stepAll(
  context: DayContext,
  cycles: readonly CycleRecord[],
  step: (cycle: CycleRecord) => Promise<CycleRecord>,
): Promise<BankAnswer> {
  const after: CycleRecord[] = [];
  for (const [index, cycle] of cycles.entries()) {
    context.progress({ job: 'cycles', subject: cycle.cycleId, done: index, of: cycles.length });
    after.push(await step(cycle));
  }
  return cycleTable(after);
}

async function showCycle(context: DayContext, { subject }: BankArguments): Promise<BankAnswer> {
  if (subject === null) throw new CommandError('cycle needs the cycle to be shown.');
  const { store } = context;
  const cycle = await requireCycle(context, subject);
  const lines = await store.netLines(subject);
  const of = (minor: bigint) => formatDecimal(money(minor, cycle.currency));
  const obstacles = cycle.state === 'CONFIRMED' ? await obstaclesOf(context, cycle) : [];
  return {
    facts: {
      ...cycleFacts(cycle),
      obstacles: obstacles.map(obstacleText),
      returns: (await store.payoutsAgain({ cycleId: subject })).map(returnFacts),
      lines: lines.map((line) =>
        Object.fromEntries(
          Object.entries(line).map(([name, value]) => [name, typeof value === 'bigint' ? of(value) : value]),
        ),
      ),
      files: (await store.files({ cycleId: subject })).map(fileFacts),
    },
    columns: ['payee', 'sales', 'refunds', 'fees', 'net', 'due', 'carried'],
    rows: lines.map(({ kind, id, sales, refunds, fees, feesReturned, net, due, carriedOut }) => [
      ...[`${kind} ${id}`, of(sales), of(refunds), of(fees - feesReturned), of(net), of(due), of(carriedOut)],
    ]),
  };
}

function cycleTable(cycles: readonly CycleRecord[]): BankAnswer {
  return {
    facts: cycles.map(cycleFacts),
    columns: ['cycle', 'state', 'outcome', 'net', 'value date', 'positions', 'maker', 'checker'],
    rows: cycles.map((cycle) => [
      cycle.cycleId,
      cycle.state,
      cycle.outcome ?? '',
      cycle.net === null ? '' : formatDecimal(cycle.net),
      cycle.valueDate,
      `${cycle.fromPosition}-${cycle.toPosition ?? ''}`,
      cycle.calculatedBy ?? '',
      cycle.approvedBy ?? '',
    ]),
  };
}

/** Payments that came back, and what became of each. */
function returnTable(returns: readonly PayoutAgain[]): BankAnswer {
  return {
    facts: returns.map(returnFacts),
    columns: ['order', 'state', 'amount', 'came back', 'proposed by', 'ordered by', 'number'],
    rows: returns.map((again) => [
      ...[again.orderId, again.state, `${formatDecimal(again.amount)} ${again.amount.currency}`],
      ...[instantText(again.returnedAt), again.proposedBy ?? '', again.orderedBy ?? ''],
      `${again.documentNumber ?? ''}`,
    ]),
  };
}

function returnFacts({ amount, ...again }: PayoutAgain): Record<string, unknown> {
  return { ...again, amount: amountFacts(amount) };
}

function cycleFacts(cycle: CycleRecord): Record<string, unknown> {
  const amount = (value: Money | null) => (value === null ? null : amountFacts(value));
  return { ...cycle, net: amount(cycle.net), carriedShare: amount(cycle.carriedShare) };
}

function fileFacts<T extends { readonly totals: readonly Money[] }>(file: T): Record<string, unknown> {
  return { ...file, totals: file.totals.map(amountFacts) };
}
