/** Reading and advancing a payment record: the small facts that the machine and the views share. */
import type { Money } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { PaymentState } from '../wire/messages.ts';
import type { PaymentRecord, PaymentStep } from './ports.ts';
import type { WalletTrade } from './wallet-port.ts';

export type PaymentChanges = Partial<Omit<PaymentRecord, 'attemptId' | 'version' | 'updatedAt'>>;

/** A copy with `changes`, one version on. */
export function advance(record: PaymentRecord, now: EpochMs, changes: PaymentChanges): PaymentRecord {
  return { ...record, ...changes, version: record.version + 1, updatedAt: now };
}

/** The steps with `words` added; a word that already stands is not repeated, so the list stays short for good. */
export function withSteps(
  record: PaymentRecord,
  now: EpochMs,
  ...words: readonly PaymentStep['step'][]
): readonly PaymentStep[] {
  const fresh = words.filter((word) => !hasStep(record, word));
  return fresh.length === 0 ? record.steps : [...record.steps, ...fresh.map((step) => ({ step, at: now }))];
}

export function hasStep(record: PaymentRecord, word: PaymentStep['step']): boolean {
  return record.steps.some((entry) => entry.step === word);
}

export function isOpen(state: PaymentState): boolean {
  return state === 'intent' || state === 'waiting' || state === 'unknown' || state === 'cancelling';
}

/** When a final payment became final. */
export function endedAt(record: PaymentRecord): EpochMs {
  const end = record.steps.findLast((entry) => entry.step === 'declined' || entry.step === 'cancelled');
  return end?.at ?? record.updatedAt;
}

export function matchesOrder(record: PaymentRecord, trade: WalletTrade): boolean {
  return sameMoney(record.order, trade.order);
}

/** Whether the wallet says that all of the order went back. */
export function fullyRefunded(record: PaymentRecord, trade: WalletTrade | null): boolean {
  return trade !== null && trade.refunded !== null && sameMoney(trade.refunded, record.order);
}

/** What the wallet owes for this payment: the order, or what it settles where it converts. Null while it has not said so
 *  in the currency of the contract. */
export function receivableOf(record: PaymentRecord): Money | null {
  if (record.terms.converter === 'acquirer') return record.order;
  const owed = record.settlement ?? record.order;
  return owed.currency === record.terms.settleCurrency ? owed : null;
}

/** What a trade tells about the buyer and the money; what it does not tell stays as it was. */
export function tradeFacts(record: PaymentRecord, trade: WalletTrade): PaymentChanges {
  return {
    providerRef: trade.providerRef,
    payer: trade.payer ?? record.payer,
    settlement: trade.settlement ?? record.settlement,
    rate: record.rate ?? trade.rate,
    ...settlementRateOf(record.settlementRate ?? trade.settlementRate),
    buyer: trade.buyer ?? record.buyer,
  };
}

function settlementRateOf(rate: ExactRate | undefined): PaymentChanges {
  return rate === undefined ? {} : { settlementRate: rate };
}

function sameMoney(left: Money, right: Money): boolean {
  return left.currency === right.currency && left.amountMinor === right.amountMinor;
}
