/** The customer's page: it shows what the host says and takes no input at all. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { CustomerView } from '../../electron/contract/view.ts';
import { bridgePipe } from '../connection/bridge-pipe.ts';
import { socketPipe, socketPlace } from '../connection/socket-pipe.ts';
import { connect } from '../connection/terminal-connection.ts';
import { viewStore } from '../connection/view-store.ts';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import type { ScreenClock } from '../ui/screen-clock.ts';
import './customer.css';
import '../ui/pad-picture.css';
import './customer-card.css';
import './customer-act.css';
import { CustomerApp } from './customer-app.tsx';

const clock: ScreenClock = {
  elapsedMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const pipe =
  window.amur === undefined
    ? socketPipe(socketPlace(new URL(window.location.href), 'customer'), clock)
    : bridgePipe(window.amur);
const store = viewStore(connect<CustomerView>(pipe), clock);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <CustomerApp store={store} clock={clock} />
  </StrictMode>,
);
