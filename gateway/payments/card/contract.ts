/** What a merchant's contract says of cards, with what holds where it says nothing. */
import type { MerchantRecord } from '../ports.ts';
import type { CardTerms } from './card-opening.ts';

export interface CardContract extends CardTerms {
  /** DE18, four digits. */
  readonly categoryCode: string;
  /** Of DE43, where it is not the partner bank's own term. */
  readonly town: string | null;
}

/** ISO 18245: retail stores of no special kind. */
const CATEGORY_CODE = '5999';

export function cardContractOf({ terms }: Pick<MerchantRecord, 'terms'>): CardContract {
  return {
    mdrBp: terms.cards?.mdrBp ?? terms.mdrBp,
    mdrReturned: terms.mdrReturned,
    categoryCode: terms.cards?.categoryCode ?? CATEGORY_CODE,
    town: terms.cards?.town ?? null,
  };
}
