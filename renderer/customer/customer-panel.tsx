/** What the customer does now: show the code, scan the QR, confirm, wait, or take the change. */
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import type { CustomerView } from '../../electron/contract/view.ts';
import { hostNow } from '../connection/view-store.ts';
import { beneath, CUSTOMER, expiresIn } from '../text/customer.ts';
import { ACTS } from '../text/customer-acts.ts';
import { moneyText, secondsLeft } from '../text/format.ts';
import { Icon } from '../ui/icons.tsx';
import type { ScreenClock } from '../ui/screen-clock.ts';
import { Both } from './both.tsx';
import { ActEnd, ActHead } from './customer-act.tsx';
import { CardLeft, CardPrompt, SignSlip } from './customer-card.tsx';
import { QrCode } from './qr-code.tsx';

export interface CustomerPanelProps {
  readonly view: CustomerView;
  readonly receivedMs: number;
  readonly clock: ScreenClock;
}

export function CustomerPanel(props: CustomerPanelProps) {
  return (
    <aside className="panel" aria-live="polite">
      <ActHead view={props.view} />
      {content(props)}
      <CardLeft view={props.view} />
    </aside>
  );
}

function content(props: CustomerPanelProps): ReactNode {
  const { view } = props;
  const { language } = view;
  switch (view.state) {
    case 'welcome':
    case 'basket':
      return (
        <>
          <p className="panel-shop">{language === 'ru' ? view.shop.ru : view.shop.zh}</p>
          <Both word={view.takesCards ? 'welcomePayCards' : 'welcomePay'} language={language} />
        </>
      );
    case 'present_code':
      return (
        <>
          <CodeOnPhone />
          <Both word="presentCode" language={language} big />
          <Both word="presentHow" language={language} />
        </>
      );
    case 'qr':
      return <Qr {...props} />;
    case 'card':
    case 'card_offer':
      return <CardPrompt view={view} />;
    case 'sign':
      return <SignSlip language={language} />;
    case 'confirm_on_phone':
      return (
        <>
          <Icon name="wait" className="icon panel-icon" />
          <Both word="confirm" language={language} big />
          <Both word="confirmHow" language={language} />
        </>
      );
    case 'please_wait':
      return (
        <>
          <Icon name="wait" className="icon panel-icon" />
          <Both word="wait" language={language} big />
          <Both word={view.doing === 'payment' ? 'waitHow' : ACTS[view.doing].wait} language={language} />
        </>
      );
    case 'paid':
      return (
        <>
          <Icon name="done" className="icon panel-icon" />
          <Both word="paid" language={language} big />
          {view.change === null || view.change.amountMinor === '0' ? null : (
            <p className="panel-change" data-testid="customer-change">
              <span>
                {CUSTOMER.change[language]} · {CUSTOMER.change[beneath(language)]}
              </span>
              <strong className="number">{moneyText(view.change, language)}</strong>
            </p>
          )}
          <Both word="thanks" language={language} />
        </>
      );
    case 'not_paid':
      return (
        <>
          <Icon name="stop" className="icon panel-icon" />
          <Both word="notPaid" language={language} big />
          <Both word="notPaidHow" language={language} />
        </>
      );
    case 'done':
    case 'not_done':
      return <ActEnd view={view} />;
  }
}

function Qr({ view, receivedMs, clock }: CustomerPanelProps) {
  const { qr, language } = view;
  useTick(clock, 250);
  if (qr === null) {
    return (
      <>
        <Icon name="wait" className="icon panel-icon" />
        <Both word="wait" language={language} big />
      </>
    );
  }
  const leftMs = qr.expiresAt - hostNow({ view, receivedMs }, clock);
  if (leftMs <= 0) {
    return (
      <>
        <Icon name="wait" className="icon panel-icon" />
        <Both word="expired" language={language} big />
        <Both word="waitHow" language={language} />
      </>
    );
  }
  const share = Math.min(1, leftMs / Math.max(1, qr.expiresAt - qr.shownAt));
  return (
    <>
      <QrCode content={qr.content} />
      <Both word="scan" language={language} big />
      <div className="panel-rail" aria-hidden="true">
        <div style={{ transform: `scaleX(${share.toFixed(4)})` }} />
      </div>
      <p className="panel-left number" role="timer">
        {expiresIn(language, secondsLeft(leftMs))}
      </p>
    </>
  );
}

function useTick(clock: ScreenClock, everyMs: number): void {
  const [, tick] = useState(0);
  useEffect(() => {
    let cancel = clock.after(everyMs, function again() {
      tick((n) => n + 1);
      cancel = clock.after(everyMs, again);
    });
    return () => cancel();
  }, [clock, everyMs]);
}

function CodeOnPhone() {
  return (
    <svg className="panel-phone" viewBox="0 0 140 160" aria-hidden="true">
      <rect x="22" y="4" width="96" height="152" rx="14" fill="#fff" />
      <g fill="#10242b">
        {[34, 39, 46, 50, 57, 62, 69, 76, 80, 87, 92, 99].map((x, i) => (
          <rect key={x} x={x} y="24" width={i % 3 === 0 ? 4 : 2} height="38" />
        ))}
      </g>
      <g fill="#1061d8">
        <rect x="44" y="78" width="52" height="52" rx="4" />
      </g>
      <path d="M4 43h132" stroke="#ffb4a4" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
