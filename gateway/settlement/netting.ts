/** What a payee's entries come to. Each template that touches a payable says here what its debits and credits are; one that
 *  is not listed stops the calculation, so that no money falls through. */
import { CNY } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { LedgerSum, TenderLine } from './contract.ts';

/** Fees less fees returned, by what they are for and by the payments' business date: tax goes by both. */
export interface FeePart {
  readonly service: 'wallet_acquiring' | 'card_acquiring';
  readonly businessDate: string;
  amountMinor: bigint;
}

/** Sales and refunds by what they were paid with, and in which currency. */
export type TenderPart = {
  -readonly [K in keyof Omit<TenderLine, 'cycleId' | 'kind' | 'id'>]: TenderLine[K];
};

export interface PayeeTotals {
  sales: bigint;
  salesCount: number;
  refunds: bigint;
  refundsCount: number;
  chargebacks: bigint;
  fees: bigint;
  feesReturned: bigint;
  donations: bigint;
  adjustments: bigint;
  feeParts: FeePart[];
  tenders: TenderPart[];
}

type Column = 'sales' | 'refunds' | 'chargebacks' | 'fees' | 'feesReturned' | 'donations' | 'adjustments';

/** Where an entry counts, and with which sign; `counts` adds to the number of sales or refunds. */
interface Meaning {
  readonly column: Column;
  readonly sign: 1n | -1n;
  readonly counts?: 1 | -1;
}

interface TemplateMeaning {
  readonly debit: Meaning | null;
  readonly credit: Meaning | null;
}

const means = (column: Column, sign: 1n | -1n = 1n, counts?: 1 | -1): Meaning =>
  counts === undefined ? { column, sign } : { column, sign, counts };

const SALE: TemplateMeaning = { credit: means('sales', 1n, 1), debit: means('fees') };
const SALE_UNDONE: TemplateMeaning = { debit: means('sales', -1n, -1), credit: means('fees', -1n) };
const REFUND: TemplateMeaning = { debit: means('refunds', 1n, 1), credit: means('feesReturned') };
const REFUND_UNDONE: TemplateMeaning = {
  credit: means('refunds', -1n, -1),
  debit: means('feesReturned', -1n),
};
const CHARGEBACK: TemplateMeaning = { debit: means('chargebacks'), credit: null };
const CHARGEBACK_UNDONE: TemplateMeaning = { credit: means('chargebacks', -1n), debit: null };
const ACCEPTED: TemplateMeaning = { credit: means('feesReturned'), debit: null };

const OF_MERCHANT: Readonly<Record<string, TemplateMeaning>> = {
  wallet_sale_acquirer_converts: SALE,
  wallet_sale_wallet_converts: SALE,
  card_sale: SALE,
  card_sale_dcc: SALE,
  card_sale_reversal: SALE_UNDONE,
  card_sale_reversal_dcc: SALE_UNDONE,
  wallet_refund_acquirer_converts: REFUND,
  wallet_refund_wallet_converts: REFUND,
  card_refund: REFUND,
  card_refund_dcc: REFUND,
  card_refund_reversal: REFUND_UNDONE,
  card_refund_reversal_dcc: REFUND_UNDONE,
  wallet_chargeback: CHARGEBACK,
  card_chargeback: CHARGEBACK,
  wallet_chargeback_reversed: CHARGEBACK_UNDONE,
  card_chargeback_reversed: CHARGEBACK_UNDONE,
  chargeback_accepted: ACCEPTED,
  chargeback_accepted_converted: ACCEPTED,
  adjustment_to_merchant: { credit: means('adjustments'), debit: null },
  adjustment_from_merchant: { debit: means('adjustments', -1n), credit: null },
  donation: { debit: means('donations'), credit: means('feesReturned') },
  donation_returned: { credit: means('donations', -1n), debit: means('feesReturned', -1n) },
};

const OF_CHARITY: Readonly<Record<string, TemplateMeaning>> = {
  donation: { credit: means('sales', 1n, 1), debit: null },
  donation_returned: { debit: means('refunds', 1n, 1), credit: null },
};

/** What a calculation books itself: it stands in the line of its own cycle, not among the entries of the next. */
const OF_CYCLES: ReadonlySet<string> = new Set([
  ...[
    'vat_charged',
    'vat_charged_returned',
    'fee_charged',
    'fee_returned',
    'reserve_held',
    'reserve_released',
  ],
  ...['payout_due', 'claim_due', 'charity_due', 'charity_claim_due'],
]);

export const PAYABLE_FAMILIES: readonly string[] = ['merchant_payable', 'charity_payable'];

export function noTotals(): PayeeTotals {
  return {
    ...{ sales: 0n, salesCount: 0, refunds: 0n, refundsCount: 0, chargebacks: 0n },
    ...{ fees: 0n, feesReturned: 0n, donations: 0n, adjustments: 0n, feeParts: [], tenders: [] },
  };
}

/** Totals by payee's account, folded from sums of entries in any order. */
export class NettingFold {
  readonly #totals = new Map<string, PayeeTotals>();
  readonly #currency: string;

  constructor(currency: string) {
    this.#currency = currency;
  }

  /** Errors  CYCLE_TEMPLATE_UNKNOWN */
  add(sum: LedgerSum): void {
    if (sum.amount.currency !== this.#currency || OF_CYCLES.has(sum.template)) return;
    const meaning = meaningOf(sum);
    const totals = this.#of(sum.account);
    totals[meaning.column] += meaning.sign * sum.amount.amountMinor;
    if (meaning.column === 'fees') addFee(totals, sum, meaning.sign);
    if (meaning.column === 'feesReturned') addFee(totals, sum, meaning.sign === 1n ? -1n : 1n);
    const { column } = meaning;
    if (column !== 'sales' && column !== 'refunds') return;
    const counted = (meaning.counts ?? 0) * sum.count;
    const part = tenderPart(totals, sum, this.#currency);
    totals[`${column}Count`] += counted;
    part[`${column}Count`] += counted;
    part[column] += meaning.sign * sum.amount.amountMinor;
  }

  /** By account. */
  totals(): ReadonlyMap<string, Readonly<PayeeTotals>> {
    return this.#totals;
  }

  #of(account: string): PayeeTotals {
    const known = this.#totals.get(account);
    if (known !== undefined) return known;
    const made = noTotals();
    this.#totals.set(account, made);
    return made;
  }
}

function addFee(totals: PayeeTotals, { template, paidOn, amount }: LedgerSum, sign: 1n | -1n): void {
  const service = template.startsWith('card_') ? 'card_acquiring' : 'wallet_acquiring';
  const known = totals.feeParts.find((part) => part.service === service && part.businessDate === paidOn);
  if (known === undefined) {
    totals.feeParts.push({ service, businessDate: paidOn, amountMinor: sign * amount.amountMinor });
  } else known.amountMinor += sign * amount.amountMinor;
}

function tenderPart(totals: PayeeTotals, sum: LedgerSum, currency: string): TenderPart {
  const { tender, paidIn } = paidWith(sum, currency);
  const known = totals.tenders.find((part) => part.tender === tender && part.paidIn === paidIn);
  if (known !== undefined) return known;
  const made = { tender, paidIn, sales: 0n, salesCount: 0, refunds: 0n, refundsCount: 0 };
  totals.tenders.push(made);
  return made;
}

/** The wallet's customers pay in yuan whoever converts, and so do cards that are converted at the till; any other card is
 *  charged in the currency the merchant is paid in. */
function paidWith({ template }: LedgerSum, currency: string): Pick<TenderPart, 'tender' | 'paidIn'> {
  if (template.startsWith('wallet_')) return { tender: 'alipay', paidIn: CNY };
  if (!template.startsWith('card_')) return { tender: 'other', paidIn: currency };
  return { tender: 'card', paidIn: template.includes('_dcc') ? CNY : currency };
}

function meaningOf({ account, template, side }: LedgerSum): Meaning {
  const meanings = account.startsWith('charity_payable:') ? OF_CHARITY : OF_MERCHANT;
  const meaning = Object.hasOwn(meanings, template) ? meanings[template]?.[side] : null;
  if (meaning === null || meaning === undefined) {
    throw new AmurError('CYCLE_TEMPLATE_UNKNOWN', { template, side });
  }
  return meaning;
}
