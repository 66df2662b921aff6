/** What the played days print: who was paid what, what was earned, and what was found in faulty files. */
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../gateway/kernel/money.ts';
import type { NetLine, PayoutAgain } from '../../gateway/settlement/contract.ts';
import type { DefectsReport } from './defects.ts';
import type { Week } from './week.ts';

type Say = (text: string) => void;

export interface PaidPayee {
  readonly payee: string;
  readonly name: string;
  readonly partner: string;
  readonly currency: CurrencyCode;
  readonly sums: Readonly<Record<SumName, bigint>>;
}

const SUMS = [
  'sales',
  'refunds',
  'chargebacks',
  'fees',
  'feesReturned',
  'donations',
  'reserveHeld',
  'reserveReleased',
  'due',
  'vat',
  'partnerShare',
] as const;
type SumName = (typeof SUMS)[number];

export interface PaidPartner {
  readonly partner: string;
  readonly currency: CurrencyCode;
  readonly paid: bigint;
  readonly payments: number;
  readonly cycles: number;
}

export interface PaidReport {
  readonly payees: readonly PaidPayee[];
  readonly partners: readonly PaidPartner[];
  /** Payments that came back, as they were ordered again. */
  readonly again: readonly PayoutAgain[];
  /** Negative nets that a payee took on to its next cycle. */
  readonly carries: number;
  /** By family and currency, as income above zero. */
  readonly results: readonly {
    readonly what: string;
    readonly currency: CurrencyCode;
    readonly minor: bigint;
  }[];
}

const RESULTS: Readonly<Record<string, string>> = {
  mdr_income: 'merchant discount, ours',
  vat_payable: 'VAT owed',
  wallet_fee: 'wallet fees',
  scheme_fee: 'card scheme fees',
  fx_position: 'exchange position',
  fx_realised: 'exchange gain realised',
  fx_unrealised: 'revaluation standing',
  fx_difference: 'refund rate differences',
  merchant_reserve: 'held back from merchants',
  write_off: 'written off',
};

export async function whoWasPaid(week: Week): Promise<PaidReport> {
  const { store } = week.bank.context;
  const names = new Map((await store.payees()).map(({ kind, id, name }) => [`${kind} ${id}`, name]));
  const payees = new Map<string, PaidPayee>();
  const partners = new Map<string, PaidPartner>();
  let carries = 0;
  for (const { cycleId, partner, currency, outcome, net } of await store.cycles()) {
    for (const line of await store.netLines(cycleId)) {
      if (line.carriedOut < 0n) carries += 1;
      const payee = `${line.kind} ${line.id}`;
      const key = `${payee} ${currency}`;
      const known = payees.get(key)?.sums;
      const sums = added(known, line);
      payees.set(key, { payee, name: names.get(payee) ?? '', partner, currency, sums });
    }
    const key = `${partner} ${currency}`;
    const known = partners.get(key) ?? { partner, currency, paid: 0n, payments: 0, cycles: 0 };
    const isPaid = outcome === 'pay' && net !== null;
    partners.set(key, {
      ...known,
      cycles: known.cycles + 1,
      paid: known.paid + (isPaid ? net.amountMinor : 0n),
      payments: known.payments + (isPaid ? 1 : 0),
    });
  }
  const balances = await store.balancesAt(await store.lastPosition(), Object.keys(RESULTS));
  const byFamily = new Map<string, { what: string; currency: CurrencyCode; minor: bigint }>();
  for (const { account, currency, debit, credit } of balances) {
    const family = account.split(':', 1)[0] ?? '';
    const key = `${family} ${currency}`;
    const minor = (byFamily.get(key)?.minor ?? 0n) + credit - debit;
    byFamily.set(key, { what: RESULTS[family] ?? family, currency, minor });
  }
  return {
    payees: [...payees.values()],
    partners: [...partners.values()],
    carries,
    again: await store.payoutsAgain(),
    results: [...byFamily.values()].filter(({ minor }) => minor !== 0n),
  };
}

function added(known: PaidPayee['sums'] | undefined, line: NetLine): PaidPayee['sums'] {
  return Object.fromEntries(
    SUMS.map((name) => [name, (known?.[name] ?? 0n) + line[name]]),
  ) as unknown as PaidPayee['sums'];
}

export function printPaid({ payees, partners, results, carries, again }: PaidReport, say: Say): void {
  say('\nWho was paid what');
  say(
    `${'payee'.padEnd(26)}${'bank'.padEnd(11)}cur${['sales', 'refunds', 'disputes', 'fees', 'gifts', 'reserve', 'paid', 'VAT in fees', 'bank share'].map(right).join('')}`,
  );
  for (const { payee, name, partner, currency, sums } of payees) {
    const of = (minor: bigint) => right(formatDecimal(money(minor, currency)));
    const cells = [
      ...[sums.sales, -sums.refunds, -sums.chargebacks, sums.feesReturned - sums.fees, -sums.donations],
      ...[sums.reserveReleased - sums.reserveHeld, sums.due, sums.vat, sums.partnerShare],
    ];
    say(`${(name || payee).padEnd(26)}${partner.padEnd(11)}${currency}${cells.map(of).join('')}`);
  }
  say('\nPaid to partner banks, their own share within');
  for (const { partner, currency, paid, payments, cycles } of partners) {
    const sum = formatDecimal(money(paid, currency)).padStart(16);
    say(`  ${partner.padEnd(12)}${currency}${sum}   ${payments} payments in ${cycles} cycles`);
  }
  for (const { orderId, amount, state } of again)
    say(
      `  came back and was ordered again: ${orderId}  ${formatDecimal(amount)} ${amount.currency}  ${state}`,
    );
  say(`  negative nets taken on to a later cycle: ${carries}`);
  say('\nWhat is left on our own accounts (above zero in our favour, but what is owed)');
  for (const { what, currency, minor } of results)
    say(`  ${what.padEnd(28)}${currency}${formatDecimal(money(minor, currency)).padStart(16)}`);
}

export function printDefects({ found, ended }: DefectsReport, say: Say): void {
  const states = new Map(ended.map((row) => [row.exceptionId, row]));
  say('\nFaults in partners’ files');
  for (const { defect, file, type, exceptions } of found) {
    say(`  ${`${defect} (${file})`.padEnd(32)}-> ${exceptions.length === 0 ? 'NOT FOUND' : type}`);
    for (const row of exceptions) {
      const now = states.get(row.exceptionId) ?? row;
      const risk = `${formatDecimal(row.atRisk)} ${row.atRisk.currency}`;
      const people = now.approvedBy === null ? now.reason : `${now.proposedBy} and ${now.approvedBy}`;
      say(`      at risk ${risk.padStart(14)}   ${now.state} by ${people}`);
    }
  }
}

const right = (text: string): string => text.padStart(13);
