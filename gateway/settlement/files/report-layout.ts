/** Which column of a report means what: the reports of Alipay+ and Antom differ by contract and change, so a layout is configuration.
 *
 *  A layout names columns by their headings; columns it does not name may stand anywhere and are not read. */
import { AmurError } from '../../kernel/errors.ts';
import type { SchemeKind } from './scheme-rows.ts';

export interface ReportLayout {
  /** For messages and records: `antom.settlement_details`. */
  readonly name: string;
  readonly separator: ',' | '|' | ';';
  /** The last line of a whole file, e.g. `<END>`; null where the report has none. */
  readonly endMark: string | null;
  /** `minor`: whole numbers of the currency's smallest unit. */
  readonly amountsIn: 'major' | 'minor';
  /** `cost`: a fee charged with a payment is above zero; `effect`: it is below, as it lessens what we get. */
  readonly feesAs: 'cost' | 'effect';
  /** `zoned` 2026-11-22T18:30:05+08:00; `beijing` 2026-11-22 18:30:05; `beijing_us` 11/22/2026 18:30:05. */
  readonly timesAs: 'zoned' | 'beijing' | 'beijing_us';
  readonly columns: ReportColumns;
  /** Words of the type column. A word that is not here refuses the file. */
  readonly types: Readonly<Record<string, SchemeKind>>;
}

export interface ReportColumns {
  readonly type: string;
  readonly ours: string;
  readonly theirs: string;
  readonly at: string;
  readonly amount: string;
  readonly currency: string;
  /** Null where the report does not say. The fee is in the currency of the settlement, or in the amount's where there is none. */
  readonly fee: string | null;
  readonly settlement: string | null;
  readonly settlementCurrency: string | null;
}

const TYPES: ReportLayout['types'] = {
  PAYMENT: 'payment',
  CAPTURE: 'payment',
  REFUND: 'refund',
  CANCEL: 'cancel',
  DISPUTE: 'chargeback',
  ADJUSTMENT: 'adjustment',
};

/** The layouts that are published. A contract that differs brings its own, in the same form, by configuration. */
export const PUBLISHED_LAYOUTS: readonly ReportLayout[] = [
  {
    name: 'antom.settlement_details',
    separator: ',',
    endMark: '<END>',
    amountsIn: 'minor',
    feesAs: 'effect',
    timesAs: 'zoned',
    columns: {
      type: 'transactionType',
      ours: 'transactionRequestId',
      theirs: 'transactionId',
      at: 'paymentTime',
      amount: 'transactionAmountValue',
      currency: 'transactionCurrency',
      fee: 'feeAmountValue',
      settlement: 'settlementAmountValue',
      settlementCurrency: 'settlementCurrency',
    },
    types: TYPES,
  },
  {
    name: 'antom.transaction_items',
    separator: ',',
    endMark: '<END>',
    amountsIn: 'minor',
    feesAs: 'effect',
    timesAs: 'zoned',
    columns: {
      type: 'transactionType',
      ours: 'transactionRequestId',
      theirs: 'transactionId',
      at: 'paymentTime',
      amount: 'transactionAmountValue',
      currency: 'transactionCurrency',
      fee: null,
      settlement: null,
      settlementCurrency: null,
    },
    types: TYPES,
  },
  {
    name: 'alipayhk.settlement',
    separator: ',',
    endMark: null,
    amountsIn: 'major',
    feesAs: 'cost',
    timesAs: 'beijing_us',
    columns: {
      type: 'Type',
      ours: 'Partner_transaction_id',
      theirs: 'Transaction_id',
      at: 'Payment_time',
      amount: 'Amount',
      currency: 'Currency',
      fee: 'Fee',
      settlement: 'Settlement',
      settlementCurrency: null,
    },
    types: TYPES,
  },
];

const SEPARATORS = [',', '|', ';'];
const REQUIRED = ['type', 'ours', 'theirs', 'at', 'amount', 'currency'] as const;
const OPTIONAL = ['fee', 'settlement', 'settlementCurrency'] as const;
const KINDS: readonly string[] = ['payment', 'refund', 'cancel', 'chargeback', 'adjustment'];

/** A layout from configuration, read strictly.
 *  Errors  FILE_KIND_UNKNOWN naming the part that is wrong */
export function parseReportLayout(value: unknown): ReportLayout {
  const layout = record(value, 'layout');
  const columns = record(layout.columns, 'columns');
  const types = record(layout.types, 'types');
  for (const name of REQUIRED) if (!isText(columns[name])) throw wrong(`columns.${name}`);
  for (const name of OPTIONAL)
    if (columns[name] !== null && !isText(columns[name])) throw wrong(`columns.${name}`);
  for (const [word, kind] of Object.entries(types))
    if (word === '' || typeof kind !== 'string' || !KINDS.includes(kind)) throw wrong(`types.${word}`);
  const checks: readonly (readonly [string, boolean])[] = [
    ['name', isText(layout.name)],
    ['separator', SEPARATORS.includes(layout.separator as string)],
    ['endMark', layout.endMark === null || isText(layout.endMark)],
    ['amountsIn', ['major', 'minor'].includes(layout.amountsIn as string)],
    ['feesAs', ['cost', 'effect'].includes(layout.feesAs as string)],
    ['timesAs', ['zoned', 'beijing', 'beijing_us'].includes(layout.timesAs as string)],
    ['types', Object.keys(types).length > 0],
  ];
  for (const [name, fit] of checks) if (!fit) throw wrong(name);
  return value as ReportLayout;
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name);
  return value as Record<string, unknown>;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function wrong(part: string): AmurError {
  const reason = `The report layout's ${part} is missing or wrong.`;
  return new AmurError('FILE_KIND_UNKNOWN', {
    file: '',
    line: 0,
    column: part,
    reason,
    advice: 'Correct it.',
  });
}
