/** What is no payment, on the customer's display: what it is and of which sum, and how it ended. */
import type { CustomerView } from '../../electron/contract/view.ts';
import { beneath } from '../text/customer.ts';
import { ACTS, ASK_CASHIER } from '../text/customer-acts.ts';
import { moneyText } from '../text/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Both } from './both.tsx';

/** Above what the customer does now. */
export function ActHead({ view }: { view: CustomerView }) {
  const { doing, actAmount, language } = view;
  if (doing === 'payment') return null;
  const { title } = ACTS[doing];
  return (
    <header className="act" data-testid="customer-act" data-act={doing}>
      <p className="act-title">
        {title[language]} <span>· {title[beneath(language)]}</span>
      </p>
      {actAmount === null ? null : <p className="panel-amount number">{moneyText(actAmount, language)}</p>}
    </header>
  );
}

export function ActEnd({ view }: { view: CustomerView }) {
  const { doing, language, state } = view;
  if (doing === 'payment') return null;
  const words = ACTS[doing];
  const done = state === 'done';
  return (
    <>
      <Icon name={done ? 'done' : 'stop'} className="icon panel-icon" />
      <Both word={done ? words.done : words.notDone} language={language} big />
      <Both word={done ? words.doneHow : ASK_CASHIER} language={language} />
    </>
  );
}
