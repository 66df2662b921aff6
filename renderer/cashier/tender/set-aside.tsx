/** A sale set aside: the till is free again, the payment stays with the gateway. */
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardSum } from '../cards/card-sum.tsx';
import { PrintState } from '../print-state.tsx';
import type { ScreenOf } from '../screen-of.ts';
import { PaymentSum } from './payment-sum.tsx';

export function SetAside({ screen }: { screen: ScreenOf<'set_aside'> }) {
  const words = useWords();
  const { run, busy, refusal } = useCommand();
  const next = (): void => void run({ command: 'next' });
  const repeat = (): void => void run({ command: 'sale_repeat' });
  useKeys({ Enter: busy ? undefined : next, F2: busy ? undefined : repeat });
  const { payment, card, basket } = screen;
  const support = payment?.supportNumber ?? card?.supportNumber ?? '';
  return (
    <div className="page amber">
      <section className="card outcome" data-testid="set-aside">
        <h1 aria-live="polite" className="outcome-title amber">
          <Icon name="wait" className="icon large" /> {words.setAside.title}
        </h1>
        <p className="card-text">{card === null ? words.setAside.text : words.card.setAsideText}</p>
        {payment === null ? null : (
          <PaymentSum amount={payment.amount} yuan={payment.yuan} tail={payment.codeTail} />
        )}
        {card === null ? null : <CardSum card={card} />}
        <PrintState
          print={screen.print}
          words={{
            printing: words.setAside.slipPrinting,
            printed: words.setAside.slipPrinted,
            failed: words.setAside.slipFailed,
          }}
        />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="sale-repeat" hint="F2" onPress={repeat} disabled={busy} pay className="grow">
            {words.setAside.repeat}
          </Key>
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
            {words.setAside.next}
          </Key>
        </div>
        <p className="card-note number">
          {basket.receiptNumber} · {support}
        </p>
      </section>
    </div>
  );
}
