/** One card operation of a sale, as the day's list shows it in detail. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { panText, schemeName } from '../../text/card-format.ts';
import { moneyText, timeText } from '../../text/format.ts';
import { useView, useWords } from '../../ui/terminal.tsx';
import { cardFacts } from './card-sum.tsx';

export function CardRecord({ card }: { card: CardView }) {
  const words = useWords();
  const { language, till } = useView();
  const converted = card.charged.currency !== card.amount.currency;
  const about = [
    schemeName(card.scheme, card.label, words.card),
    card.maskedPan === null ? null : panText(card.maskedPan),
    card.entry === null ? null : words.card.entry[card.entry],
  ].filter((part) => part !== null);
  return (
    <div className="detail-card" data-testid="card-record">
      <p>
        {words.card.operation[card.operation]}
        <span className="number">{timeText(card.startedAt, till.utcOffsetMinutes, true)}</span>
      </p>
      <p className="number">
        <span className="detail-sum">{moneyText(card.amount, language)}</span>
        {converted ? ` · ${moneyText(card.charged, language)}` : null}
      </p>
      <p>{about.join(' · ')}</p>
      <p>{cardFacts(card, words.card).join(' · ')}</p>
      <p>
        {card.responseCode === null ? null : words.card.fact.responseCode(card.responseCode)}{' '}
        <span className="number">{card.supportNumber}</span>
      </p>
    </div>
  );
}
