/** How the customer pays, and the ways out of a sale. A way that cannot be taken now is at rest and says so elsewhere. */
import type { BasketView } from '../../../electron/contract/view.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardKey } from '../cards/card-key.tsx';

export function PayKeys({ basket, onMore }: { basket: BasketView; onMore: () => void }) {
  const words = useWords();
  const { devices, cardKey } = useView();
  const { run, busy, refusal } = useCommand();
  const empty = basket.lines.length === 0;
  // The line of the gift says how it is paid.
  const cashOff = empty || basket.gift !== null;
  const walletOff =
    empty || basket.yuan === null || devices.gateway === 'down' || devices.gateway === 'refused';
  const cash = (): void => void run({ command: 'cash_begin' });
  const card = (): void => void run({ command: 'card_begin' });
  const wallet = (): void => void run({ command: 'wallet_begin' });
  const refund = (): void => void run({ command: 'refund_begin' });
  const today = (): void => void run({ command: 'today_open' });
  useKeys({
    F3: refund,
    F6: today,
    F7: onMore,
    F8: cashOff || busy ? undefined : cash,
    F9: empty || busy || !cardKey.enabled ? undefined : card,
    F10: walletOff || busy ? undefined : wallet,
  });
  return (
    <div className="pay-keys">
      <InlineError code={refusal} />
      <div className="pay-keys-row">
        <Key testId="refund-begin" hint="F3" onPress={refund}>
          {words.sale.refund}
        </Key>
        <Key testId="today-open" hint="F6" onPress={today}>
          {words.sale.today}
        </Key>
        <Key testId="more" hint="F7" onPress={onMore}>
          {words.sale.more}
        </Key>
      </div>
      <div className="pay-keys-pair">
        <Key
          testId="pay-cash"
          tone="river"
          pay
          hint="F8"
          onPress={cash}
          disabled={cashOff || busy}
          className="spread"
        >
          {words.sale.cash}
        </Key>
        <CardKey testId="pay-card" onPress={card} disabled={empty || busy} />
      </div>
      <Key
        testId="pay-alipay"
        tone="alipay"
        pay
        hint="F10"
        onPress={wallet}
        disabled={walletOff || busy}
        className="spread"
      >
        <span className="pay-name">
          {words.sale.alipay}
          <small>{words.sale.alipayHint}</small>
        </span>
      </Key>
    </div>
  );
}
