/** Gifts in the journal: what is given with a sale, and how far the gateway knows. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import type { SaleGift } from '../sale/gift.ts';
import type { Journal } from './journal.ts';

export interface HeldGift {
  readonly gift: SaleGift | null;
  /** One more with every change; 0 when nothing was ever given. */
  readonly revision: number;
  /** The latest revision that the gateway has acknowledged. */
  readonly told: number;
}

export const NO_GIFT: HeldGift = { gift: null, revision: 0, told: 0 };

interface GiftRow {
  readonly revision: number;
  readonly told: number;
  readonly charity: string | null;
  readonly name_ru: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly amount_minor: number;
  readonly rounds_up: number;
}

export function saveGift(journal: Journal, saleId: string, { gift, revision, told }: HeldGift): void {
  journal.run(
    `INSERT INTO gifts (sale_id, revision, told, charity, name_ru, name_zh, name_en, amount_minor, rounds_up)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sale_id) DO UPDATE SET revision = excluded.revision, charity = excluded.charity, name_ru = excluded.name_ru,
       name_zh = excluded.name_zh, name_en = excluded.name_en, amount_minor = excluded.amount_minor,
       rounds_up = excluded.rounds_up`,
    saleId,
    revision,
    told,
    gift?.charity ?? null,
    gift?.names.ru ?? null,
    gift?.names.zh ?? null,
    gift?.names.en ?? null,
    gift?.amount.amountMinor ?? null,
    gift === null ? null : Number(gift.roundsUp),
  );
}

export function saveGiftTold(journal: Journal, saleId: string, told: number): void {
  journal.run('UPDATE gifts SET told = ? WHERE sale_id = ? AND told < ?', told, saleId, told);
}

export function heldGift(journal: Journal, saleId: string): HeldGift {
  const row = journal.get<GiftRow>('SELECT * FROM gifts WHERE sale_id = ?', saleId);
  if (row === undefined) return NO_GIFT;
  const { revision, told } = row;
  if (row.charity === null) return { gift: null, revision, told };
  return {
    gift: {
      charity: row.charity,
      names: { ru: row.name_ru, zh: row.name_zh, en: row.name_en },
      amount: money(BigInt(row.amount_minor), RUB),
      roundsUp: row.rounds_up === 1,
    },
    revision,
    told,
  };
}

export function giftOf(journal: Journal, saleId: string): SaleGift | null {
  return heldGift(journal, saleId).gift;
}
