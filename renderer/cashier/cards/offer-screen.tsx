/** Conversion at the till: the customer chooses between two sums of equal weight. Neither is marked beforehand, neither stands
 *  under Enter beforehand, and a scan can neither reach one with its keys nor press one. */
import { useRef } from 'react';
import type { CardOfferView, CardView } from '../../../electron/contract/card-view.ts';
import { conversionWords } from '../../text/conversion.ts';
import { minutesLeft, moneyText } from '../../text/format.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useHostNow, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { identity } from './card-sum.tsx';

const PRICE_KEY = 'F2';
const CONVERTED_KEY = 'F4';
/** Longer sums are written smaller, both of them. */
const ROOMY = 13;

export function OfferScreen({ card, offer }: { card: CardView; offer: CardOfferView }) {
  const words = useWords();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const choices = useRef<HTMLDivElement>(null);
  const choose = (accept: boolean) => (): void => void run({ command: 'card_offer_choose', accept });
  const cancel = (): void => void run({ command: 'card_cancel' });
  const focus = (index: number) => (): void => {
    choices.current?.querySelectorAll('button')[index]?.focus();
  };
  useKeys({
    [PRICE_KEY]: busy ? undefined : choose(false),
    [CONVERTED_KEY]: busy ? undefined : choose(true),
    Escape: busy ? undefined : cancel,
    ArrowLeft: focus(0),
    ArrowRight: focus(1),
  });
  const { price, converted } = offer;
  const long = Math.max(moneyText(price, language).length, moneyText(converted, language).length) > ROOMY;
  const conversion = conversionWords(offer, language, words.card.offer.centralBank);
  return (
    <div className="page">
      <section className="card card-offer" data-testid="card-offer">
        <p className="card-operation">
          {[words.card.operation[card.operation], ...identity(card, words.card)].join(' · ')}
        </p>
        <h1 aria-live="polite">{words.card.offer.title}</h1>
        <p className="card-text">{words.card.offer.text}</p>
        <div className={long ? 'card-offer-choices long' : 'card-offer-choices'} ref={choices}>
          <button
            type="button"
            className="card-choice"
            data-testid="offer-price"
            aria-keyshortcuts={PRICE_KEY}
            disabled={busy}
            onClick={choose(false)}
          >
            <span className="card-choice-name">
              {words.card.offer.inPrice(currencyWord(price.currency))}
              <kbd className="hint">{PRICE_KEY}</kbd>
            </span>
            <strong>
              <Money value={price} language={language} />
            </strong>
            <span className="card-choice-text">{words.card.offer.priceText}</span>
          </button>
          <button
            type="button"
            className="card-choice"
            data-testid="offer-converted"
            aria-keyshortcuts={CONVERTED_KEY}
            disabled={busy}
            onClick={choose(true)}
          >
            <span className="card-choice-name">
              {words.card.offer.inPrice(currencyWord(converted.currency))}
              <kbd className="hint">{CONVERTED_KEY}</kbd>
            </span>
            <strong>
              <Money value={converted} language={language} />
            </strong>
            <span className="card-choice-text">{words.card.offer.convertedText}</span>
          </button>
        </div>
        <p className="card-offer-rate" data-testid="offer-rate">
          <span className="number">{words.card.offer.rate(conversion.one, conversion.rate)}</span>
          <span>{words.card.offer.source(conversion.source, conversion.sourceRate, conversion.date)}</span>
          <span className="number">{words.card.offer.markup(conversion.markup)}</span>
        </p>
        <OfferLeft offer={offer} startedAt={card.startedAt} />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="card-cancel" hint={words.key.escape} onPress={cancel} disabled={busy} pay>
            {words.card.cancel}
          </Key>
          <p className="card-note">{words.card.notSent}</p>
        </div>
      </section>
    </div>
  );

  function currencyWord(code: string): string {
    return code === 'RUB' || code === 'CNY' ? words.card.offer.currency[code] : code;
  }
}

function OfferLeft({ offer, startedAt }: { offer: CardOfferView; startedAt: number }) {
  const words = useWords();
  const now = useHostNow(500);
  const leftMs = offer.expiresAt - now;
  return (
    <Countdown
      leftMs={leftMs}
      wholeMs={offer.expiresAt - startedAt}
      label={leftMs > 0 ? words.card.offer.left(minutesLeft(leftMs)) : words.card.offer.expired}
    />
  );
}
