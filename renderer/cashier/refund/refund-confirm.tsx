/** The last look before money goes back: how much, to where, who stands behind it. */
import type { SubmitEvent } from 'react';
import { panText } from '../../text/card-format.ts';
import { moneyText } from '../../text/format.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { ApprovalFields, useApproval } from '../approval-fields.tsx';
import type { ScreenOf } from '../screen-of.ts';

export function RefundConfirm({ screen }: { screen: ScreenOf<'refund_confirm'> }) {
  const words = useWords();
  const { language, staff } = useView();
  const approval = useApproval(
    staff.filter((person) => person.supervisor),
    words.supervisor.refundReasons,
  );
  const { run, busy, refusal } = useCommand();
  const leave = (): void => void run({ command: 'refund_leave' });
  useKeys({ Escape: leave });
  const ready = approval.value !== null && !busy;
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (approval.value === null || !ready) return;
    await run({ command: 'refund_confirm', ...approval.value });
    approval.forgetPin();
  };
  const { amount, yuan, sale } = screen;
  return (
    <div className="page">
      <form className="card" onSubmit={(event) => void send(event)} data-testid="refund-confirm">
        <h1>{words.refund.confirm}</h1>
        <p className="payment-sum">
          <strong>
            <Money value={amount} language={language} testId="refund-sum" />
          </strong>
          <span className="number">
            {yuan === null ? null : `${moneyText(yuan, language)} · `}
            {sale.receiptNumber}
            {sale.maskedPan === null ? null : ` · ${panText(sale.maskedPan)}`}
          </span>
        </p>
        <p className="card-text" data-how={screen.how}>
          {whereTo()}
        </p>
        <ApprovalFields approval={approval} />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="refund-leave" hint={words.key.escape} onPress={leave} pay>
            {words.common.cancel}
          </Key>
          <button
            type="submit"
            className="key tone-river size-pay grow"
            disabled={!ready}
            data-testid="refund-send"
          >
            {words.refund.send} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </form>
    </div>
  );

  function whereTo(): string {
    switch (screen.how) {
      case 'cash':
        return words.refund.inCash;
      case 'wallet':
        return words.refund.toWallet;
      case 'card_void':
        return words.card.refund.void;
      case 'card_refund':
        return words.card.refund.back;
    }
  }
}
