/** Cash: what was given, what goes back. The host decides the change; this screen only foretells it. */
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { BasketView } from '../../../electron/contract/view.ts';
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { amountText, decimalMark, moneyText } from '../../text/format.ts';
import { kopecksFromTyped } from '../../text/parse.ts';
import { DigitPad } from '../../ui/digit-pad.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';

const TYPED_MOST = 11;

export function CashScreen({
  basket,
  suggestions,
}: {
  basket: BasketView;
  suggestions: readonly MoneyJson[];
}) {
  const words = useWords();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const tendered = kopecksFromTyped(typed);
  const back = (): void => void run({ command: 'tender_back' });
  useKeys({ Escape: back });
  const enough = tendered !== null && BigInt(tendered) >= BigInt(basket.total.amountMinor);
  const pay = (event: SubmitEvent): void => {
    event.preventDefault();
    if (tendered !== null && enough && !busy) void run({ command: 'cash_pay', tenderedMinor: tendered });
  };
  const give = (amount: MoneyJson): void => {
    setTyped(amountText(amount, language).replaceAll(/\s/g, ''));
    field.current?.focus();
  };
  return (
    <form className="tender cash" onSubmit={pay}>
      <section className="tender-main">
        <h1>{words.cash.title}</h1>
        <p className="tender-label">{words.cash.due}</p>
        <p className="tender-sum">
          <Money value={basket.total} language={language} testId="due" />
        </p>
        <label className="label" htmlFor="tendered">
          {words.cash.tendered}
        </label>
        <input
          id="tendered"
          ref={field}
          className="field big"
          data-testid="tendered"
          inputMode="none"
          autoComplete="off"
          value={typed}
          onChange={(event) =>
            setTyped(event.target.value.replaceAll(/[^0-9.,\s]/g, '').slice(0, TYPED_MOST))
          }
        />
        <ChangeLine due={basket.total} tendered={tendered} />
        <InlineError code={refusal} />
        <div className="tender-keys">
          <Key testId="tender-back" hint={words.key.escape} onPress={back} pay>
            {words.common.back}
          </Key>
          <button
            type="submit"
            className="key tone-river size-pay grow"
            disabled={!enough || busy}
            data-testid="cash-pay"
          >
            {words.cash.take} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </section>
      <aside className="tender-side">
        <p className="label">{words.cash.suggestions}</p>
        <div className="notes">
          {suggestions.map((amount) => (
            <Key
              className="note-key"
              key={amount.amountMinor}
              keepFocus
              testId="suggestion"
              onPress={() => give(amount)}
            >
              <span className="note">
                <span className="number">{moneyText(amount, language)}</span>
                {amount.amountMinor === basket.total.amountMinor ? <small>{words.cash.exact}</small> : null}
              </span>
            </Key>
          ))}
        </div>
        <DigitPad
          value={typed}
          onChange={setTyped}
          maxLength={TYPED_MOST}
          mark={decimalMark(language)}
          eraseLabel={words.common.erase}
        />
      </aside>
    </form>
  );
}

function ChangeLine({ due, tendered }: { due: MoneyJson; tendered: string | null }) {
  const words = useWords();
  const { language } = useView();
  if (tendered === null) return <p className="change" aria-live="polite" />;
  const difference = BigInt(tendered) - BigInt(due.amountMinor);
  const amount: MoneyJson = {
    amountMinor: (difference < 0n ? -difference : difference).toString(),
    currency: due.currency,
  };
  if (difference < 0n) {
    return (
      <p className="change short" aria-live="polite" data-testid="change-short">
        {words.cash.short(moneyText(amount, language))}
      </p>
    );
  }
  return (
    <p className="change" aria-live="polite" data-testid="change">
      {words.cash.change} <strong className="number">{moneyText(amount, language)}</strong>
    </p>
  );
}
