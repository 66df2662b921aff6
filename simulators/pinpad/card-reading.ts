/** What the reader makes of a card that is inserted, held to it or swiped: the rules of fallback as one decision.
 *  Source  docs/cards.md; EMV 4.3 Book 4, 6.1 for the order of chip and stripe */
import type { CardEntry } from '../../drivers/contract/pin-pad.ts';
import { serviceCodeOf, type VirtualCard } from './card-deck.ts';

export type Presented = 'insert' | 'tap' | 'swipe';

export type Reading =
  | { readonly kind: 'read'; readonly entry: CardEntry }
  /** The chip did not answer: the stripe may be used now. */
  | { readonly kind: 'chip_failed' }
  /** The card has a chip and it was not tried. */
  | { readonly kind: 'insert_chip' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'unreadable' }
  /** Nothing happens: this card cannot be used that way, or not now. */
  | { readonly kind: 'nothing' };

export function readingOf(card: VirtualCard, how: Presented, chipFailed: boolean): Reading {
  switch (how) {
    case 'insert':
      return insertedReading(card);
    case 'tap':
      return card.interfaces.includes('contactless') && !chipFailed
        ? { kind: 'read', entry: 'contactless' }
        : { kind: 'nothing' };
    case 'swipe':
      return swipedReading(card, chipFailed);
  }
}

function insertedReading(card: VirtualCard): Reading {
  if (card.behaviour === 'unsupported') return { kind: 'unsupported' };
  const answers =
    card.interfaces.includes('chip') && card.behaviour !== 'chip_fails' && card.behaviour !== 'unreadable';
  return answers ? { kind: 'read', entry: 'chip' } : { kind: 'chip_failed' };
}

/** The stripe of a card with a chip counts only after its chip has failed in this very transaction. */
function swipedReading(card: VirtualCard, chipFailed: boolean): Reading {
  if (!card.interfaces.includes('magstripe')) return { kind: 'nothing' };
  if (card.behaviour === 'unreadable') return { kind: 'unreadable' };
  const { hasChip } = serviceCodeOf(card.serviceCode);
  if (hasChip && !chipFailed) return { kind: 'insert_chip' };
  return { kind: 'read', entry: hasChip ? 'fallback' : 'magstripe' };
}
