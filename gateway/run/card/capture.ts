/** The card of a request: as it may be stored, and as it goes on to the bank. Opened by the HSM once for both, in the call that
 *  checks the message's MAC. */
import { maskPan, parsePan } from '../../iso8583/identifiers.ts';
import type { CardData } from '../../iso8583/private-data.ts';
import { openSecret } from '../../kernel/secret.ts';
import type { BankRequest, PinTarget, TakenMessage } from '../../keys/hsm.ts';
import type { BinRoute, CapturedCard } from '../../payments/card/ports.ts';
import type { StoredCard } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';

export interface TakenCard {
  readonly stored: StoredCard;
  readonly captured: CapturedCard;
}

export interface CardPurpose {
  readonly route: BinRoute | null;
  readonly cardId: string;
  /** Under what its bank takes a PIN; null leaves the PIN to the bank's link. */
  readonly pinTarget: PinTarget | null;
}

type SentCard = Pick<CardData, 'account' | 'pin'>;

/** What the module is asked about a message's card; `null` where it has none, or the key serial number is nobody's. */
export function cardRequest(
  context: Pick<CardContext, 'keys' | 'panKey' | 'hashKey'>,
  { account, pin }: SentCard,
  { cardId, pinTarget }: CardPurpose,
): BankRequest | null {
  const { keys, panKey, hashKey } = context;
  const key = account === null ? null : keys.use(account.ksn);
  if (account === null || key === null) return null;
  const request = {
    account: { key, ciphertext: account.bytes },
    keeping: { panKey, hashKey, context: cardId },
    binPrefix: account.bin,
  };
  const pinKey = pin === null ? null : keys.use(pin.ksn);
  if (pin === null || pinKey === null || pinTarget === null) return request;
  const from = { key: pinKey, format: pin.format, block: pin.bytes };
  return { ...request, pin: { from, to: pinTarget } };
}

/** `null` where the data does not open to the card it claims to be. */
export function takenCard(
  { log }: Pick<CardContext, 'log'>,
  { account, pin }: SentCard,
  { route, pinTarget }: CardPurpose,
  opened: TakenMessage['card'],
): TakenCard | null {
  if (account === null || opened === null) return null;
  if ('refused' in opened) {
    log.warn('card_account_refused', { code: opened.refused });
    return null;
  }
  const stored = {
    masked: maskPan(parsePan(openSecret(opened.account).pan)),
    bin: account.bin,
    scheme: route?.scheme ?? '',
    panHash: opened.panHash,
    encrypted: Buffer.from(opened.storedPan, 'latin1'),
  };
  const { pinBlock } = opened;
  const bankPin = pinBlock === null || pinTarget === null ? null : { block: pinBlock, to: pinTarget };
  return { stored, captured: { account: opened.account, pin, bankPin } };
}
