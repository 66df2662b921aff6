/** A card transaction as a row of `card_transaction`, and back. The table's own checks hold the words of its unions, so
 *  that they are taken as read. */
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { type ExactRateJson, rateFromJson, rateToJson } from '../../kernel/rate.ts';
import type { FeeTerms } from '../../ledger/fee-rate.ts';
import type { CardRecord, DccTerms, StoredCard } from '../../payments/card/records.ts';
import {
  type BlobRow,
  bigintOf,
  blobOrNull,
  giftOrNull,
  moneyOf,
  moneyOrNull,
  numberOf,
  type SqlValue,
  textOf,
  textOrNull,
} from './columns.ts';

/** What never changes after the insert. */
export const CARD_FIXED = [
  'card_id',
  'tid',
  'mid',
  'class',
  'stan',
  'transmitted_at',
  'kind',
  'sale_id',
  'attempt_id',
  'batch',
  'amount_currency',
  'dcc',
  'gift_charity',
  'gift_minor',
  'gift_currency',
  'mdr_bp',
  'fee',
  'mdr_returned',
  'acceptor_name',
  'acceptor_town',
  'category_code',
  'card_masked',
  'card_bin',
  'card_scheme',
  'card_pan_hash',
  'card_encrypted',
  'pin_ksn',
  'entry_mode',
  'condition_code',
  'cvm',
  'bank',
  'bank_mti',
  'bank_stan',
  'bank_transmitted_at',
  'bank_rrn',
  'original_id',
  'body_hash',
  'business_date',
  'created_at',
] as const;

export const CARD_CHANGING = [
  'state',
  'version',
  'amount_minor',
  'asked_minor',
  'response_code',
  'auth_code',
  'billing_minor',
  'billing_currency',
  'billing_rate',
  'refunded_minor',
  'refunds_booked_minor',
  'answer',
  'reversal_cause',
  'updated_at',
] as const;

export function fixedColumns(c: CardRecord): Record<(typeof CARD_FIXED)[number], SqlValue> {
  const { identity, acceptor, card, bankReference: bank } = c;
  return {
    card_id: c.cardId,
    tid: identity.tid,
    mid: identity.mid,
    class: identity.messageClass,
    stan: identity.stan,
    transmitted_at: identity.transmittedAt,
    kind: c.kind,
    sale_id: c.saleId,
    attempt_id: c.attemptId,
    batch: c.batch,
    amount_currency: c.amount.currency,
    dcc: c.dcc === null ? null : dccText(c.dcc),
    gift_charity: c.gift?.charity ?? null,
    gift_minor: c.gift?.amount.amountMinor ?? null,
    gift_currency: c.gift?.amount.currency ?? null,
    mdr_bp: c.mdrBp,
    fee: c.fee === undefined ? null : JSON.stringify(c.fee),
    mdr_returned: c.mdrReturned ? 1 : 0,
    acceptor_name: acceptor.name,
    acceptor_town: acceptor.town,
    category_code: acceptor.categoryCode,
    card_masked: card?.masked ?? null,
    card_bin: card?.bin ?? null,
    card_scheme: card?.scheme ?? null,
    card_pan_hash: card?.panHash ?? null,
    card_encrypted: card?.encrypted ?? null,
    pin_ksn: c.pinKsn,
    entry_mode: c.entryMode,
    condition_code: c.conditionCode,
    cvm: c.cvm,
    bank: bank?.bank ?? null,
    bank_mti: bank?.mti ?? null,
    bank_stan: bank?.stan ?? null,
    bank_transmitted_at: bank?.transmittedAt ?? null,
    bank_rrn: bank?.rrn ?? null,
    original_id: c.originalId,
    body_hash: c.bodyHash,
    business_date: c.businessDate,
    created_at: c.createdAt,
  };
}

export function changingColumns(c: CardRecord): Record<(typeof CARD_CHANGING)[number], SqlValue> {
  return {
    state: c.state,
    version: c.version,
    amount_minor: c.amount.amountMinor,
    asked_minor: c.asked?.amountMinor ?? null,
    response_code: c.responseCode,
    auth_code: c.authCode,
    billing_minor: c.billing?.amount.amountMinor ?? null,
    billing_currency: c.billing?.amount.currency ?? null,
    billing_rate: c.billing?.rate ?? null,
    refunded_minor: c.refunded.amountMinor,
    refunds_booked_minor: c.refundsBooked.amountMinor,
    answer: c.answer,
    reversal_cause: c.reversalCause,
    updated_at: c.updatedAt,
  };
}

export function cardFromRow(row: BlobRow): CardRecord {
  const amount = moneyOf(row, 'amount');
  const billing = moneyOrNull(row, 'billing');
  const dcc = textOrNull(row, 'dcc');
  const fee = textOrNull(row, 'fee');
  const gift = giftOrNull(row);
  return {
    cardId: textOf(row, 'card_id'),
    identity: {
      tid: textOf(row, 'tid') as CardRecord['identity']['tid'],
      mid: textOf(row, 'mid') as CardRecord['identity']['mid'],
      messageClass: textOf(row, 'class'),
      stan: textOf(row, 'stan'),
      transmittedAt: textOf(row, 'transmitted_at'),
    },
    kind: textOf(row, 'kind') as CardRecord['kind'],
    state: textOf(row, 'state') as CardRecord['state'],
    version: numberOf(row, 'version'),
    saleId: textOrNull(row, 'sale_id') as CardRecord['saleId'],
    attemptId: textOrNull(row, 'attempt_id') as CardRecord['attemptId'],
    batch: textOf(row, 'batch'),
    amount,
    asked: row.asked_minor === null ? null : { ...amount, amountMinor: bigintOf(row, 'asked_minor') },
    dcc: dcc === null ? null : dccOf(dcc),
    ...(gift === null ? {} : { gift }),
    mdrBp: numberOf(row, 'mdr_bp'),
    ...(fee === null ? {} : { fee: JSON.parse(fee) as FeeTerms }),
    mdrReturned: bigintOf(row, 'mdr_returned') === 1n,
    acceptor: {
      name: textOf(row, 'acceptor_name'),
      town: textOrNull(row, 'acceptor_town'),
      categoryCode: textOf(row, 'category_code'),
    },
    card: storedCardOf(row),
    pinKsn: textOrNull(row, 'pin_ksn'),
    entryMode: textOf(row, 'entry_mode'),
    conditionCode: textOf(row, 'condition_code'),
    cvm: textOf(row, 'cvm') as CardRecord['cvm'],
    bankReference: bankReferenceOf(row),
    originalId: textOrNull(row, 'original_id'),
    responseCode: textOrNull(row, 'response_code'),
    authCode: textOrNull(row, 'auth_code'),
    billing: billing === null ? null : { amount: billing, rate: textOf(row, 'billing_rate') },
    refunded: { ...amount, amountMinor: bigintOf(row, 'refunded_minor') },
    refundsBooked: { ...amount, amountMinor: bigintOf(row, 'refunds_booked_minor') },
    bodyHash: textOf(row, 'body_hash'),
    answer: blobOrNull(row, 'answer'),
    reversalCause: textOrNull(row, 'reversal_cause') as CardRecord['reversalCause'],
    businessDate: textOf(row, 'business_date'),
    createdAt: numberOf(row, 'created_at'),
    updatedAt: numberOf(row, 'updated_at'),
  };
}

function storedCardOf(row: BlobRow): StoredCard | null {
  const encrypted = blobOrNull(row, 'card_encrypted');
  if (encrypted === null) return null;
  return {
    masked: textOf(row, 'card_masked'),
    bin: textOf(row, 'card_bin'),
    scheme: textOf(row, 'card_scheme'),
    panHash: textOf(row, 'card_pan_hash'),
    encrypted,
  };
}

function bankReferenceOf(row: BlobRow): CardRecord['bankReference'] {
  const bank = textOrNull(row, 'bank');
  if (bank === null) return null;
  return {
    bank,
    mti: textOf(row, 'bank_mti'),
    stan: textOf(row, 'bank_stan'),
    transmittedAt: textOf(row, 'bank_transmitted_at'),
    rrn: textOf(row, 'bank_rrn'),
  };
}

interface DccJson {
  readonly priceMinor: string;
  readonly priceCurrency: string;
  readonly rate: ExactRateJson;
  readonly markupBp: number;
  readonly quoteId: string;
}

function dccText(dcc: DccTerms): string {
  return JSON.stringify({
    priceMinor: dcc.price.amountMinor.toString(),
    priceCurrency: dcc.price.currency,
    rate: rateToJson(dcc.rate),
    markupBp: dcc.markupBp,
    quoteId: dcc.quoteId,
  } satisfies DccJson);
}

function dccOf(text: string): DccTerms {
  const dcc = JSON.parse(text) as DccJson;
  return {
    price: { amountMinor: BigInt(dcc.priceMinor), currency: parseCurrencyCode(dcc.priceCurrency) },
    rate: rateFromJson(dcc.rate),
    markupBp: dcc.markupBp,
    quoteId: dcc.quoteId as DccTerms['quoteId'],
  };
}
