/** Cards as people read them: the masked number in groups, the scheme by its name. */
import type { Words } from './ru.ts';

const DOT = '·';
const NO_BREAK = '\u00a0';

/** `2200 70·· ···· 1234` from `220070******1234`. The last four stand together, whatever the length. */
export function panText(maskedPan: string): string {
  const dotted = maskedPan.replaceAll(/[^0-9]/g, DOT);
  const groups = dotted.slice(0, -4).match(/.{1,4}/g) ?? [];
  return [...groups, dotted.slice(-4)].join(NO_BREAK);
}

/** `···· 1234`: enough where there is little room. */
export function panTail(maskedPan: string): string {
  return `${DOT.repeat(4)}${NO_BREAK}${maskedPan.slice(-4)}`;
}

/** By its own name where it is known, otherwise as the gateway calls it; before the gateway said, by the card's label. */
export function schemeName(scheme: string | null, label: string | null, words: Words['card']): string | null {
  const [name] = (scheme ?? label ?? '').toLowerCase().split(/[^a-z]/);
  if (name === 'mir' || name === 'nspk') return words.scheme.mir;
  if (name === 'unionpay' || name === 'cup' || name === 'upi') return words.scheme.unionpay;
  return scheme ?? label;
}
