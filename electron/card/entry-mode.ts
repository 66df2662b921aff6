/** DE22: how the card was read, and that this PIN pad can take a PIN. Source  ISO 8583:1987, DE22 */
import type { CardEntry } from '../../drivers/contract/pin-pad.ts';
import type { CardOperationName } from '../contract/card-view.ts';

const ENTRY_MODES: Readonly<Record<CardEntry, string>> = {
  chip: '051',
  contactless: '071',
  magstripe: '901',
  fallback: '801',
};

export function entryMode(entry: CardEntry): string {
  return ENTRY_MODES[entry];
}

/** A chip that cannot be read may be swiped where the customer pays and walks away with goods that can come back; a hold on
 *  the account or a look into it is not given to a stripe that may be a copy. */
const FALLBACK_ALLOWED: ReadonlySet<CardOperationName> = new Set(['sale', 'refund']);

export function fallbackAllowed(operation: CardOperationName): boolean {
  return FALLBACK_ALLOWED.has(operation);
}
