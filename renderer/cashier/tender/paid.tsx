/** Paid: the word, the sum, the change that must be handed over, and the paper. */
import { useEffect } from 'react';
import { panTail, schemeName } from '../../text/card-format.ts';
import { moneyText } from '../../text/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useSounds, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardLeft } from '../cards/card-left.tsx';
import { cardFacts } from '../cards/card-sum.tsx';
import { PrintState } from '../print-state.tsx';
import type { ScreenOf } from '../screen-of.ts';

export function Paid({ screen }: { screen: ScreenOf<'paid'> }) {
  const words = useWords();
  const { language } = useView();
  const sounds = useSounds();
  const { run, busy, refusal } = useCommand();
  const next = (): void => void run({ command: 'next' });
  useKeys({ Enter: busy ? undefined : next });
  useEffect(() => sounds.paid(), [sounds]);
  const { basket, change, payment, means, card } = screen;
  const support = payment?.supportNumber ?? card?.supportNumber ?? null;
  const hasChange = change !== null && change.amountMinor !== '0';
  return (
    <div className="page jade">
      <section className="card outcome" data-testid="paid">
        <h1 aria-live="polite" className="outcome-title jade">
          <Icon name="done" className="icon large" /> {words.paid.title}
        </h1>
        {hasChange ? (
          <>
            <p className="outcome-label">{words.paid.change}</p>
            <p className="outcome-sum">
              <Money value={change} language={language} testId="change" />
            </p>
          </>
        ) : (
          <p className="outcome-sum">
            <Money value={basket.total} language={language} testId="paid-total" />
          </p>
        )}
        <p className="outcome-detail">{details(screen)}</p>
        <p className="card-text">
          {hasChange ? words.paid.giveChange : words.paid.handOver}
          <CardLeft />
        </p>
        <PrintState print={screen.print} {...(card === null ? {} : { words: words.card.slip })} />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key
            testId="next"
            tone="river"
            hint={words.key.enter}
            onPress={next}
            disabled={busy}
            pay
            takesFocus
            className="grow"
          >
            {words.paid.next}
          </Key>
        </div>
        {support === null ? null : (
          <p className="card-note number" data-testid="support-number">
            {[basket.receiptNumber, support, ...(card === null ? [] : cardFacts(card, words.card))].join(
              ' · ',
            )}
          </p>
        )}
      </section>
    </div>
  );

  function details({ tendered }: ScreenOf<'paid'>): string {
    if (means === 'cash') {
      const parts = [moneyText(basket.total, language), words.paid.cash];
      const given = tendered === null ? '' : ` · ${words.paid.tendered(moneyText(tendered, language))}`;
      return `${parts.join(' ')}${given}${hasChange ? '' : ` · ${words.paid.noChange}`}`;
    }
    if (card !== null) {
      const paidBy = [
        schemeName(card.scheme, card.label, words.card) ?? words.card.name,
        card.maskedPan === null ? null : panTail(card.maskedPan),
      ];
      const name = paidBy.filter((part) => part !== null).join(' ');
      if (card.billing !== null) {
        return `${name} · ${words.card.fact.billed(moneyText(card.billing.amount, language))}`;
      }
      if (card.charged.currency === card.amount.currency) return name;
      return `${name} · ${words.card.fact.charged(moneyText(card.charged, language))}`;
    }
    const yuan = payment?.yuan ?? basket.yuan;
    const tail = payment?.codeTail ?? null;
    const wallet = tail === null ? words.paid.alipay : `${words.paid.alipay} ···· ${tail}`;
    return yuan === null ? wallet : `${moneyText(yuan, language)} · ${wallet}`;
  }
}
