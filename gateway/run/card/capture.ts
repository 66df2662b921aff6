/** The card of a request: as it may be stored, and as it goes on to the bank. Opened by the HSM, and only here for the
 *  moment in which the stored form is made. */
import { maskPan, parsePan } from '../../iso8583/identifiers.ts';
import type { CardData } from '../../iso8583/private-data.ts';
import { openSecret } from '../../kernel/secret.ts';
import { KeysError } from '../../keys/keys-error.ts';
import type { BinRoute, CapturedCard } from '../../payments/card/ports.ts';
import type { StoredCard } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';

/** `null` where the terminal's key serial number is nobody's, or the data does not open to the card it claims to be. */
export function storeCard(
  { hsm, keys, panKey, hashKey, log }: Pick<CardContext, 'hsm' | 'keys' | 'panKey' | 'hashKey' | 'log'>,
  account: NonNullable<CardData['account']>,
  route: BinRoute | null,
  cardId: string,
): StoredCard | null {
  const key = keys.use(account.ksn);
  if (key === null) return null;
  try {
    const opened = hsm.openAccountData({ key, ciphertext: account.bytes });
    const pan = parsePan(openSecret(opened).pan);
    if (!openSecret(pan).startsWith(account.bin)) return null;
    return {
      masked: maskPan(pan),
      bin: account.bin,
      scheme: route?.scheme ?? '',
      panHash: hsm.panHash({ key: hashKey, pan }),
      encrypted: Buffer.from(hsm.encryptPan({ key: panKey, account: opened, context: cardId }), 'latin1'),
    };
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    log.warn('card_account_refused', { code: error.code });
    return null;
  }
}

export function capturedCard({ account, pin }: CardData): CapturedCard | null {
  return account === null ? null : { account, pin };
}
