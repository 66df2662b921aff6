/** Holds the ledger against the files of wallets and card banks, operation by operation, and their announced sums against
 *  the statements of our accounts. What agrees is paired for ever; what does not is an exception until it agrees or two
 *  persons have decided about it. A second run over the same books finds the same and changes nothing. */
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { Money } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { cardReceived, walletReceived } from '../../ledger/settlement-postings.ts';
import {
  type Discrepancy,
  type Earlier,
  type Item,
  type Match,
  type Pass,
  type Rules,
  signedMinor,
} from '../../reconciliation/item.ts';
import type { Book, OpenItem, Pairing, ReconStore } from '../../reconciliation/ports.ts';
import { compare, reconcile } from '../../reconciliation/reconcile.ts';
import { businessDaysBetween } from '../../settlement/business-days.ts';
import { addDays } from '../../settlement/calendar.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { bookBatches } from './book-batches.ts';
import { commitAll } from './commits.ts';
import { breathe, type DayContext } from './context.ts';
import { lackOf, recordExceptions } from './exceptions.ts';
import { clearingOf, type PayerRecord, receivableOf, SETTLING_TEMPLATES } from './payers.ts';
import { settleApproved } from './resolve.ts';

export interface ReconContext
  extends Pick<DayContext, 'store' | 'runtime' | 'log' | 'book' | 'limits' | 'progress'> {
  readonly recon: ReconStore;
  readonly payers: readonly PayerRecord[];
}

/** One account after a run. It agrees when its balance is exactly what is expected and what is in doubt. */
export interface AccountCheck {
  readonly account: string;
  readonly currency: CurrencyCode;
  readonly balanceMinor: bigint;
  /** Ours, too young for their book. */
  readonly expectedMinor: bigint;
  /** By exceptions that are open, signed: what they say is lacking. */
  readonly inDoubtMinor: bigint;
  readonly agrees: boolean;
}

export interface ReconReport {
  readonly matched: number;
  readonly exceptions: number;
  readonly checks: readonly AccountCheck[];
}

interface Run {
  readonly book: Book;
  readonly payer: PayerRecord;
  readonly pairs: Pairs;
  readonly faults: Discrepancy[];
  readonly expected: Item[];
}

/** What was matched, as a million of it lies well in memory: no object for each. */
class Pairs {
  readonly #positions: number[] = [];
  readonly #rows: string[] = [];
  readonly #passes: Pass[] = [];
  count = 0;

  add({ ours, theirs, pass }: Match<OpenItem>): void {
    this.count += 1;
    for (const { position } of ours) {
      this.#positions.push(position);
      this.#rows.push(theirs.key);
      this.#passes.push(pass);
    }
  }

  /** By the order in which they were added; a row that stands against several of ours comes once for each. */
  *inParts(book: Book, most: number): Generator<readonly Pairing[]> {
    for (let from = 0; from < this.#positions.length; from += most) {
      const positions = this.#positions.slice(from, from + most);
      yield positions.map((position, at) => ({
        book,
        position,
        row: this.#rows[from + at] ?? '',
        pass: this.#passes[from + at] ?? 'exact',
      }));
    }
  }
}

/** A batch whose money came. */
interface Received {
  readonly payer: PayerRecord;
  readonly match: Match<OpenItem>;
}

const STRAYS_TOGETHER = 500;
const PAIRS_OF_A_COMMIT = 1_000;
const POSITIONS_OF_A_COMMIT = 2_000;
/** The tolerance is zero: amounts in these files are in the currency we booked, and no rate makes them. */
const TOLERANCE_MINOR = 0n;

/** Every payer's operations, then all batches against the statements. */
export async function reconcileAll(context: ReconContext): Promise<ReconReport> {
  const runs: Run[] = [];
  await settleApproved(context);
  for (const payer of context.payers) await bookBatches(context, payer);
  const upTo = await foldAll(context);
  for (const payer of context.payers) {
    await takeIn(context, payer, 'receivable', upTo);
    runs.push(await runReceivable(context, payer));
    await takeIn(context, payer, 'clearing', upTo);
  }
  for (const run of runs) await keep(context, run);
  const { runs: clearing, received } = await runClearing(context);
  await bookReceived(context, received);
  for (const run of clearing) await keep(context, run);
  const all = [...runs, ...clearing];
  const exceptions = await recordExceptions(context, all);
  return {
    matched: all.reduce((sum, { pairs }) => sum + pairs.count, 0),
    exceptions,
    checks: await checksOf(context, all),
  };
}

async function foldAll(context: ReconContext): Promise<number> {
  const { store, limits } = context;
  while ((await store.foldEntries(limits.foldMost)) > 0) await breathe(context);
  return store.lastPosition();
}

async function takeIn(context: ReconContext, payer: PayerRecord, book: Book, upTo: number): Promise<void> {
  const account = book === 'receivable' ? receivableOf(payer) : clearingOf(payer);
  const { party, offsetMinutes } = payer;
  const from = { book, party, account, except: SETTLING_TEMPLATES[book], offsetMinutes };
  let at = -1;
  for (;;) {
    const stop = await context.recon.takeIn(from, upTo, POSITIONS_OF_A_COMMIT);
    context.progress({ job: 'take_in', subject: account, done: stop, of: upTo });
    if (stop === upTo || stop === at) return;
    at = stop;
    await breathe(context);
  }
}

async function runReceivable(context: ReconContext, payer: PayerRecord): Promise<Run> {
  const { recon } = context;
  const ours = await collected(recon.open('receivable', payer.party));
  const theirs = await collected(
    recon.openSchemeRows(payer.party, payer.settlementKinds, payer.offsetMinutes),
  );
  const run = newRun('receivable', payer);
  const compared = compare(ours, theirs, rulesOf(context, payer, payer.fileDays, 1), collector(run));
  compared.finish(await matchedBefore(context, payer, compared.strays));
  return run;
}

/** A row whose operation another file has shown already. */
async function matchedBefore(
  context: ReconContext,
  { party }: PayerRecord,
  strays: readonly Item[],
): Promise<ReadonlyMap<string, Earlier>> {
  const found = new Map<string, Earlier>();
  for (let from = 0; from < strays.length; from += STRAYS_TOGETHER) {
    const part = strays.slice(from, from + STRAYS_TOGETHER);
    for (const [key, earlier] of await context.recon.matchedBefore('receivable', party, part)) {
      found.set(key, earlier);
    }
    await breathe(context);
  }
  return found;
}

/** A line of a statement does not say whose batch it is; so all batches are held against all lines, and each result belongs
 *  to the payer of its batch. A line of nobody's is the first payer's to look into. */
async function runClearing(
  context: ReconContext,
): Promise<{ readonly runs: readonly Run[]; readonly received: readonly Received[] }> {
  const { recon, payers } = context;
  const [first] = payers;
  const received: Received[] = [];
  if (first === undefined) return { runs: [], received };
  const ours: OpenItem[] = [];
  for (const { party } of payers) ours.push(...(await collected(recon.open('clearing', party))));
  const theirs = await collected(recon.openStatementRows());
  const runs = new Map(payers.map((payer) => [payer.party, newRun('clearing', payer)]));
  const partyOf = new Map<string, string>(ours.map(({ key, party }) => [key, party]));
  const runFor = (item: Item | null | undefined): Run => {
    const found = runs.get(partyOf.get(item?.key ?? '') ?? first.party);
    return found ?? newRun('clearing', first);
  };
  const slowest = payers.reduce((a, b) => (a.paymentDays >= b.paymentDays ? a : b));
  const rules = rulesOf(context, slowest, slowest.paymentDays, slowest.paymentDays);
  reconcile(ours, theirs, rules, {
    matched: (match) => {
      const run = runFor(match.ours[0]);
      run.pairs.add(match);
      received.push({ payer: run.payer, match });
    },
    differs: (fault) => runFor(fault.ours).faults.push(fault),
    expected: (item) => runFor(item).expected.push(item),
  });
  return { runs: [...runs.values()], received };
}

function newRun(book: Book, payer: PayerRecord): Run {
  return { book, payer, pairs: new Pairs(), faults: [], expected: [] };
}

function collector(run: Run) {
  return {
    matched: (match: Match<OpenItem>) => run.pairs.add(match),
    differs: (fault: Discrepancy) => run.faults.push(fault),
    expected: (item: Item) => run.expected.push(item),
  };
}

function rulesOf(context: ReconContext, payer: PayerRecord, dueDays: number, nearDays: number): Rules {
  const known = new Map<string, number>();
  const businessDays = (from: string, to: string): number => {
    if (from === to) return 0;
    const name = `${from} ${to}`;
    const days = known.get(name) ?? businessDaysBetween(from, to, payer.calendar, context.book);
    known.set(name, days);
    return days;
  };
  const today = localTime(context.store.now(), payer.offsetMinutes).date;
  let coveredTo = today;
  while (businessDays(coveredTo, today) < dueDays) coveredTo = addDays(coveredTo, -1);
  return {
    toleranceMinor: TOLERANCE_MINOR,
    businessDays,
    nearDays,
    coveredTo,
    undoes: { cancel: 'payment' },
  };
}

async function keep(context: ReconContext, { book, payer, pairs }: Run): Promise<void> {
  let done = 0;
  for (const part of pairs.inParts(book, PAIRS_OF_A_COMMIT)) {
    await context.recon.pair(part);
    done += part.length;
    context.progress({ job: 'pair', subject: payer.party, done, of: pairs.count });
    await breathe(context);
  }
}

/** Money that came is booked before its line is paired: a crash in between books it again under the same key, which is no
 *  second booking. */
async function bookReceived(context: ReconContext, received: readonly Received[]): Promise<void> {
  const { store } = context;
  const at = store.now();
  const meta = { mid: null, businessDate: localTime(at, MOSCOW_OFFSET_MINUTES).date, postedAt: at };
  const units: DayChange[][] = [];
  for (const { payer, match } of received) {
    const nostro = await accountOf(context, match.theirs);
    units.push(
      match.ours.map((item, index) => {
        const reference = `${match.theirs.key}/${index + 1}`;
        const { amountMinor, currency } = item.amount;
        const net: Money = { amountMinor: item.kind === 'batch_in' ? amountMinor : -amountMinor, currency };
        const { party, kind } = payer;
        const transfer =
          kind === 'wallet'
            ? walletReceived(net, { ...meta, reference, wallet: party as 'alipay', nostro })
            : cardReceived(net, { ...meta, reference, bank: party, nostro });
        return { kind: 'transfer.ensure', transfer };
      }),
    );
  }
  await commitAll(context, units);
}

async function accountOf({ store }: ReconContext, row: Item): Promise<string> {
  const at = row.key.lastIndexOf(':');
  const found = await store.statementRow(row.key.slice(0, at), Number(row.key.slice(at + 1)));
  if (found === null) throw new TypeError('A matched line stands in its statement.');
  return found.account;
}

/** The balance of each account against what the run says of it, after everything it booked. */
async function checksOf(context: ReconContext, runs: readonly Run[]): Promise<readonly AccountCheck[]> {
  const families = ['wallet_receivable', 'wallet_clearing', 'bank_receivable', 'bank_clearing'];
  const balances = await context.store.balancesAt(await foldAll(context), families);
  const checks: AccountCheck[] = [];
  for (const { account, currency, debit, credit } of balances) {
    const run = runs.find(
      ({ book, payer }) => account === (book === 'receivable' ? receivableOf(payer) : clearingOf(payer)),
    );
    if (run === undefined) continue;
    const balanceMinor = debit - credit;
    const expectedMinor = run.expected
      .filter(({ amount }) => amount.currency === currency)
      .reduce((sum, item) => sum + signedMinor(item), 0n);
    const inDoubtMinor = run.faults
      .filter(({ atRisk }) => atRisk.currency === currency)
      .reduce((sum, fault) => sum + lackOf(run.book, fault), 0n);
    const agrees = balanceMinor === expectedMinor + inDoubtMinor;
    if (!agrees)
      context.log.alarm('reconciliation_differs', { name: account, found: `${balanceMinor} ${currency}` });
    checks.push({ account, currency, balanceMinor, expectedMinor, inDoubtMinor, agrees });
  }
  return checks;
}

async function collected<T>(parts: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) for (const one of part) all.push(one);
  return all;
}
