/** What a partner bank gets with each payment: whom it credits, with how much, and how that came about. The form is ours; see
 *  docs/settlement-files.md.
 *
 *  Shape   AMUR-PARTNER-DETAIL,1,<partner>,<cycle>,<currency>,<business date>,<value date>
 *          a heading, one line for each payee, TOTAL,<rows>,… with the sum of each column
 *  Units   decimals of the cycle's currency; UTF-8 with a byte order mark, CRLF; no cell starts a formula
 *  Errors  FILE_VALUE_UNFIT where a line does not come to its net */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { formatDecimal, type Money, money } from '../../kernel/money.ts';
import type { NetLine, PayeeRecord } from '../contract.ts';
import { csvLine } from './csv.ts';
import { encodedPieces } from './pieces.ts';
import { refusal } from './source.ts';

export interface PartnerDetailHead {
  readonly partner: string;
  readonly cycleId: string;
  readonly currency: CurrencyCode;
  readonly businessDate: string;
  readonly valueDate: string;
}

export interface PartnerDetailLine {
  readonly payee: PayeeRecord;
  readonly line: NetLine;
}

export const DETAIL_FORMAT = 'AMUR-PARTNER-DETAIL';
export const DETAIL_HEAD = [
  'format',
  'version',
  'partner',
  'cycle',
  'currency',
  'business_date',
  'value_date',
] as const;
export const DETAIL_PARTY = ['kind', 'id', 'name', 'inn', 'account'] as const;
export const DETAIL_COUNTS = ['sales_count', 'refunds_count'] as const;

/** Columns of amounts with the field of a net line that each shows. */
export const DETAIL_AMOUNTS = [
  ['carried_in', 'carriedIn'],
  ['sales', 'sales'],
  ['refunds', 'refunds'],
  ['chargebacks', 'chargebacks'],
  ['fees', 'fees'],
  ['fees_returned', 'feesReturned'],
  ['vat', 'vat'],
  ['partner_share', 'partnerShare'],
  ['donations', 'donations'],
  ['adjustments', 'adjustments'],
  ['reserve_held', 'reserveHeld'],
  ['reserve_released', 'reserveReleased'],
  ['net', 'net'],
  ['due', 'due'],
  ['carried_out', 'carriedOut'],
] as const;

export const DETAIL_COLUMNS: readonly string[] = [
  ...DETAIL_PARTY,
  ...DETAIL_COUNTS,
  ...DETAIL_AMOUNTS.map(([column]) => column),
];

export type DetailAmounts = Readonly<Record<(typeof DETAIL_AMOUNTS)[number][1], bigint>>;

/** net = carriedIn + sales - refunds - chargebacks - fees + feesReturned - donations + adjustments - reserveHeld + reserveReleased,
 *  and net = due + carriedOut. */
export function comesToItsNet(line: DetailAmounts): boolean {
  const gains = line.carriedIn + line.sales + line.feesReturned + line.adjustments + line.reserveReleased;
  const losses = line.refunds + line.chargebacks + line.fees + line.donations + line.reserveHeld;
  return line.net === gains - losses && line.net === line.due + line.carriedOut;
}

/** The file in pieces, as its lines come; returns the sum of what is due. */
export function writePartnerDetail(
  head: PartnerDetailHead,
  lines: Iterable<PartnerDetailLine>,
): Generator<Uint8Array, Money> {
  return encodedPieces(detailText(head, lines));
}

function* detailText(head: PartnerDetailHead, lines: Iterable<PartnerDetailLine>): Generator<string, Money> {
  const file = `${head.cycleId} detail`;
  const textOf = (cells: readonly string[]) => csvLine(cells, file);
  const { partner, cycleId, currency, businessDate, valueDate } = head;
  yield '\ufeff';
  yield textOf([DETAIL_FORMAT, '1', partner, cycleId, currency, businessDate, valueDate]);
  yield textOf(DETAIL_COLUMNS);
  const sums = DETAIL_AMOUNTS.map(() => 0n);
  const counts = [0, 0];
  let rows = 0;
  for (const { payee, line } of lines) {
    if (line.currency !== currency || line.cycleId !== cycleId || !comesToItsNet(line)) {
      const reason = 'The line is of another cycle, or does not come to its net.';
      throw refusal('FILE_VALUE_UNFIT', file, { line: rows + 3, column: 'net' }, reason);
    }
    rows += 1;
    counts[0] = (counts[0] ?? 0) + line.salesCount;
    counts[1] = (counts[1] ?? 0) + line.refundsCount;
    const amounts = DETAIL_AMOUNTS.map(([, field], index) => {
      sums[index] = (sums[index] ?? 0n) + line[field];
      return formatDecimal(money(line[field], currency));
    });
    const party = [payee.kind, payee.id, payee.name, payee.inn, payee.account];
    yield textOf([...party, String(line.salesCount), String(line.refundsCount), ...amounts]);
  }
  const totals = sums.map((sum) => formatDecimal(money(sum, currency)));
  yield textOf(['TOTAL', String(rows), '', '', '', ...counts.map(String), ...totals]);
  const due = DETAIL_AMOUNTS.findIndex(([, field]) => field === 'due');
  return money(sums[due] ?? 0n, currency);
}
