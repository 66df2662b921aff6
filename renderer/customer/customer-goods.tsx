/** The goods and the sum, in yuan first. The newest line stays in sight. */
import { useLayoutEffect, useRef } from 'react';
import type { CustomerView, GiftView, LineView, RateView } from '../../electron/contract/view.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { beneath, CUSTOMER, rateSentence } from '../text/customer.ts';
import { BILLED, conversionSentence } from '../text/customer-card.ts';
import {
  amountText,
  dateText,
  moneyText,
  percentNumber,
  quantityNumber,
  rateNumber,
} from '../text/format.ts';
import { rateSourceName } from '../text/rate-source.ts';

/** Older lines are scrolled away anyway; a thousand of them need not be laid out beside a customer. */
const LINES_MOST = 60;

export function CustomerGoods({ view }: { view: CustomerView }) {
  const { language, lines, total } = view;
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    if (list.current !== null) list.current.scrollTop = lines.length * 100;
  }, [lines]);
  return (
    <section className="goods">
      <h1>
        {CUSTOMER.goods[language]} · <span>{CUSTOMER.goods[beneath(language)]}</span>
      </h1>
      <ol ref={list} data-testid="customer-lines">
        {lines.slice(-LINES_MOST).map((line) => (
          <Line key={line.lineId} line={line} language={language} />
        ))}
      </ol>
      {view.gift === null ? null : <Gift gift={view.gift} language={language} />}
      {total === null ? null : <Sum view={view} total={total} />}
    </section>
  );
}

/** What the means takes stands large, the price below where it is in another currency, and then how the one became the other. */
function Sum({ view, total }: { view: CustomerView; total: MoneyJson }) {
  const { language, yuan, rate, charge } = view;
  const converted = charge === null || charge.charged.currency === total.currency ? null : charge.charged;
  const taken = converted ?? yuan;
  const conversion = charge?.conversion ?? null;
  const billed = charge?.billed ?? null;
  return (
    <footer>
      {taken === null ? null : (
        <p
          className={sizeOf(moneyText(taken, language))}
          data-testid={converted === null ? 'customer-yuan' : 'customer-charged'}
        >
          {moneyText(taken, language)}
        </p>
      )}
      <p
        className={taken === null ? sizeOf(moneyText(total, language)) : 'roubles number'}
        data-testid="customer-total"
      >
        {moneyText(total, language)}
      </p>
      {billed === null ? null : <Billed amount={billed} language={language} />}
      {conversion === null ? null : (
        <div className="rate" data-testid="customer-conversion">
          <p>{conversionSentence(language, conversion)}</p>
          <p>{conversionSentence(beneath(language), conversion)}</p>
        </div>
      )}
      {rate === null || yuan === null ? null : <Rate rate={rate} language={language} />}
    </footer>
  );
}

/** The issuer converted: what it takes is its word, not the till's. */
function Billed({ amount, language }: { amount: MoneyJson; language: CustomerView['language'] }) {
  const second = beneath(language);
  return (
    <div className="billed" data-testid="customer-billed">
      <p>
        {BILLED[language]} <strong className="number">{moneyText(amount, language)}</strong>
      </p>
      <p className="billed-beneath">
        {BILLED[second]} {moneyText(amount, second)}
      </p>
    </div>
  );
}

/** The largest number of the page grows smaller before it grows out of it. */
function sizeOf(amount: string): string {
  return amount.length > 12 ? 'yuan number long' : 'yuan number';
}

function Line({ line, language }: { line: LineView; language: CustomerView['language'] }) {
  const one = line.unit === 'piece' && line.quantityMilli === 1000;
  const quantity = quantityNumber(line.quantityMilli, line.unit, language);
  const unit = language === 'zh' ? '千克' : language === 'ru' ? 'кг' : 'kg';
  return (
    <li>
      <span className="goods-name">{line.names[language]}</span>
      <span className="goods-count number">
        {one ? '' : line.unit === 'kg' ? `${quantity} ${unit}` : `×${quantity}`}
      </span>
      <strong className="number">{amountText(line.sum, language)}</strong>
    </li>
  );
}

/** No goods: below them, and named for what it is in both languages, so that the customer sees what was added. */
function Gift({ gift, language }: { gift: GiftView; language: CustomerView['language'] }) {
  const second = beneath(language);
  return (
    <div className="goods-gift" data-testid="customer-gift">
      <p>
        <span className="goods-name">
          {CUSTOMER.gift[language]}
          {gift.names[language]}
        </span>
        <strong className="number">{amountText(gift.amount, language)}</strong>
      </p>
      <p className="goods-gift-beneath">
        {CUSTOMER.gift[second]}
        {gift.names[second]}
      </p>
    </div>
  );
}

function Rate({ rate, language }: { rate: RateView; language: CustomerView['language'] }) {
  const sentence = (of: CustomerView['language']): string =>
    rateSentence(of, {
      rate: rateNumber(rate.rate, of),
      sourceRate: rateNumber(rate.sourceRate, of),
      sourceDate: dateText(rate.sourceDate, of),
      markup: percentNumber(rate.markupBp, of),
      source: /^(bank of russia|cbr)$/i.test(rate.source) ? null : rateSourceName(rate.source, of),
    });
  return (
    <div className="rate" data-testid="customer-rate">
      <p>{sentence(language)}</p>
      <p>{sentence(beneath(language))}</p>
    </div>
  );
}
