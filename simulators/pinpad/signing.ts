/** The two cryptograms of a transaction: what the card signs before the issuer is asked, and after. */
import type { CardCompletion, CardEntry, CardOperation, Cvm } from '../../drivers/contract/pin-pad.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import type { VirtualCard } from './card-deck.ts';
import type { TagValues, VirtualChip } from './chip.ts';
import { readIssuerAnswer } from './issuer-answer.ts';
import { closingObjects, isExpired, onlineObjects, terminalTags } from './kernel.ts';
import type { PadSettings } from './settings.ts';

export interface FirstCryptogram {
  /** Everything it was made of and what came of it; the second is made of the same. */
  readonly tags: TagValues;
  readonly emv: Uint8Array;
  readonly declined: boolean;
}

export interface SigningRequest {
  readonly settings: PadSettings;
  readonly card: VirtualCard;
  readonly operation: CardOperation;
  readonly amount: MoneyJson;
  readonly date: string;
  readonly transactions: number;
  readonly cvm: Cvm | null;
}

export function firstCryptogram(chip: VirtualChip, request: SigningRequest, random: Random): FirstCryptogram {
  const found = { expired: isExpired(request.card, request.date), cvm: request.cvm };
  const unpredictable = Uint8Array.from(random.bytes(4));
  const shown = terminalTags({ ...request, unpredictable }, found);
  const signed = chip.signFirst(shown);
  const tags = { ...shown, ...signed.tags };
  return { tags, emv: onlineObjects(tags), declined: signed.cryptogram === 'aac' };
}

const ISSUER_PROOF_WRONG = 0x40;

/** A contactless card signed once, at the tap, and is gone; a stripe never signs. */
export function completionOf(
  entry: CardEntry,
  chip: VirtualChip | null,
  first: FirstCryptogram | null,
  answer: { readonly approved: boolean; readonly issuerData: Uint8Array | null; readonly cvm: Cvm | null },
): CardCompletion {
  const signatureNeeded = answer.approved && answer.cvm === 'signature';
  if (entry !== 'chip' || chip === null || first === null)
    return { cryptogram: 'not_applicable', emv: null, signatureNeeded };
  const { authenticationData, scriptResults } = readIssuerAnswer(answer.issuerData);
  const proof = chip.checkIssuer(authenticationData);
  const results = Uint8Array.from(first.tags['95'] ?? []);
  if (proof === 'wrong') results[4] = (results[4] ?? 0) | ISSUER_PROOF_WRONG;
  const second = chip.signSecond({ ...first.tags, '95': results }, answer.approved, proof);
  const scripts: TagValues = scriptResults === null ? {} : { '9F5B': scriptResults };
  return {
    cryptogram: second.cryptogram === 'tc' ? 'tc' : 'aac',
    emv: closingObjects({ ...first.tags, '95': results, ...second.tags, ...scripts }),
    signatureNeeded: signatureNeeded && second.cryptogram === 'tc',
  };
}
