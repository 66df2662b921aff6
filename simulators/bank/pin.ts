/** The PIN of a request: opened under the key DE48 names, checked by its verification value, its tries counted.
 *  Source  docs/bank-link.md, sections 2.1, 3 and 4 */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { bytesOf } from '../../gateway/iso8583/message.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import type { Desk } from './desk.ts';
import { readElements, text } from './messages.ts';
import type { CardTerms } from './terms.ts';

/** The refusal's code, or null when the PIN is right or none came. */
export function refusedPin(desk: Desk, card: CardTerms, message: IsoMessage): string | null {
  const [eight, sixteen] = [bytesOf(message, 52), bytesOf(message, 59)];
  if (eight === undefined && sixteen === undefined) return null;
  const format = desk.terms.pinBlock === 'format4' ? 4 : 0;
  const block = format === 4 ? sixteen : eight;
  const checkValue = readElements(text(message, 48))?.get('ZP');
  const alone = eight === undefined || sixteen === undefined;
  if (!alone || block?.length !== (format === 4 ? 16 : 8) || checkValue === undefined) return '30';
  const zone = desk.keys.pinKey(checkValue);
  if (zone === null) return '97';
  if (card.pvv === null) return '57';
  const { wrongPins } = desk.cards.standing(card.name);
  if (wrongPins >= desk.terms.pinTriesMost) return '75';
  try {
    const right = desk.hsm.verifyPinByPvv({
      pvk: card.pvk,
      pvki: card.pvki,
      pan: new Secret(card.pan, card.pan.slice(-4)),
      pin: { key: { kind: 'fixed', key: zone.key }, format, block },
      pvv: card.pvv,
    });
    return counted(desk, card, wrongPins, right);
  } catch (error) {
    // A block that does not open to a PIN of this card is a fault between the two ends, not a try of its holder.
    if (error instanceof KeysError) return '30';
    throw error;
  }
}

function counted(desk: Desk, card: CardTerms, wrongPins: number, right: boolean): string | null {
  if (right) {
    if (wrongPins > 0) desk.cards.setWrongPins(card.name, 0);
    return null;
  }
  desk.cards.setWrongPins(card.name, wrongPins + 1);
  return wrongPins + 1 >= desk.terms.pinTriesMost ? '75' : '55';
}
