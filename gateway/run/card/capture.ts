/** The card of a request: as it may be stored, and as it goes on to the bank. Opened by the HSM once for both, in the call that
 *  checks the message's MAC. */
import { maskPan, parsePan } from '../../iso8583/identifiers.ts';
import type { CardData } from '../../iso8583/private-data.ts';
import { newUlid } from '../../kernel/identifiers.ts';
import { openSecret } from '../../kernel/secret.ts';
import type { BankRequest, PinTarget, TakenMessage } from '../../keys/hsm.ts';
import type { BinRoute, CapturedCard } from '../../payments/card/ports.ts';
import type { StoredCard } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';
import { kindOf } from './facts.ts';
import type { TillMessage } from './till-message.ts';

export interface TakenCard {
  /** By its number, whatever its terminal said of it. */
  readonly route: BinRoute | null;
  readonly stored: StoredCard;
  readonly captured: CapturedCard;
}

/** The card that a message brought, and what it is opened for. */
export interface CardPurpose {
  readonly account: NonNullable<CardData['account']>;
  readonly pin: CardData['pin'];
  readonly cardId: string;
  /** Under what its bank takes a PIN; null leaves the PIN to the bank's link, as it must where the BIN is too short to tell the bank. */
  readonly pinTarget: PinTarget | null;
}

/** Null where a message needs no card of its own or has none. */
export function purposeOf(
  { bins, banks, runtime }: Pick<CardContext, 'bins' | 'banks' | 'runtime'>,
  message: TillMessage,
): CardPurpose | null {
  const { account = null, pin = null } = message.data ?? {};
  const kind = kindOf(message);
  if (account === null || kind === null || kind === 'void' || kind === 'completion') return null;
  const route = bins.decides(account.bin) ? bins.find(account.bin) : null;
  // Whose bank a refund goes to says the original, once it is found; few refunds have a PIN.
  const bank = route === null || kind === 'refund' ? undefined : banks.get(route.bank);
  const cardId = newUlid(runtime.clock, runtime.random);
  return { account, pin, cardId, pinTarget: bank?.pinTarget ?? null };
}

/** What the module is asked about a message's card; `null` where the key serial number is nobody's. */
export function cardRequest(
  { keys, panKey, hashKey }: Pick<CardContext, 'keys' | 'panKey' | 'hashKey'>,
  { account, pin, cardId, pinTarget }: CardPurpose,
): BankRequest | null {
  const key = keys.use(account.ksn);
  if (key === null) return null;
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

const BIN_DIGITS_MOST = 8;

/** `null` where the data does not open to the card it claims to be. */
export function takenCard(
  { bins, log }: Pick<CardContext, 'bins' | 'log'>,
  { account, pin, pinTarget }: CardPurpose,
  opened: TakenMessage['card'],
): TakenCard | null {
  if (opened === null) return null;
  if ('refused' in opened) {
    log.warn('card_account_refused', { code: opened.refused });
    return null;
  }
  const { pan } = openSecret(opened.account);
  const route = bins.find(pan.slice(0, BIN_DIGITS_MOST));
  const stored = {
    masked: maskPan(parsePan(pan)),
    bin: account.bin,
    scheme: route?.scheme ?? '',
    panHash: opened.panHash,
    encrypted: Buffer.from(opened.storedPan, 'latin1'),
  };
  const { pinBlock } = opened;
  const bankPin = pinBlock === null || pinTarget === null ? null : { block: pinBlock, to: pinTarget };
  return { route, stored, captured: { account: opened.account, pin, bankPin } };
}
