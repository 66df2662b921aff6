/** Which scene and which word a PIN pad's prompt is, for the cashier's screen and the customer's alike. */
import type { CardView } from '../../electron/contract/card-view.ts';
import type { PadScene } from './pad-picture.tsx';

export type PadPrompt = CardView['prompt'];
export type PadEntry = NonNullable<CardView['entry']>;

/** The words both catalogues have for a prompt. */
export type PromptWord =
  | 'idle'
  | 'present'
  | 'tap'
  | 'tap_again'
  | 'insert'
  | 'swipe'
  | 'insert_chip'
  | 'enter_pin'
  | 'pin_again'
  | 'processing'
  | 'remove_card'
  | 'message';

interface PadMoment {
  readonly scene: PadScene;
  readonly word: PromptWord;
}

/** `again`: the pad has asked for it in this transaction already: a PIN that the bank refused, a card that was tapped for another sum. */
export function padMoment(prompt: PadPrompt, again: boolean): PadMoment {
  switch (prompt.kind) {
    case 'idle':
      return { scene: 'calm', word: 'idle' };
    case 'present_card':
      return presenting(prompt.entries, again);
    case 'insert_chip':
      return { scene: 'insert', word: 'insert_chip' };
    case 'enter_pin':
      return { scene: 'pin', word: again ? 'pin_again' : 'enter_pin' };
    case 'processing':
      return { scene: 'work', word: 'processing' };
    case 'remove_card':
      return { scene: 'remove', word: 'remove_card' };
    case 'message':
      return { scene: 'message', word: 'message' };
  }
}

/** While the bank has the request: only a chip stays in the pad. */
export function waitingScene(entry: PadEntry | null): 'work' | 'wait' {
  return entry === 'chip' ? 'work' : 'wait';
}

/** The easiest way the pad takes leads; a stripe is asked for only where nothing else is. */
function presenting(entries: readonly PadEntry[], again: boolean): PadMoment {
  const chip = entries.includes('chip');
  if (entries.includes('contactless')) {
    return { scene: 'present', word: chip ? 'present' : again ? 'tap_again' : 'tap' };
  }
  if (chip || entries.length === 0) return { scene: 'insert', word: 'insert' };
  return { scene: 'swipe', word: 'swipe' };
}
