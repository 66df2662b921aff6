/** The pieces of a conversion's sentence: `1 ¥`, `11,2726 ₽`, who sets the rate it was made from, and the mark-up. */
import type { CardOfferView } from '../../electron/contract/card-view.ts';
import type { Language } from '../../electron/contract/commands.ts';
import { currencySign, dateText, percentNumber, rateNumber } from './format.ts';
import { rateSourceName } from './rate-source.ts';

export interface ConversionWords {
  readonly one: string;
  readonly rate: string;
  readonly source: string;
  readonly sourceRate: string;
  readonly date: string;
  readonly markup: string;
}

/** The Bank of Russia by its name in the reader's language, any other source by its own. */
const CENTRAL_BANK = /^(bank of russia|cbr)$/i;

export function conversionWords(
  offer: CardOfferView,
  language: Language,
  centralBank: string,
): ConversionWords {
  return {
    one: `1\u00a0${currencySign(offer.converted.currency)}`,
    rate: `${rateNumber(offer.rate, language)}\u00a0${currencySign(offer.price.currency)}`,
    source: CENTRAL_BANK.test(offer.source) ? centralBank : rateSourceName(offer.source, language),
    sourceRate: rateNumber(offer.sourceRate, language),
    date: dateText(offer.sourceDate, language),
    markup: percentNumber(offer.markupBp, language),
  };
}
