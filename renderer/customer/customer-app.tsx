/** What the customer sees beside the till: goods and sum on the left, what to do now on the right. */
import { useEffect, useSyncExternalStore } from 'react';
import type { CustomerView } from '../../electron/contract/view.ts';
import type { ViewStore } from '../connection/view-store.ts';
import type { ScreenClock } from '../ui/screen-clock.ts';
import { Both } from './both.tsx';
import { CustomerGoods } from './customer-goods.tsx';
import { CustomerOffer } from './customer-offer.tsx';
import { CustomerPanel } from './customer-panel.tsx';

export function CustomerApp({ store, clock }: { store: ViewStore<CustomerView>; clock: ScreenClock }) {
  const received = useSyncExternalStore(store.subscribe, store.snapshot);
  const { view } = received;
  useEffect(() => {
    if (view !== null) document.documentElement.lang = view.language === 'zh' ? 'zh-CN' : view.language;
  }, [view]);
  if (view === null || !received.linked) {
    return (
      <div className="customer cover" data-testid="customer-lost">
        <Both word="lost" language={view?.language ?? 'zh'} big />
      </div>
    );
  }
  if (view.state === 'welcome') return <Welcome view={view} />;
  if (view.cardOffer !== null) return <CustomerOffer offer={view.cardOffer} language={view.language} />;
  // Of a refund or a hold there are no goods to show: the prompt takes the whole display.
  const alone = view.total === null;
  return (
    <div
      className={`customer ${alone ? 'alone' : 'split'} ${view.state}`}
      data-testid={`customer-${view.state}`}
    >
      {alone ? null : <CustomerGoods view={view} />}
      <CustomerPanel view={view} receivedMs={received.receivedMs} clock={clock} />
    </div>
  );
}

function Welcome({ view }: { view: CustomerView }) {
  const { language, shop } = view;
  return (
    <div className="customer cover welcome" data-testid="customer-welcome">
      <svg className="river-lines" viewBox="0 0 1024 200" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 90c180-80 330 70 512 20s330-90 512 0" />
        <path d="M0 130c180-80 330 70 512 20s330-90 512 0" />
        <path d="M0 170c180-80 330 70 512 20s330-90 512 0" />
      </svg>
      <p className="shop">{language === 'ru' ? shop.ru : shop.zh}</p>
      <p className="shop-beneath">{language === 'ru' ? shop.zh : shop.ru}</p>
      <Both word="welcome" language={language} big />
      <Both word={view.takesCards ? 'welcomePayCards' : 'welcomePay'} language={language} />
    </div>
  );
}
