/** What a row of a wallet's or card bank's file about a dispute would book: the sum they took back in a dispute of one of our sales,
 *  or gave back because it was won. The import proposes it with the exception, and two persons let it be booked; the row is then
 *  matched with the posting like any other. */
import { cumulativeShare, equal, type Money, zero } from '../../kernel/money.ts';
import { localTime } from '../../kernel/time.ts';
import {
  type ChargebackAmounts,
  chargebackOpened,
  chargebackReversed,
} from '../../ledger/chargeback-postings.ts';
import type { Entry, Transfer } from '../../ledger/transfer.ts';
import type { Item } from '../../reconciliation/item.ts';
import type { ReconStore } from '../../reconciliation/ports.ts';
import type { ExceptionRecord } from '../../settlement/contract.ts';
import type { DayContext } from './context.ts';
import { type PayerRecord, receivableOf } from './payers.ts';

type ProposalContext = Pick<DayContext, 'store'> & { readonly recon: Pick<ReconStore, 'operationOf'> };
export type ChargebackKind = 'chargeback' | 'chargeback_reversed';

const KIND_OF: Readonly<Record<string, ChargebackKind>> = {
  chargeback: 'chargeback',
  // They give back what a dispute had taken: the only credit of theirs under the name of a disputed sale.
  adjustment_in: 'chargeback_reversed',
};

/** For the exception about a row that is nobody's; empty where the row is about no dispute of a sale of ours. */
export async function proposalFacts(
  context: ProposalContext,
  payer: PayerRecord,
  theirs: Item | null,
): Promise<Readonly<Record<string, string>>> {
  const kind = theirs === null ? undefined : KIND_OF[theirs.kind];
  if (theirs === null || kind === undefined) return {};
  const ids = [...(theirs.id === null ? [] : [theirs.id]), ...theirs.otherIds];
  for (const operation of await context.recon.operationOf(payer, ids)) {
    const amounts = await amountsOf(context, payer, { kind, operation, order: theirs.amount });
    if (amounts === null) continue;
    const { price } = amounts;
    return { proposal: kind, operation, price: `${price.amountMinor} ${price.currency}` };
  }
  return {};
}

export function isProposal({ facts }: Pick<ExceptionRecord, 'facts'>): boolean {
  return facts.proposal !== undefined;
}

/** Null where the books have moved on since it was proposed. */
export async function proposedTransfer(
  context: ProposalContext,
  payer: PayerRecord,
  { facts, atRisk }: ExceptionRecord,
): Promise<Transfer | null> {
  const { operation = '' } = facts;
  const kind: ChargebackKind = facts.proposal === 'chargeback' ? 'chargeback' : 'chargeback_reversed';
  const sale = await saleOf(context, operation);
  const amounts = await amountsOf(context, payer, { kind, operation, order: atRisk });
  if (amounts === null || sale?.mid == null) return null;
  const postedAt = context.store.now();
  const meta = {
    reference: operation,
    mid: sale.mid,
    businessDate: localTime(postedAt, payer.offsetMinutes).date,
    postedAt,
  };
  const book = kind === 'chargeback' ? chargebackOpened : chargebackReversed;
  return payer.kind === 'wallet'
    ? book(amounts, { ...meta, wallet: payer.party as 'alipay' })
    : book(amounts, { ...meta, bank: payer.party });
}

interface Asked {
  readonly kind: ChargebackKind;
  readonly operation: string;
  /** Taken or given back, in the currency the payer owes us in. */
  readonly order: Money;
}

/** A dispute of a sale is opened once, within what was sold, and won once, in the sum that it was opened with. */
async function amountsOf(
  context: ProposalContext,
  payer: PayerRecord,
  { kind, operation, order }: Asked,
): Promise<ChargebackAmounts | null> {
  const { store } = context;
  const booked = await store.transfersOf(operation);
  const opened = booked.find(({ transferId }) => transferId.startsWith('chargeback:'));
  const isWon = booked.some(({ transferId }) => transferId.startsWith('chargeback_reversed:'));
  const isAccepted = booked.some(({ transferId }) => transferId.startsWith('chargeback_accepted:'));
  if (kind === 'chargeback_reversed') {
    const amounts = opened === undefined ? null : openedAmounts(opened);
    return amounts !== null && !isWon && !isAccepted && equal(amounts.order, order) ? amounts : null;
  }
  const sale = await saleOf(context, operation);
  const sold = sale === null ? null : soldAmounts(sale, receivableOf(payer));
  if (opened !== undefined || sold === null || sold.order.currency !== order.currency) return null;
  if (order.amountMinor > sold.order.amountMinor || order.amountMinor === 0n) return null;
  return { order, price: cumulativeShare(sold.price, sold.order, zero(order.currency), order) };
}

async function saleOf({ store }: ProposalContext, operation: string): Promise<Transfer | null> {
  const sale = (await store.transfersOf(operation)).find(({ transferId }) =>
    /^(wallet|card)_sale:/.test(transferId),
  );
  return sale ?? null;
}

function soldAmounts({ entries, mid }: Transfer, receivable: string): ChargebackAmounts | null {
  const order = amountOn(entries, receivable, 'debit');
  const price = amountOn(entries, `merchant_payable:${mid}`, 'credit');
  return order === null || price === null ? null : { order, price };
}

function openedAmounts({ entries, mid }: Transfer): ChargebackAmounts | null {
  const order = amountOn(entries, `chargeback_dispute:${mid}`, 'debit');
  const price = amountOn(entries, `chargeback_held:${mid}`, 'credit');
  return order === null || price === null ? null : { order, price };
}

function amountOn(entries: readonly Entry[], account: string, side: Entry['side']): Money | null {
  return entries.find((entry) => entry.account === account && entry.side === side)?.amount ?? null;
}
