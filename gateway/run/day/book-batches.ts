/** Books each settlement file once it is imported: what the wallet or card bank announces is no longer owed operation by
 *  operation but as one sum, less its fees. The whole file is booked, rows that are not ours as well, because the whole of it
 *  will be paid: what does not match stays on the receivable until somebody has decided about it. */
import { add, type Money, negate, zero } from '../../kernel/money.ts';
import { localTime } from '../../kernel/time.ts';
import { type BatchAmounts, cardSettled, walletSettled } from '../../ledger/settlement-postings.ts';
import type { FileRecord, SchemeRow } from '../../settlement/contract.ts';
import { commitNew } from './commits.ts';
import type { DayContext } from './context.ts';
import type { PayerRecord } from './payers.ts';

type Context = Pick<DayContext, 'store' | 'progress'>;

/** Answers how many batches it booked. */
export async function bookBatches(context: Context, payer: PayerRecord): Promise<number> {
  const files = await context.store.files({ direction: 'in', party: payer.party, states: ['imported'] });
  let booked = 0;
  for (const file of files) {
    if (!payer.settlementKinds.some((kind) => kind === file.kind)) continue;
    if ((await context.store.transfersOf(file.fileId)).length > 0) continue;
    booked += await bookFile(context, payer, file);
  }
  return booked;
}

async function bookFile(context: Context, payer: PayerRecord, file: FileRecord): Promise<number> {
  const batches = await batchesOf(context, payer, file);
  const { store } = context;
  const meta = {
    mid: null,
    reference: file.fileId,
    businessDate: localTime(file.at, payer.offsetMinutes).date,
    postedAt: store.now(),
  };
  const [only, ...more] = batches;
  if (only === undefined) return 0;
  const transfers = [only, ...more].map((batch, at) => {
    // A file in several currencies, which no file so far is, has a batch for each.
    const named = at === 0 ? meta : { ...meta, reference: `${file.fileId}/${batch.payments.currency}` };
    return payer.kind === 'wallet'
      ? walletSettled(batch, { ...named, wallet: payer.party as 'alipay' })
      : cardSettled(batch, { ...named, bank: payer.party });
  });
  await commitNew(
    { store },
    transfers.map((transfer) => ({ kind: 'transfer.ensure', transfer })),
  );
  return transfers.length;
}

/** One for each currency, those that come to nothing left out. */
async function batchesOf(
  context: Context,
  payer: PayerRecord,
  file: FileRecord,
): Promise<readonly BatchAmounts[]> {
  const sums = new Map<string, BatchAmounts>();
  let done = 0;
  for await (const rows of context.store.schemeRows(payer.party, file.fileId)) {
    for (const row of rows) {
      const { currency } = row.amount;
      sums.set(currency, withRow(sums.get(currency) ?? nothing(currency), row));
    }
    done += rows.length;
    context.progress({ job: 'batch', subject: file.name, done, of: file.rows });
  }
  return [...sums.values()].filter((batch) =>
    Object.values(batch).some(({ amountMinor }) => amountMinor !== 0n),
  );
}

function nothing(currency: Money['currency']): BatchAmounts {
  const none = zero(currency);
  return { payments: none, refunds: none, fees: none, feesReturned: none };
}

function withRow(sum: BatchAmounts, row: SchemeRow): BatchAmounts {
  const fee = row.fee ?? zero(row.amount.currency);
  const side = isTaken(row) ? 'refunds' : 'payments';
  const added = { ...sum, [side]: add(sum[side], magnitude(row.amount)) };
  return fee.amountMinor < 0n
    ? { ...added, feesReturned: add(added.feesReturned, negate(fee)) }
    : { ...added, fees: add(added.fees, fee) };
}

/** An adjustment may go either way; its settlement tells. */
export function isTaken({
  kind,
  settlement,
  amount,
}: Pick<SchemeRow, 'kind' | 'settlement' | 'amount'>): boolean {
  if (kind === 'adjustment') return (settlement ?? amount).amountMinor < 0n;
  return kind !== 'payment';
}

function magnitude(amount: Money): Money {
  return amount.amountMinor < 0n ? negate(amount) : amount;
}
