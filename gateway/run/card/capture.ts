/** The card of a request: as it may be stored, and as it goes on to the bank. Opened by the HSM here, once for both. */
import { maskPan, parsePan } from '../../iso8583/identifiers.ts';
import type { CardData } from '../../iso8583/private-data.ts';
import { openSecret } from '../../kernel/secret.ts';
import type { BankAccountData, BankRequest, PinTarget } from '../../keys/hsm.ts';
import { KeysError } from '../../keys/keys-error.ts';
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

type CaptureContext = Pick<CardContext, 'hsm' | 'keys' | 'panKey' | 'hashKey' | 'log'>;

/** `null` where the terminal's key serial number is nobody's, or the data does not open to the card it claims to be. */
export async function takeCard(
  context: CaptureContext,
  { account, pin }: Pick<CardData, 'account' | 'pin'>,
  { route, cardId, pinTarget }: CardPurpose,
): Promise<TakenCard | null> {
  const { keys, panKey, hashKey, log } = context;
  if (account === null) return null;
  const key = keys.use(account.ksn);
  if (key === null) return null;
  const request: BankRequest = {
    account: { key, ciphertext: account.bytes },
    keeping: { panKey, hashKey, context: cardId },
    binPrefix: account.bin,
  };
  try {
    const translation = pinTarget === null ? null : translationOf(context, pin, pinTarget);
    const opened = await openFor(context, request, translation);
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
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    log.warn('card_account_refused', { code: error.code });
    return null;
  }
}

type PinTranslation = NonNullable<BankRequest['pin']>;

function translationOf({ keys }: CaptureContext, pin: CardData['pin'], to: PinTarget): PinTranslation | null {
  const key = pin === null ? null : keys.use(pin.ksn);
  return pin === null || key === null ? null : { from: { key, format: pin.format, block: pin.bytes }, to };
}

/** A PIN that cannot be translated is no reason to refuse the card: its bank's link says what is wrong with it. */
async function openFor(
  { hsm }: CaptureContext,
  request: BankRequest,
  pin: PinTranslation | null,
): Promise<BankAccountData> {
  if (pin === null) return hsm.translateForBank(request);
  try {
    return await hsm.translateForBank({ ...request, pin });
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    return hsm.translateForBank(request);
  }
}
