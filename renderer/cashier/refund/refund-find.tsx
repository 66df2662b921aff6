/** Which sale the goods came from: scan its receipt or type its number. */
import { type SubmitEvent, useState } from 'react';
import { focusOnMount } from '../../ui/focus.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';

const RECEIPT_MOST = 120;

export function RefundFind() {
  const words = useWords();
  const [receipt, setReceipt] = useState('');
  const { run, busy, refusal, clear } = useCommand();
  const leave = (): void => void run({ command: 'refund_leave' });
  useKeys({ Escape: leave });
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    if (receipt.trim() !== '' && !busy) void run({ command: 'refund_find', receipt: receipt.trim() });
  };
  return (
    <div className="page">
      <form className="card" onSubmit={find} data-testid="refund-find">
        <h1>
          {words.refund.title}. {words.refund.find}
        </h1>
        <p className="card-text">{words.refund.findText}</p>
        <label className="label" htmlFor="receipt">
          {words.refund.number}
        </label>
        <input
          id="receipt"
          className="field big left"
          data-testid="receipt"
          autoComplete="off"
          ref={focusOnMount}
          value={receipt}
          maxLength={RECEIPT_MOST}
          onChange={(event) => {
            setReceipt(event.target.value);
            clear();
          }}
        />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="refund-leave" hint={words.key.escape} onPress={leave} pay>
            {words.common.back}
          </Key>
          <button
            type="submit"
            className="key tone-river size-pay grow"
            disabled={receipt.trim() === '' || busy}
            data-testid="refund-search"
          >
            {words.refund.search} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </form>
    </div>
  );
}
