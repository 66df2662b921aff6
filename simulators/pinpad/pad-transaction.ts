/** One transaction as the device has it: what was asked, the card that was found, and what it signed first. */
import type { CardEntry, CardOperation, CardRead, Cvm } from '../../drivers/contract/pin-pad.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import { maskedPan, type VirtualCard } from './card-deck.ts';
import { VirtualChip } from './chip.ts';
import type { ReadRequest } from './pad-steps.ts';
import { PadRefusal } from './refusal.ts';
import type { PadSettings } from './settings.ts';
import { type FirstCryptogram, firstCryptogram } from './signing.ts';
import type { Vault } from './vault.ts';

export interface Transaction {
  readonly id: string;
  readonly operation: CardOperation;
  readonly amount: MoneyJson;
  readonly chipFailed: boolean;
  /** What the reader found; null until it found a card. */
  readonly found: {
    readonly card: VirtualCard;
    readonly chip: VirtualChip | null;
    readonly read: CardRead;
  } | null;
  readonly first: FirstCryptogram | null;
  readonly cvm: Cvm | null;
  readonly reentries: number;
}

export function begun({ transactionId: id, operation, amount }: ReadRequest): Transaction {
  return { id, operation, amount, chipFailed: false, found: null, first: null, cvm: null, reentries: 0 };
}

/** With the card that the reader took, and what the till may know of it. */
export function withCard(
  transaction: Transaction,
  card: VirtualCard,
  entry: CardEntry,
  vault: Vault,
): Transaction & { readonly found: NonNullable<Transaction['found']> } {
  const byChip = entry === 'chip' || entry === 'contactless';
  const chip = byChip ? chipOf(card, vault) : null;
  const read: CardRead = {
    entry,
    maskedPan: maskedPan(card.pan),
    bin: card.pan.slice(0, 8),
    psn: byChip ? card.psn : null,
    aid: byChip ? card.aid : null,
    label: byChip ? card.label : null,
    cardCurrency: byChip ? currencyOf(card.currency).numeric : null,
    account: vault.encryptAccount(card, byChip),
  };
  return { ...transaction, found: { card, chip, read } };
}

/** A contactless card signs at the tap and is gone: what it signed for is what was shown then, and no other amount. */
export function isTapForAnother({ found, amount }: Transaction, wanted: MoneyJson): boolean {
  if (found?.read.entry !== 'contactless') return false;
  return amount.amountMinor !== wanted.amountMinor || amount.currency !== wanted.currency;
}

export interface Signing {
  readonly settings: PadSettings;
  readonly vault: Vault;
  readonly random: Random;
  /** YYMMDD. */
  readonly date: string;
}

/** With the first cryptogram, where a chip makes one. Errors  PadRefusal wrong_step before a card was found */
export function signedFirst(
  transaction: Transaction,
  cvm: Cvm | null,
  { settings, vault, random, date }: Signing,
): Transaction {
  const { found, operation, amount } = transaction;
  if (found === null) throw new PadRefusal('wrong_step');
  const { card, chip } = found;
  if (chip === null) return { ...transaction, first: null, cvm };
  const transactions = vault.countTransaction();
  const request = { settings, card, operation, amount, cvm, date, transactions };
  return { ...transaction, first: firstCryptogram(chip, request, random), cvm };
}

function chipOf(card: VirtualCard, vault: Vault): VirtualChip {
  return new VirtualChip(card, {
    issuerKey: vault.issuerKey(card),
    state: () => vault.cardState(card),
    keep: (state) => vault.keepCardState(card, state),
  });
}
