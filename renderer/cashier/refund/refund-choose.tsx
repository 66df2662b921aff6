/** What goes back of a sale: goods by the piece, or an amount. */
import { useState } from 'react';
import type { RefundSaleView } from '../../../electron/contract/view.ts';
import { panTail } from '../../text/card-format.ts';
import { dateTimeText, moneyText } from '../../text/format.ts';
import { kopecksFromTyped } from '../../text/parse.ts';
import { focusOnMount } from '../../ui/focus.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { RefundLineList } from './refund-line-list.tsx';
import { type Chosen, everything, worthMinor } from './refund-lines.ts';

type Way = 'lines' | 'amount';

export function RefundChoose({ sale }: { sale: RefundSaleView }) {
  const words = useWords();
  const { language, till } = useView();
  const [way, setWay] = useState<Way>('lines');
  const [chosen, setChosen] = useState<Chosen>({});
  const [typed, setTyped] = useState('');
  const { run, busy, refusal, clear } = useCommand();
  const leave = (): void => void run({ command: 'refund_leave' });
  useKeys({ Escape: leave });

  const minor = way === 'lines' ? worthMinor(sale.lines, chosen) : BigInt(kopecksFromTyped(typed) ?? '0');
  const over = minor > BigInt(sale.remaining.amountMinor);
  const ready = minor > 0n && !over && !busy;
  const proceed = (): void => {
    if (!ready) return;
    if (way === 'amount') void run({ command: 'refund_amount', amountMinor: minor.toString() });
    else void run({ command: 'refund_lines', lines: linesOf(chosen) });
  };
  const turn = (next: Way) => () => {
    setWay(next);
    clear();
  };

  return (
    <div className="refund">
      <section className="refund-main">
        <h1>
          {words.refund.title} · <span className="number">{sale.receiptNumber}</span>
        </h1>
        <p className="refund-about number">
          {words.refund.soldAt(dateTimeText(sale.soldAt, till.utcOffsetMinutes, language))} ·{' '}
          {words.refund.means[sale.means]}
          {sale.maskedPan === null ? null : ` ${panTail(sale.maskedPan)}`}
        </p>
        <div className="choice-row" role="tablist">
          <button
            type="button"
            role="tab"
            className="choice"
            aria-selected={way === 'lines'}
            data-testid="refund-by-lines"
            onClick={turn('lines')}
          >
            {words.refund.byLines}
          </button>
          <button
            type="button"
            role="tab"
            className="choice"
            aria-selected={way === 'amount'}
            data-testid="refund-by-amount"
            onClick={turn('amount')}
          >
            {words.refund.byAmount}
          </button>
        </div>
        {way === 'lines' ? (
          <RefundLineList lines={sale.lines} chosen={chosen} onChoose={setChosen} />
        ) : (
          <div className="refund-amount">
            <label className="label" htmlFor="refund-amount">
              {words.refund.chosen}
            </label>
            <input
              id="refund-amount"
              className="field big"
              data-testid="refund-amount"
              inputMode="decimal"
              autoComplete="off"
              ref={focusOnMount}
              value={typed}
              onChange={(event) => setTyped(event.target.value.replaceAll(/[^0-9.,\s]/g, '').slice(0, 12))}
              onKeyDown={(event) => {
                if (event.key === 'Enter') proceed();
              }}
            />
          </div>
        )}
      </section>
      <aside className="refund-side">
        <dl className="sums">
          <dt>{words.refund.paid}</dt>
          <dd>
            <Money value={sale.total} language={language} />
          </dd>
          {sale.gift === null ? null : (
            <>
              <dt>{words.gift.give}</dt>
              <dd>
                <Money value={sale.gift.amount} language={language} testId="refund-gift" />
              </dd>
            </>
          )}
          <dt>{words.refund.refunded}</dt>
          <dd>
            <Money value={sale.refunded} language={language} />
          </dd>
          <dt>{words.refund.remaining}</dt>
          <dd>
            <Money value={sale.remaining} language={language} testId="remaining" />
          </dd>
        </dl>
        <div className="refund-chosen">
          <span className="label">{words.refund.chosen}</span>
          <strong className="refund-sum">
            <Money
              value={{ amountMinor: minor.toString(), currency: sale.total.currency }}
              language={language}
              testId="refund-chosen"
            />
          </strong>
          <p className={over ? 'refund-over' : 'field-help'} aria-live="polite">
            {over
              ? words.refund.overRemaining(moneyText(sale.remaining, language))
              : minor === 0n
                ? words.refund.nothingChosen
                : ''}
          </p>
        </div>
        {sale.gift === null ? null : <p className="field-help">{words.gift.stays}</p>}
        <InlineError code={refusal} />
        {sale.wholeAllowed ? (
          <Key testId="refund-whole" disabled={busy} onPress={() => void run({ command: 'refund_whole' })}>
            {words.gift.whole}
          </Key>
        ) : null}
        {way === 'lines' ? (
          <Key testId="refund-all" onPress={() => setChosen(everything(sale.lines))}>
            {words.refund.allLines}
          </Key>
        ) : null}
        <Key testId="refund-proceed" tone="river" pay onPress={proceed} disabled={!ready}>
          {words.refund.proceed}
        </Key>
        <Key testId="refund-leave" hint={words.key.escape} onPress={leave}>
          {words.refund.toSales}
        </Key>
      </aside>
    </div>
  );
}

function linesOf(chosen: Chosen): { lineId: string; count: number }[] {
  return Object.entries(chosen)
    .filter(([, count]) => count > 0)
    .map(([lineId, count]) => ({ lineId, count }));
}
