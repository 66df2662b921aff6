/** The clearing file that a card bank sends its acquirer for a business date: what it settles, out of its own books.
 *  What was undone on the same date is not in it. Faults may be planted in the file, never in the books.
 *  Source  docs/settlement-files.md, section 9 */
import { parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../gateway/kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../gateway/kernel/time.ts';
import { owedTo } from './books.ts';
import type { Desk } from './desk.ts';

export const CLEARING_DEFECTS = ['missing', 'extra', 'wrong_amount', 'duplicate', 'truncated'] as const;

export interface ClearingDefect {
  readonly kind: (typeof CLEARING_DEFECTS)[number];
  /** Null: the first payment of the file. */
  readonly rrn: string | null;
}

export interface AskedClearing {
  readonly acquirer: string;
  readonly businessDate: string;
  readonly currency: string;
  /** What the bank keeps of each transaction, in millionths, rounded half up. */
  readonly feeMillionths: number;
  readonly defects: readonly ClearingDefect[];
}

interface Posted {
  readonly entry: bigint;
  readonly kind: string;
  /** In the acquirer's favour above zero. */
  readonly amount: bigint;
  readonly at: bigint;
  /** The transaction that it is about: of a reversal the one that was undone. */
  readonly subject: bigint;
  readonly rrn: string;
  readonly stan: string;
  readonly tid: string;
}

interface Cleared {
  readonly posted: Posted;
  readonly kind: 'payment' | 'refund' | 'cancel' | 'adjustment';
  readonly minor: bigint;
}

const POSTED = `SELECT e.id AS entry, e.kind, e.amount_minor AS amount, e.at, coalesce(o.id, t.id) AS subject,
    coalesce(o.rrn, t.rrn) AS rrn, coalesce(o.stan, t.stan) AS stan, t.tid
  FROM entries e JOIN transactions t ON t.id = e.transaction_id
  LEFT JOIN transactions o ON o.id = t.original_id AND t.kind = 'reversal'
  WHERE e.account = ? AND e.business_date = ? AND e.currency = ? ORDER BY e.id`;

export function clearingFile(
  desk: Desk,
  asked: AskedClearing,
): { readonly name: string; readonly bytes: Uint8Array } {
  const { acquirer, businessDate, currency } = asked;
  const posted = desk.books.sql(POSTED).all(owedTo(acquirer), businessDate, currency) as Posted[];
  const lines = withDefects(standing(posted), asked.defects);
  const text = textOf(desk.terms.name, asked, lines);
  const whole = new TextEncoder().encode(text);
  const cut = asked.defects.some(({ kind }) => kind === 'truncated');
  return {
    name: `${desk.terms.name}_clearing_${businessDate.replaceAll('-', '')}_${currency}.csv`,
    bytes: cut ? whole.slice(0, Math.floor((whole.length * 2) / 3)) : whole,
  };
}

/** What is left of a day once what was undone on it is out. */
function standing(posted: readonly Posted[]): readonly Cleared[] {
  const undone = new Set(posted.filter(isUndoing).map(({ subject }) => subject));
  const done = new Set(posted.filter((one) => !isUndoing(one)).map(({ subject }) => subject));
  return posted.flatMap((one) => {
    if (isUndoing(one) ? done.has(one.subject) : undone.has(one.subject)) return [];
    const minor = one.amount < 0n ? -one.amount : one.amount;
    return [{ posted: one, kind: kindOf(one), minor }];
  });
}

function isUndoing({ kind }: Posted): boolean {
  return kind.endsWith('_reversed');
}

/** A refund that is undone on a later day brings money back for which the form has no word of its own. */
function kindOf({ kind }: Posted): Cleared['kind'] {
  if (kind === 'refund_reversed') return 'adjustment';
  if (kind.endsWith('_reversed')) return 'cancel';
  return kind === 'refund' ? 'refund' : 'payment';
}

function withDefects(lines: readonly Cleared[], defects: readonly ClearingDefect[]): readonly Cleared[] {
  let kept = [...lines];
  for (const { kind, rrn } of defects) {
    const at = kept.findIndex((line) => (rrn === null ? line.kind === 'payment' : line.posted.rrn === rrn));
    const line = kept[at];
    if (line === undefined || kind === 'truncated') continue;
    if (kind === 'missing') kept = kept.toSpliced(at, 1);
    if (kind === 'duplicate') kept = kept.toSpliced(at, 0, line);
    if (kind === 'wrong_amount') kept = kept.toSpliced(at, 1, { ...line, minor: line.minor + 100n });
    if (kind === 'extra') kept = kept.toSpliced(at + 1, 0, invented(line));
  }
  return kept;
}

function invented(like: Cleared): Cleared {
  const rrn = `X${like.posted.rrn.slice(1)}`;
  return { ...like, posted: { ...like.posted, rrn, entry: like.posted.entry + 1_000_000_000n } };
}

function textOf(bank: string, asked: AskedClearing, lines: readonly Cleared[]): string {
  const currency = parseCurrencyCode(asked.currency);
  const decimal = (minor: bigint): string => formatDecimal(money(minor, currency));
  const sums = { amount: 0n, fee: 0n, settlement: 0n };
  const rows = lines.map(({ posted, kind, minor }) => {
    const sign = kind === 'refund' || kind === 'cancel' ? -1n : 1n;
    const fee = sign * ((minor * BigInt(asked.feeMillionths) + 500_000n) / 1_000_000n);
    const settlement = sign * minor - fee;
    sums.amount += sign * minor;
    sums.fee += fee;
    sums.settlement += settlement;
    const local = localTime(Number(posted.at), MOSCOW_OFFSET_MINUTES);
    const numbers = [posted.rrn, posted.stan, posted.tid, `${local.date} ${local.time}`, kind];
    return [...numbers, decimal(minor), decimal(fee), decimal(settlement), `${bank}-${posted.entry}`].join(
      ',',
    );
  });
  const totals = [sums.amount, sums.fee, sums.settlement].map(decimal);
  return [
    `AMUR-CARD-CLEARING,1,${bank},${asked.businessDate},${currency}`,
    'rrn,stan,tid,local_time,kind,amount,fee,settlement,bank_reference',
    ...rows,
    `TOTAL,${rows.length},${totals.join(',')}`,
    '',
  ].join('\r\n');
}
