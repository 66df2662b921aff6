/** The files of a cycle: who gets which, and what is in it. The same cycle makes the same bytes. */
import { RUB } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type Money, money, negate } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { businessDateAt, firstOpen } from '../../settlement/business-days.ts';
import { daysBetween } from '../../settlement/calendar.ts';
import type {
  CycleRecord,
  FileKindOut,
  NetLine,
  PartnerRecord,
  PayeeRecord,
  PayoutAgain,
  PayoutOrder,
  ReserveRecord,
  TenderLine,
} from '../../settlement/contract.ts';
import { writeMerchantStatement } from '../../settlement/files/merchant-statement.ts';
import { writePaymentOrders1c } from '../../settlement/files/orders-1c.ts';
import { writePain001 } from '../../settlement/files/pain001.ts';
import { writePartnerDetail } from '../../settlement/files/partner-detail.ts';
import { payeeAccount } from '../../settlement/membership.ts';
import type { DayContext } from './context.ts';
import { ownCalendar } from './cut.ts';

export interface PlannedFile {
  readonly party: string;
  readonly name: string;
  readonly kind: FileKindOut;
  readonly rows: number;
  readonly totals: readonly Money[];
  readonly content: () => Iterable<Uint8Array>;
}

export interface CycleFacts {
  readonly cycle: CycleRecord;
  readonly partner: PartnerRecord;
  /** Of the same business date, to number orders by. */
  readonly sameDay: readonly CycleRecord[];
  readonly lines: readonly NetLine[];
  readonly tenders: readonly TenderLine[];
  readonly payees: ReadonlyMap<string, PayeeRecord>;
  readonly reservesHeld: readonly ReserveRecord[];
}

/** The order that moves the money stands last, so that nothing else can be in its way any more.
 *  Errors  CYCLE_TERMS_MISSING; FILE_VALUE_UNFIT of the writers, when the content is asked for */
export function planFiles(context: DayContext, facts: CycleFacts): readonly PlannedFile[] {
  const { cycle, lines } = facts;
  if (lines.length === 0 && cycle.outcome !== 'pay') return [];
  const order = cycle.outcome === 'pay' ? [orderFile(context, facts)] : [];
  return [...statementFiles(context, facts), detailFile(facts), ...order];
}

export function payoutOrder(context: DayContext, { cycle, partner, sameDay }: CycleFacts): PayoutOrder {
  if (cycle.net === null || cycle.approvedAt === null) throw missing(cycle, 'approval');
  return {
    ...orderOf(context, cycle, partner, cycle.approvedAt),
    ...{ amount: cycle.net, documentNumber: documentNumber(cycle, sameDay), endToEndId: cycle.cycleId },
    documentDate: localTime(cycle.approvedAt, MOSCOW_OFFSET_MINUTES).date,
  };
}

/** What every order of a cycle's payment says. */
function orderOf(
  { book, terms }: DayContext,
  cycle: CycleRecord,
  partner: PartnerRecord,
  approvedAt: number,
): Omit<PayoutOrder, 'amount' | 'documentNumber' | 'documentDate' | 'endToEndId'> {
  const approvedOn = businessDateAt(approvedAt, partner.cutOff, ownCalendar(partner), book);
  // An approval that came late does not order a payment for a day that is over.
  const earliest = [approvedOn, cycle.valueDate].toSorted().at(-1) ?? cycle.valueDate;
  return {
    cycle,
    payer: terms.acquirer,
    partner,
    valueDate: firstOpen(earliest, partner.calendars, book),
    purpose: terms.purpose.replaceAll('{date}', shownDate(cycle.businessDate)),
    createdAt: approvedAt,
  };
}

/** The order of a payment that came back: the same sum for the same purpose, under a name and number of its own. */
export function orderFileAgain(
  context: DayContext,
  cycle: CycleRecord,
  partner: PartnerRecord,
  again: PayoutAgain,
): PlannedFile {
  const { orderId, amount, orderedAt, documentNumber: number, documentDate } = again;
  if (orderedAt === null || number === null || documentDate === null) throw missing(cycle, 'order');
  return fileOfOrder(context, {
    ...orderOf(context, cycle, partner, orderedAt),
    ...{ amount, documentNumber: number, documentDate, endToEndId: orderId },
  });
}

/** Day of the year and place within the day, so that one payer's orders of a day have different numbers. */
function documentNumber(cycle: CycleRecord, sameDay: readonly CycleRecord[]): number {
  const ids = sameDay.map(({ cycleId }) => cycleId).sort();
  return firstNumber(cycle.businessDate) + ids.indexOf(cycle.cycleId);
}

/** Numbers of payments ordered again on a day, behind those of its cycles. */
export function documentNumberAgain(date: string, orderedBefore: number): number {
  return firstNumber(date) + CYCLES_OF_A_DAY_MOST + orderedBefore;
}

const CYCLES_OF_A_DAY_MOST = 800;

function firstNumber(date: string): number {
  return (daysBetween(`${date.slice(0, 4)}-01-01`, date) + 1) * 1_000 + 1;
}

function orderFile(context: DayContext, facts: CycleFacts): PlannedFile {
  return fileOfOrder(context, payoutOrder(context, facts));
}

function fileOfOrder(context: DayContext, order: PayoutOrder): PlannedFile {
  const { amount, partner, endToEndId } = order;
  const is1c = amount.currency === RUB && partner.orderFormat === 'payment_order_1c';
  return {
    party: context.terms.acquirer.bank,
    name: `${endToEndId}.${is1c ? 'txt' : 'xml'}`,
    kind: is1c ? 'payment_order_1c' : 'pain001',
    rows: 1,
    totals: [amount],
    content: () => [
      is1c ? writePaymentOrders1c([order], endToEndId).bytes : writePain001([order], endToEndId).bytes,
    ],
  };
}

function detailFile({ cycle, lines, payees }: CycleFacts): PlannedFile {
  const { partner, cycleId, currency, businessDate, valueDate } = cycle;
  const due = lines.reduce((sum, line) => sum + line.due, 0n);
  return {
    party: partner,
    name: `${cycleId}-detail.csv`,
    kind: cycle.outcome === 'claim' ? 'claim' : 'partner_detail',
    rows: lines.length,
    totals: [money(due, currency)],
    content: () =>
      writePartnerDetail(
        { partner, cycleId, currency, businessDate, valueDate },
        lines.map((line) => ({ payee: payeeOf(cycle, payees, line), line })),
      ),
  };
}

function statementFiles(context: DayContext, facts: CycleFacts): readonly PlannedFile[] {
  const { cycle, partner, lines, tenders, payees, reservesHeld } = facts;
  const tendersOf = groupedBy(tenders);
  const heldOf = groupedBy(reservesHeld);
  const zero = { amountMinor: 0n, currency: cycle.currency };
  return lines.map((line) => {
    const key = payeeAccount(line.kind, line.id);
    const held = (heldOf.get(key) ?? []).reduce((sum, { amount }) => sum + amount.amountMinor, 0n);
    return {
      party: cycle.partner,
      name: `${cycle.cycleId}-${line.id}.html`,
      kind: 'merchant_statement',
      rows: 1,
      totals: [money(line.due, cycle.currency)],
      content: () => [
        writeMerchantStatement({
          acquirer: context.terms.acquirer.name,
          partner: partner.name,
          payee: payeeOf(cycle, payees, line),
          cycle,
          line,
          tenders: (tendersOf.get(key) ?? []).map((part) => ({
            ...part,
            sales: money(part.sales, cycle.currency),
            refunds: money(part.refunds, cycle.currency),
          })),
          reserveBalance: { ...zero, amountMinor: held },
        }),
      ],
    };
  });
}

function groupedBy<T extends { readonly kind: PayeeRecord['kind']; readonly id: string }>(
  rows: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = payeeAccount(row.kind, row.id);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return groups;
}

function payeeOf(cycle: CycleRecord, payees: CycleFacts['payees'], { kind, id }: NetLine): PayeeRecord {
  const payee = payees.get(payeeAccount(kind, id));
  if (payee === undefined) throw missing(cycle, id);
  return payee;
}

function shownDate(date: string): string {
  return `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}

function missing(cycle: CycleRecord, party: string): AmurError {
  return new AmurError('CYCLE_TERMS_MISSING', { cycle: cycle.cycleId, party });
}

/** The sum to be claimed, above zero. */
export function claimOf(cycle: CycleRecord): Money | null {
  return cycle.outcome === 'claim' && cycle.net !== null ? negate(cycle.net) : null;
}
