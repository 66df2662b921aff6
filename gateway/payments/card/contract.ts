/** What a merchant's contract says of cards, with what holds where it says nothing. */
import type { MerchantRecord } from '../ports.ts';
import type { CardTerms } from './card-opening.ts';

/** ISO 18245: retail stores of no special kind. */
const CATEGORY_CODE = '5999';

/** Whether conversion at the till is offered to cards and taken from them. */
export function tillConverts({ terms }: Pick<MerchantRecord, 'terms'>): boolean {
  return terms.cards?.tillConverts ?? true;
}

export function cardTermsOf({ name, terms }: Pick<MerchantRecord, 'name' | 'terms'>): CardTerms {
  return {
    mdrBp: terms.cards?.mdrBp ?? terms.mdrBp,
    ...(terms.cards?.fee === undefined ? {} : { fee: terms.cards.fee }),
    mdrReturned: terms.mdrReturned,
    acceptor: {
      name,
      town: terms.cards?.town ?? null,
      categoryCode: terms.cards?.categoryCode ?? CATEGORY_CODE,
    },
  };
}
