/** What the card operation is about: the sum large, what the card is charged, and which card. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { panText, schemeName } from '../../text/card-format.ts';
import { moneyText } from '../../text/format.ts';
import type { Words } from '../../text/ru.ts';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';

export function CardSum({ card }: { card: CardView }) {
  const { language } = useView();
  const words = useWords();
  const converted = card.charged.currency !== card.amount.currency;
  return (
    <div className="card-sum">
      {card.operation === 'balance' ? null : (
        <p className="payment-sum">
          <strong>
            <Money value={card.amount} language={language} testId="card-amount" />
          </strong>
          {converted ? <span className="number">{moneyText(card.charged, language)}</span> : null}
        </p>
      )}
      <p className="card-identity number" data-testid="card-identity">
        {identity(card, words.card).join(' · ')}
      </p>
    </div>
  );
}

/** The card itself, as far as it is known. */
export function identity(card: CardView, words: Words['card']): readonly string[] {
  return [
    card.maskedPan === null ? null : schemeName(card.scheme, card.label, words),
    card.maskedPan === null ? null : panText(card.maskedPan),
    card.entry === null ? null : words.entry[card.entry],
  ].filter((part) => part !== null);
}

/** What is read out to support, and what a slip shows. */
export function cardFacts(card: CardView, words: Words['card']): readonly string[] {
  return [
    card.cvm === null ? null : words.cvm[card.cvm],
    card.authCode === null ? null : words.fact.authCode(card.authCode),
    card.rrn === null ? null : words.fact.rrn(card.rrn),
  ].filter((part) => part !== null);
}
