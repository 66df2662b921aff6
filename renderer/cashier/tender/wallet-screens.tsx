/** Alipay before its answer: choosing how, the request under way, the QR in front of the customer. */
import type { BasketView, PaymentView } from '../../../electron/contract/view.ts';
import { minutesLeft } from '../../text/format.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useHostNow, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { PaymentSum } from './payment-sum.tsx';
import { Steps } from './steps.tsx';

export function WalletChoose({ basket }: { basket: BasketView }) {
  const words = useWords();
  const { run, busy, refusal } = useCommand();
  const back = (): void => void run({ command: 'tender_back' });
  const showQr = (): void => void run({ command: 'wallet_show_qr' });
  useKeys({ Escape: back, F10: busy ? undefined : showQr });
  return (
    <div className="page">
      <section className="card alipay" data-testid="wallet-choose">
        <h1>{words.wallet.title}</h1>
        <p className="card-text">{words.wallet.text}</p>
        <PaymentSum amount={basket.total} yuan={basket.yuan} tail={null} gift={basket.gift?.amount} />
        <PhoneCode />
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="tender-back" hint={words.key.escape} onPress={back} pay>
            {words.wallet.backToBasket}
          </Key>
          <Key
            testId="show-qr"
            tone="alipay"
            hint="F10"
            onPress={showQr}
            disabled={busy}
            pay
            className="grow"
          >
            {words.wallet.qr}
          </Key>
        </div>
        <p className="card-note">{words.wallet.qrText}</p>
      </section>
    </div>
  );
}

export function WalletSending({ payment }: { payment: PaymentView }) {
  const words = useWords();
  return (
    <div className="page">
      <section className="card" data-testid="wallet-sending" aria-live="polite">
        <h1>{words.wallet.sending}</h1>
        <p className="card-text">{words.wallet.sendingText}</p>
        <PaymentSum amount={payment.amount} yuan={payment.yuan} tail={payment.codeTail} />
        <Steps payment={payment} />
        <div className="sweep" />
      </section>
    </div>
  );
}

export function WalletQr({ payment }: { payment: PaymentView }) {
  const words = useWords();
  const now = useHostNow(250);
  const { run, busy, refusal } = useCommand();
  const cancel = (): void => void run({ command: 'wallet_cancel' });
  const check = (): void => void run({ command: 'wallet_check' });
  useKeys({ Escape: busy ? undefined : cancel, F5: busy ? undefined : check });
  const { qr } = payment;
  const leftMs = qr === null ? 0 : qr.expiresAt - now;
  return (
    <div className="page">
      <section className="card alipay" data-testid="wallet-qr">
        <h1>{words.wallet.qrTitle}</h1>
        <p className="card-text">{words.wallet.qrWaiting}</p>
        <PaymentSum amount={payment.amount} yuan={payment.yuan} tail={null} />
        <Steps payment={payment} />
        {qr === null ? (
          <p className="card-note">{words.wallet.qrPreparing}</p>
        ) : (
          <Countdown
            leftMs={leftMs}
            wholeMs={qr.expiresAt - qr.shownAt}
            label={leftMs > 0 ? words.wallet.qrExpires(minutesLeft(leftMs)) : words.wallet.qrExpired}
          />
        )}
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key testId="wallet-cancel" hint={words.key.escape} onPress={cancel} disabled={busy} pay>
            {words.wallet.giveUp}
          </Key>
          <Key
            testId="wallet-check"
            tone="alipay"
            hint="F5"
            onPress={check}
            disabled={busy}
            pay
            className="grow"
          >
            {words.unknown.checkNow}
          </Key>
        </div>
      </section>
    </div>
  );
}

/** A phone with a code on it under a scanner's line. */
function PhoneCode() {
  return (
    <svg className="phone-code" viewBox="0 0 200 96" aria-hidden="true">
      <rect x="66" y="2" width="68" height="92" rx="10" fill="#fff" stroke="currentColor" strokeWidth="3" />
      <g fill="#10242b">
        {[76, 80, 86, 89, 95, 99, 105, 111, 114, 119, 123].map((x, i) => (
          <rect key={x} x={x} y="16" width={i % 3 === 0 ? 3 : 1.6} height="26" />
        ))}
      </g>
      <rect x="84" y="54" width="32" height="30" rx="3" fill="currentColor" opacity="0.25" />
      <path className="scan-line" d="M40 29h120" stroke="#b3361f" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
