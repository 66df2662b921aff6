/** What of a card must never be found at a terminal or gateway: its number, what its stripe and chip hold, its PIN, and the
 *  blocks that a PIN stands in before it is encrypted. Names say which card and what of it, never the value. */
import { clearPinBlock } from '../../gateway/keys/pin-block.ts';
import { track2Of, type VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import { type Forms, formsOf, formsOfBytes } from './secret-forms.ts';

export function secretsOf(cards: readonly VirtualCard[], wrongPins: readonly string[]): readonly Forms[] {
  return [
    ...cards.flatMap((card) => secretsOfCard(card)),
    ...wrongPins.map((pin, index) => formsOf(`wrong PIN ${index}`, pin)),
    // All stripes of the drawer end alike behind their numbers: expiry, service code and discretionary data.
    ...[...new Set(cards.map(tailOf))].map((tail, index) => formsOf(`track tail ${index}`, tail)),
  ];
}

function tailOf(card: VirtualCard): string {
  return track2Of(card).slice(card.pan.length);
}

function secretsOfCard({ name, pan, pin }: VirtualCard): readonly Forms[] {
  // What fills a block of format 3 is chance; in front of it stand control, length and PIN.
  const letters = { bytes: (length: number) => new Uint8Array(length).fill(0xaa) };
  const fixed = (2 + pin.length) >> 1;
  const pinField = Buffer.from(`0${pin.length.toString(16)}${pin}`.padEnd(16, 'F'), 'hex');
  return [
    formsOf(`${name}: number`, pan),
    formsOf(`${name}: PIN`, pin),
    formsOfBytes(`${name}: PIN block of format 0`, clearPinBlock(0, pin, pan, letters)),
    formsOfBytes(`${name}: PIN field of format 0`, pinField),
    formsOfBytes(`${name}: PIN block of format 3`, clearPinBlock(3, pin, pan, letters).subarray(0, fixed)),
    // Format 4 begins with control, length and PIN as they are: the PIN in BCD finds it.
  ];
}
