/** The whole of the cashier's page: the bar, what needs attention, and the one screen the view names. */
import { useEffect } from 'react';
import type { CashierView } from '../../electron/contract/view.ts';
import { unreachable } from '../../gateway/kernel/errors.ts';
import { useReceived } from '../ui/terminal.tsx';
import { Banners } from './banners.tsx';
import { CardDone } from './cards/card-done.tsx';
import { CardUnknown } from './cards/card-unknown.tsx';
import { OfferScreen } from './cards/offer-screen.tsx';
import { PadScreen } from './cards/pad-screen.tsx';
import { Preauthorisations } from './cards/preauthorisations.tsx';
import { CardSending } from './cards/sending-screen.tsx';
import { SignatureScreen } from './cards/signature-screen.tsx';
import { LinkLost } from './link-lost.tsx';
import { Notice } from './notice.tsx';
import { RefundChoose } from './refund/refund-choose.tsx';
import { RefundConfirm } from './refund/refund-confirm.tsx';
import { RefundFind } from './refund/refund-find.tsx';
import { RefundDone, RefundProgress } from './refund/refund-outcome.tsx';
import { SaleScreen } from './sale/sale-screen.tsx';
import { SignIn } from './sign-in.tsx';
import { CashScreen } from './tender/cash-screen.tsx';
import { NotPaid } from './tender/not-paid.tsx';
import { Paid } from './tender/paid.tsx';
import { SetAside } from './tender/set-aside.tsx';
import { UnknownScreen } from './tender/unknown-screen.tsx';
import { WalletChoose, WalletQr, WalletSending } from './tender/wallet-screens.tsx';
import { TodayScreen } from './today/today-screen.tsx';
import { TopBar } from './top-bar.tsx';

export function CashierApp() {
  const { view, linked } = useReceived();
  useEffect(() => {
    if (view !== null) document.documentElement.lang = view.language === 'zh' ? 'zh-CN' : view.language;
  }, [view]);
  if (view === null) return <LinkLost cover everLinked={false} />;
  return (
    <div className="till" data-screen={view.screen.name} data-testid={`screen-${view.screen.name}`}>
      <TopBar />
      <Banners />
      <div className="stage">
        <Notice />
        <main className="stage-screen" inert={!linked}>
          <Screen view={view} />
        </main>
      </div>
      {linked ? null : <LinkLost cover={false} everLinked />}
    </div>
  );
}

function Screen({ view }: { view: CashierView }) {
  const { screen } = view;
  switch (screen.name) {
    case 'sign_in':
      return <SignIn />;
    case 'sale':
      return <SaleScreen basket={screen.basket} />;
    case 'cash':
      return <CashScreen basket={screen.basket} suggestions={screen.suggestions} />;
    case 'wallet':
      return <WalletChoose basket={screen.basket} />;
    case 'wallet_sending':
      return <WalletSending payment={screen.payment} />;
    case 'wallet_qr':
      return <WalletQr payment={screen.payment} />;
    case 'wallet_unknown':
      return <UnknownScreen cause={screen.cause} basket={screen.basket} payment={screen.payment} />;
    case 'card':
      return <PadScreen card={screen.card} />;
    case 'card_offer':
      return <OfferScreen card={screen.card} offer={screen.offer} />;
    case 'card_sending':
      return <CardSending screen={screen} />;
    case 'card_unknown':
      return <CardUnknown screen={screen} />;
    case 'card_signature':
      return <SignatureScreen screen={screen} />;
    case 'card_done':
      return <CardDone screen={screen} />;
    case 'preauthorisations':
      return <Preauthorisations screen={screen} />;
    case 'paid':
      return <Paid screen={screen} />;
    case 'not_paid':
      return <NotPaid screen={screen} />;
    case 'set_aside':
      return <SetAside screen={screen} />;
    case 'refund_find':
      return <RefundFind />;
    case 'refund_choose':
      return <RefundChoose key={screen.sale.saleId} sale={screen.sale} />;
    case 'refund_confirm':
      return <RefundConfirm screen={screen} />;
    case 'refund_progress':
      return <RefundProgress screen={screen} />;
    case 'refund_done':
      return <RefundDone screen={screen} />;
    case 'today':
      return <TodayScreen screen={screen} />;
    default:
      return unreachable(screen);
  }
}
