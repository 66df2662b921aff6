/** What a change of a card transaction books, by the ledger's templates. */
import { invariant } from '../../kernel/errors.ts';
import { subtract } from '../../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { TransferMeta } from '../../ledger/build-transfer.ts';
import {
  type CardRefundAmounts,
  type CardSaleAmounts,
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

/** A sale or completion that is approved. */
export function saleBooked(record: CardRecord, now: EpochMs): Transfer {
  return cardSaleTransfer(saleAmounts(record), metaOf(record, record.businessDate, now));
}

/** The same, undone: on the day it is undone. */
export function saleUnbooked(record: CardRecord, now: EpochMs): Transfer {
  return cardSaleReversal(saleAmounts(record), metaOf(record, today(now), now));
}

/** A refund that is approved; `original` as it is before that. */
export function refundBooked(refund: CardRecord, original: CardRecord, now: EpochMs): Transfer {
  const amounts = { ...refundAmounts(refund, original), below: original.refundsBooked };
  return cardRefundTransfer(amounts, metaOf(refund, refund.businessDate, now));
}

/** An approved refund undone; `original` as it is before that. */
export function refundUnbooked(refund: CardRecord, original: CardRecord, now: EpochMs): Transfer {
  const below = subtract(original.refundsBooked, refund.amount);
  const amounts = { ...refundAmounts(refund, original), below };
  return cardRefundReversal(amounts, metaOf(refund, today(now), now));
}

/** A bank settles what was undone here; and its customer has it back. */
export function moneyFound(record: CardRecord, now: EpochMs): Transfer {
  return cardMoneyFound(record.amount, metaOf(record, today(now), now));
}

export function moneyReturned(record: CardRecord, now: EpochMs): Transfer {
  return cardMoneyReturned(record.amount, metaOf(record, today(now), now));
}

function saleAmounts(record: CardRecord): CardSaleAmounts {
  const { amount, dcc, mdrBp, fee } = record;
  return { amount, price: dcc?.price ?? null, mdrBp, ...(fee === undefined ? {} : { fee }) };
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
