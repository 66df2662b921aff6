/** The card of a request: as it may be stored, and as it goes on to the bank. Opened by the HSM here, once for both. */
import { maskPan, parsePan } from '../../iso8583/identifiers.ts';
import type { CardData } from '../../iso8583/private-data.ts';
import { openSecret } from '../../kernel/secret.ts';
import { KeysError } from '../../keys/keys-error.ts';
import type { BinRoute, CapturedCard } from '../../payments/card/ports.ts';
import type { StoredCard } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';

export interface TakenCard {
  readonly stored: StoredCard;
  readonly captured: CapturedCard;
}

/** `null` where the terminal's key serial number is nobody's, or the data does not open to the card it claims to be. */
export function takeCard(
  { hsm, keys, panKey, hashKey, log }: Pick<CardContext, 'hsm' | 'keys' | 'panKey' | 'hashKey' | 'log'>,
  { account, pin }: Pick<CardData, 'account' | 'pin'>,
  route: BinRoute | null,
  cardId: string,
): TakenCard | null {
  if (account === null) return null;
  const key = keys.use(account.ksn);
  if (key === null) return null;
  try {
    const opened = hsm.openAccountData({ key, ciphertext: account.bytes });
    const pan = parsePan(openSecret(opened).pan);
    if (!openSecret(pan).startsWith(account.bin)) return null;
    const stored = {
      masked: maskPan(pan),
      bin: account.bin,
      scheme: route?.scheme ?? '',
      panHash: hsm.panHash({ key: hashKey, pan }),
      encrypted: Buffer.from(hsm.encryptPan({ key: panKey, account: opened, context: cardId }), 'latin1'),
    };
    return { stored, captured: { account: opened, pin } };
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    log.warn('card_account_refused', { code: error.code });
    return null;
  }
}
