/** Reads for the operator's pages, on a connection of their own that cannot write: each is one snapshot, and no payment waits
 *  for any of them. */
import type Database from 'better-sqlite3';
import type { PartnerTurnover, TodayView } from '../../console/contract/views.ts';
import type { ConsoleReads, Scope } from '../../console/ports.ts';
import { localTime, MOSCOW_OFFSET_MINUTES, type Runtime } from '../../kernel/time.ts';
import type { IntakeAccount } from '../../reconciliation/ports.ts';
import { numberOf, prepare, textOf } from './columns.ts';
import { consoleAccounts } from './console-accounts.ts';
import { consoleExceptions } from './console-exceptions.ts';
import { OutcomeTally } from './console-outcomes.ts';
import { consoleParties } from './console-parties.ts';
import { consolePayment } from './console-payment.ts';
import { consolePayments } from './console-payments.ts';
import { consoleRates } from './console-rates.ts';
import { consoleScope } from './console-scope.ts';
import { consoleSettlement, minorJson } from './console-settlement.ts';
import { type TallyCell, TurnoverTally } from './console-tally.ts';

const CYCLES_TODAY = 10;

/** `db` may be opened for reading only. `accounts`: those whose balances reconciliation answers for. */
export function openConsoleReads(
  db: Database.Database,
  { clock }: Pick<Runtime, 'clock'>,
  accounts: readonly IntakeAccount[] = [],
): ConsoleReads {
  const now = () => clock.now();
  const today = () => localTime(now(), MOSCOW_OFFSET_MINUTES).date;
  const dayStart = () => Date.parse(today()) - MOSCOW_OFFSET_MINUTES * 60_000;
  const scopes = consoleScope(db);
  const settlement = consoleSettlement(db, scopes);
  const exceptions = consoleExceptions(db, today, scopes.partnerNames);
  const accountChecks = consoleAccounts(db, accounts);
  const rates = consoleRates(db, today);
  const parties = consoleParties(db, scopes, now);
  const payments = consolePayments(db, scopes);
  const payment = consolePayment(db, scopes);
  const turnover = new TurnoverTally(db);
  const outcomes = new OutcomeTally(db);
  const wallets = prepare(
    db,
    `SELECT mid, created_at FROM payment WHERE state IN ('intent', 'waiting', 'unknown', 'cancelling') LIMIT 10000`,
  );
  const cards = prepare(db, "SELECT mid, created_at FROM card_transaction WHERE state = 'sent' LIMIT 10000");

  function todayView(scope: Scope): Omit<TodayView, 'rate' | 'exceptions' | 'cutOffs' | 'calendarsEnding'> {
    const own = scopes.servedSince(scope, dayStart());
    const mids = own === null ? null : new Set(own);
    const isOwn = (mid: string) => mids === null || mids.has(mid);
    const cells = [...turnover.cells].filter(({ mid }) => isOwn(mid));
    const sales = cells.filter(({ kind }) => kind === 'sale');
    const [main] = sums(sales, ({ currency }) => currency);
    const currency = main?.[0] ?? 'RUB';
    const counts = { approved: 0, declined: 0, cancelled: 0 };
    for (const [mid, one] of outcomes.counts) {
      if (!isOwn(mid)) continue;
      counts.approved += one.approved;
      counts.declined += one.declined;
      counts.cancelled += one.cancelled;
    }
    const underWay = [...wallets.all(), ...cards.all()]
      .filter((row) => isOwn(textOf(row, 'mid')))
      .map((row) => numberOf(row, 'created_at'));
    return {
      now: now(),
      date: today(),
      turnover: amountsOf(sales),
      refunds: amountsOf(cells.filter(({ kind }) => kind === 'refund')),
      charged: charged(isOwn),
      hours: sums(
        sales.filter((cell) => cell.currency === currency),
        ({ hour, tender }) => `${hour} ${tender}`,
      ).map(([key, sum]) => {
        const [hour, tender] = key.split(' ');
        return {
          hour: Number(hour),
          tender: tender as TallyCell['tender'],
          amount: minorJson(sum.amountMinor, currency),
          count: sum.count,
        };
      }),
      partners: partnersOf(sales.filter((cell) => cell.currency === currency)),
      outcomes: counts,
      unconfirmed: { count: underWay.length, oldestAt: underWay.length === 0 ? null : Math.min(...underWay) },
      due: settlement.due(scope),
      cycles: settlement.cycles(scope, CYCLES_TODAY),
    };
  }

  function charged(isOwn: (mid: string) => boolean) {
    const byCurrency = new Map<string, bigint>();
    for (const [key, minor] of turnover.charged) {
      const [mid = '', currency = ''] = key.split(' ');
      if (isOwn(mid)) byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + minor);
    }
    return [...byCurrency].map(([currency, minor]) => minorJson(minor, currency));
  }

  function partnersOf(sales: readonly TallyCell[]): readonly PartnerTurnover[] {
    const present = scopes.present();
    const names = scopes.partnerNames();
    return sums(sales, ({ mid }) => present.get(mid) ?? '').map(([partner, sum]) => ({
      partner,
      name: names.get(partner) ?? partner,
      amount: minorJson(sum.amountMinor, sum.currency),
      count: sum.count,
    }));
  }

  const snapshot = <A extends unknown[], T>(read: (...args: A) => T): ((...args: A) => T) =>
    db.transaction(read);
  return {
    partnerNames: snapshot(scopes.partnerNames),
    advance: snapshot(() => [turnover.advance(dayStart()), outcomes.advance(dayStart())].includes(true)),
    today: snapshot(todayView),
    cycles: snapshot(settlement.cycles),
    cycle: snapshot(settlement.cycle),
    files: snapshot(settlement.files),
    exceptionSummary: snapshot(exceptions.exceptionSummary),
    exceptions: snapshot(exceptions.exceptions),
    accountChecks: snapshot(accountChecks),
    payments: snapshot(payments),
    payment: snapshot(payment),
    rateToday: snapshot(rates.rateToday),
    rates: snapshot(rates.rates),
    merchants: snapshot(parties.merchants),
    terminals: snapshot(parties.terminals),
    users: snapshot(parties.users),
    journal: snapshot(parties.journal),
  };
}

interface Sum {
  amountMinor: bigint;
  count: number;
  readonly currency: string;
}

/** The greatest first. */
function sums(
  cells: readonly TallyCell[],
  keyOf: (cell: TallyCell) => string,
): readonly (readonly [string, Sum])[] {
  const all = new Map<string, Sum>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const sum = all.get(key) ?? { amountMinor: 0n, count: 0, currency: cell.currency };
    sum.amountMinor += cell.amountMinor;
    sum.count += cell.count;
    all.set(key, sum);
  }
  return [...all].sort(([, a], [, b]) => (a.amountMinor < b.amountMinor ? 1 : -1));
}

function amountsOf(cells: readonly TallyCell[]) {
  return sums(cells, ({ currency }) => currency).map(([currency, { amountMinor, count }]) => ({
    amount: minorJson(amountMinor, currency),
    count,
  }));
}
