/** Nothing was taken, for certain: why, and the way back to the goods. */
import { codeWords, isWorded } from '../../text/code-list.ts';
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useCodes, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardSum } from '../cards/card-sum.tsx';
import { CardAgain, CardMoney } from '../cards/not-taken.tsx';
import type { ScreenOf } from '../screen-of.ts';
import { PaymentSum } from './payment-sum.tsx';
import { Steps } from './steps.tsx';

export function NotPaid({ screen }: { screen: ScreenOf<'not_paid'> }) {
  const words = useWords();
  const codes = useCodes();
  const { cardKey } = useView();
  const { run, busy, refusal } = useCommand();
  const next = (): void => void run({ command: 'next' });
  const { basket, payment, card, outcome, reasonCode } = screen;
  const again = (): void => void run({ command: 'card_begin' });
  useKeys({
    Enter: busy ? undefined : next,
    F9: card === null || busy || !cardKey.enabled ? undefined : again,
  });
  const known = isWorded(codes, reasonCode.replace(/^ACQ\./, ''));
  const [title, text] = codeWords(codes, reasonCode);
  const cancelled = outcome === 'cancelled';
  return (
    <div className="page cinnabar">
      <section className="card outcome" data-testid="not-paid" data-code={reasonCode}>
        <h1 role="alert" className="outcome-title cinnabar">
          <Icon name="stop" className="icon large" />{' '}
          {cancelled ? words.notPaid.cancelled : words.notPaid.declined}
        </h1>
        <p className="outcome-reason">{known ? title : null}</p>
        {card === null ? null : <CardMoney card={card} cancelled={cancelled} />}
        <p className="card-text">
          {known
            ? text
            : card !== null
              ? null
              : cancelled
                ? words.notPaid.cancelledText
                : words.notPaid.nothingTaken}
        </p>
        {card === null ? (
          <PaymentSum
            amount={payment?.amount ?? basket.total}
            yuan={payment?.yuan ?? basket.yuan}
            tail={payment?.codeTail ?? null}
          />
        ) : (
          <CardSum card={card} />
        )}
        {payment === null ? null : <Steps payment={payment} />}
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
            {words.notPaid.back}
          </Key>
          {card === null ? null : <CardAgain code={reasonCode} onPress={again} disabled={busy} />}
        </div>
        <p className="card-note">
          {words.notPaid.backText} {known || cancelled ? null : words.common.codeForSupport(reasonCode)}{' '}
          {cancelled || card?.responseCode == null ? null : words.card.fact.responseCode(card.responseCode)}{' '}
          <span className="number">{payment?.supportNumber ?? card?.supportNumber ?? null}</span>
        </p>
      </section>
    </div>
  );
}
