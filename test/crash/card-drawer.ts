/** The drawer of cards that is used while processes die: the sample's, with PINs of twelve digits. A PIN of four digits is found in
 *  any file by chance; one of twelve is found only where somebody put it. The first four are the sample's, so that the
 *  issuer's verification values hold. */
import { createHash } from 'node:crypto';
import { sampleCards, type VirtualCard } from '../../simulators/pinpad/card-deck.ts';

const PIN_DIGITS = 12;

export const WRONG_PIN = '975318642075';

export function drawer(): readonly VirtualCard[] {
  // The club's card, whose number is nearly all zeros, is no payment card; runs of zeros are everywhere.
  return sampleCards()
    .filter(({ scheme }) => scheme !== 'other')
    .map((card) => ({ ...card, pin: lengthened(card) }));
}

/** A PIN that begins like the card's own. */
export function lengthened({ pan, pin }: VirtualCard): string {
  const more = BigInt(`0x${createHash('sha256').update(pan).digest('hex')}`).toString();
  return `${pin}${more}`.slice(0, PIN_DIGITS);
}
