/** Conversion at the till, before the customer: two sums of the same size and colour, the rate and the mark-up, no advice. */
import type { CardOfferView } from '../../electron/contract/card-view.ts';
import type { Language } from '../../electron/contract/commands.ts';
import { beneath } from '../text/customer.ts';
import { conversionSentence, OFFER } from '../text/customer-card.ts';
import { moneyText } from '../text/format.ts';

export function CustomerOffer({ offer, language }: { offer: CardOfferView; language: Language }) {
  const other = beneath(language);
  return (
    <div className="customer offer" data-testid="customer-card_offer">
      <h1 className="offer-title">
        {OFFER.title[language]}
        <span>{OFFER.title[other]}</span>
      </h1>
      <div className="offer-sums">
        <section className="offer-sum" data-testid="customer-offer-price">
          <p className="offer-name">
            {nameOf(offer.price.currency, language)}
            <span>{nameOf(offer.price.currency, other)}</span>
          </p>
          <p className={sizeOf(offer, language)}>{moneyText(offer.price, language)}</p>
          <p className="offer-text">
            {OFFER.priceText[language]}
            <span>{OFFER.priceText[other]}</span>
          </p>
        </section>
        <section className="offer-sum" data-testid="customer-offer-converted">
          <p className="offer-name">
            {nameOf(offer.converted.currency, language)}
            <span>{nameOf(offer.converted.currency, other)}</span>
          </p>
          <p className={sizeOf(offer, language)}>{moneyText(offer.converted, language)}</p>
          <p className="offer-text">
            {OFFER.convertedText[language]}
            <span>{OFFER.convertedText[other]}</span>
          </p>
        </section>
      </div>
      <footer className="offer-foot">
        <p className="offer-say">
          {OFFER.say[language]}
          <span>{OFFER.say[other]}</span>
        </p>
        <p className="offer-rate" data-testid="customer-offer-rate">
          {conversionSentence(language, offer)}
        </p>
        <p className="offer-rate">{conversionSentence(other, offer)}</p>
      </footer>
    </div>
  );
}

/** Both sums take the size the longer of them needs, so that neither weighs more. */
function sizeOf({ price, converted }: CardOfferView, language: Language): string {
  const longest = Math.max(moneyText(price, language).length, moneyText(converted, language).length);
  return `offer-amount number${longest > 16 ? ' longest' : longest > 12 ? ' long' : ''}`;
}

function nameOf(currency: string, language: Language): string {
  return currency === 'RUB' || currency === 'CNY' ? OFFER[currency][language] : currency;
}
