/** No definite answer yet: owns the screen, says what holds for goods and money, and what happens by itself. */
import { useState } from 'react';
import type { BasketView, PaymentView } from '../../../electron/contract/view.ts';
import { minutesLeft, secondsLeft, timeText } from '../../text/format.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useHostNow, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { SupervisorDialog } from '../supervisor-dialog.tsx';
import { PaymentSum } from './payment-sum.tsx';
import { StepRow, Steps } from './steps.tsx';

export interface UnknownScreenProps {
  readonly cause: 'buyer_confirming' | 'no_answer' | 'cancelling';
  readonly basket: BasketView;
  readonly payment: PaymentView;
}

export function UnknownScreen({ cause, basket, payment }: UnknownScreenProps) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const { run, busy, refusal } = useCommand();
  const check = (): void => void run({ command: 'wallet_check' });
  const cancel = (): void => void run({ command: 'wallet_cancel' });
  const ask = (): void => setAsking(true);
  const mayCancel = cause === 'buyer_confirming';
  useKeys({
    F5: busy ? undefined : check,
    F12: ask,
    Escape: mayCancel && !busy ? cancel : undefined,
  });
  return (
    <div className="page amber" data-cause={cause}>
      <section className="card" data-testid="wallet-unknown">
        <h1 role="alert">{words.unknown.title[cause]}</h1>
        <p className="card-text">{words.unknown.text[cause]}</p>
        {payment.gatewayAnswering ? null : (
          <p className="card-warn" aria-live="polite" data-testid="gateway-silent">
            {words.unknown.gatewaySilent}
          </p>
        )}
        <PaymentSum amount={payment.amount} yuan={payment.yuan} tail={payment.codeTail} />
        <Steps payment={payment}>
          <NextSteps payment={payment} />
        </Steps>
        <InlineError code={refusal} />
        <div className="card-keys">
          {mayCancel ? (
            <Key testId="wallet-cancel" hint={words.key.escape} onPress={cancel} disabled={busy} pay>
              {words.wallet.changedMind}
            </Key>
          ) : null}
          <Key
            testId="wallet-check"
            tone="amber"
            hint="F5"
            onPress={check}
            disabled={busy}
            pay
            className="grow"
          >
            {words.unknown.checkNow}
          </Key>
          <Key testId="call-supervisor" hint="F12" onPress={ask} pay>
            {words.unknown.callSupervisor}
          </Key>
        </div>
        <p className="card-note">
          {words.unknown.locked(basket.receiptNumber, payment.supportNumber)}{' '}
          <Elapsed since={payment.startedAt} />
        </p>
      </section>
      {asking ? <SetAsideDialog payment={payment} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

/** The check under way or the next one, and when the payment will be cancelled if nothing comes. */
function NextSteps({ payment }: { payment: PaymentView }) {
  const words = useWords();
  const { till } = useView();
  const now = useHostNow(250);
  const { inquiry } = payment;
  if (inquiry === null) {
    return (
      <StepRow state="now" text={words.unknown.checkingSoon} time={words.unknown.now} testId="next-check" />
    );
  }
  const seconds = inquiry.nextAt === null ? 0 : secondsLeft(inquiry.nextAt - now);
  return (
    <>
      <StepRow
        state="now"
        text={
          inquiry.made === 0
            ? words.unknown.checkingSoon
            : words.unknown.checking(inquiry.made, Math.max(inquiry.made, inquiry.most))
        }
        time={seconds === 0 ? words.unknown.now : words.unknown.inSeconds(seconds)}
        testId="next-check"
      />
      {inquiry.cancelAt === null ? null : (
        <StepRow
          state="ahead"
          text={words.unknown.cancelStep}
          time={timeText(inquiry.cancelAt, till.utcOffsetMinutes, true)}
          testId="cancel-at"
        />
      )}
    </>
  );
}

function Elapsed({ since }: { since: number }) {
  const words = useWords();
  const now = useHostNow(500);
  return (
    <span className="number" data-testid="elapsed">
      ({words.unknown.elapsed(minutesLeft(Math.max(0, now - since)))})
    </span>
  );
}

function SetAsideDialog({ payment, onClose }: { payment: PaymentView; onClose: () => void }) {
  const words = useWords();
  const { till } = useView();
  const now = useHostNow(500);
  const early = payment.gatewayAnswering && now < payment.setAsideFrom;
  return (
    <SupervisorDialog
      title={words.unknown.setAside}
      text={words.unknown.setAsideText}
      reasons={words.supervisor.setAsideReasons}
      confirm={words.unknown.setAside}
      tone="amber"
      notYet={
        early ? words.unknown.setAsideFrom(timeText(payment.setAsideFrom, till.utcOffsetMinutes, true)) : null
      }
      command={(approval) => ({ command: 'set_aside', ...approval })}
      onClose={onClose}
    />
  );
}
