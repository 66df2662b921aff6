/** What a change of a card transaction books, by the ledger's templates. */
import { invariant } from '../../kernel/errors.ts';
import { subtract } from '../../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { MetaWith, TransferMeta } from '../../ledger/build-transfer.ts';
import {
  type CardRefundAmounts,
  type CardSaleAmounts,
  cardGiftAgain,
  cardGiftBack,
  cardGiftReversal,
  cardGiftTransfer,
  cardMoneyFound,
  cardMoneyReturned,
  cardRefundReversal,
  cardRefundTransfer,
  cardSaleReversal,
  cardSaleTransfer,
} from '../../ledger/card-postings.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import { bankOf } from './card-record.ts';
import type { CardRecord } from './records.ts';

/** A sale or completion that is approved, and the gift in it. */
export function saleBooked(record: CardRecord, now: EpochMs): readonly Transfer[] {
  const amounts = saleAmounts(record);
  const meta = metaOf(record, record.businessDate, now);
  return withGift(cardSaleTransfer(amounts, meta), record, meta, (to) => cardGiftTransfer(amounts, to));
}

/** The same, undone: on the day it is undone. */
export function saleUnbooked(record: CardRecord, now: EpochMs): readonly Transfer[] {
  const amounts = saleAmounts(record);
  const meta = metaOf(record, today(now), now);
  return withGift(cardSaleReversal(amounts, meta), record, meta, (to) => cardGiftReversal(amounts, to));
}

/** A refund that is approved; `original` as it is before that. */
export function refundBooked(refund: CardRecord, original: CardRecord, now: EpochMs): readonly Transfer[] {
  const amounts = { ...refundAmounts(refund, original), below: original.refundsBooked };
  const meta = metaOf(refund, refund.businessDate, now);
  return withGift(cardRefundTransfer(amounts, meta), original, meta, (to) => cardGiftBack(amounts, to));
}

/** An approved refund undone; `original` as it is before that. */
export function refundUnbooked(refund: CardRecord, original: CardRecord, now: EpochMs): readonly Transfer[] {
  const below = subtract(original.refundsBooked, refund.amount);
  const amounts = { ...refundAmounts(refund, original), below };
  const meta = metaOf(refund, today(now), now);
  return withGift(cardRefundReversal(amounts, meta), original, meta, (to) => cardGiftAgain(amounts, to));
}

/** `sale`: whose gift it is. */
function withGift(
  transfer: Transfer,
  sale: CardRecord,
  meta: TransferMeta,
  ofGift: (meta: MetaWith<'mid' | 'charity'>) => Transfer | null,
): readonly Transfer[] {
  const { gift, identity } = sale;
  const given = gift === undefined ? null : ofGift({ ...meta, mid: identity.mid, charity: gift.charity });
  return given === null ? [transfer] : [transfer, given];
}

/** A bank settles what was undone here; and its customer has it back. */
export function moneyFound(record: CardRecord, now: EpochMs): Transfer {
  return cardMoneyFound(record.amount, metaOf(record, today(now), now));
}

export function moneyReturned(record: CardRecord, now: EpochMs): Transfer {
  return cardMoneyReturned(record.amount, metaOf(record, today(now), now));
}

function saleAmounts(record: CardRecord): CardSaleAmounts {
  const { amount, dcc, gift, mdrBp, fee } = record;
  const given = gift === undefined ? {} : { gift: gift.amount };
  return { amount, price: dcc?.price ?? null, ...given, mdrBp, ...(fee === undefined ? {} : { fee }) };
}

function refundAmounts(refund: CardRecord, original: CardRecord): Omit<CardRefundAmounts, 'below'> {
  invariant(refund.originalId === original.cardId, 'A refund is booked against its original.');
  return { sale: saleAmounts(original), part: refund.amount, mdrReturned: original.mdrReturned };
}

function metaOf(record: CardRecord, businessDate: string, now: EpochMs): TransferMeta {
  return {
    reference: record.cardId,
    mid: record.identity.mid,
    bank: bankOf(record),
    businessDate,
    postedAt: now,
  };
}

function today(now: EpochMs): string {
  return localTime(now, MOSCOW_OFFSET_MINUTES).date;
}
