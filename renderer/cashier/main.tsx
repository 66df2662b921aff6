/** The cashier's page: wires the browser's clock, keyboard and transport to the screens. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { CashierView } from '../../electron/contract/view.ts';
import { bridgePipe } from '../connection/bridge-pipe.ts';
import { socketPipe, socketPlace } from '../connection/socket-pipe.ts';
import { connect } from '../connection/terminal-connection.ts';
import { viewStore } from '../connection/view-store.ts';
import { listenForScans } from '../scanner/wedge-adapter.ts';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import type { ScreenClock } from '../ui/screen-clock.ts';
import { sounds } from '../ui/sound.ts';
import { TerminalProvider } from '../ui/terminal.tsx';
import { CashierApp } from './cashier-app.tsx';
import './cashier.css';
import '../ui/pad-picture.css';
import './cards/cards.css';
import './cards/holds.css';
import './sale/gift.css';
import './sale/sale.css';
import './tender/tender.css';
import './refund/refund.css';
import './today/today.css';

const clock: ScreenClock = {
  elapsedMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const pipe =
  window.amur === undefined
    ? socketPipe(socketPlace(new URL(window.location.href), 'cashier'), clock)
    : bridgePipe(window.amur);
const connection = connect<CashierView>(pipe);
const store = viewStore(connection, clock);
const tones = sounds(
  () => new AudioContext(),
  () => navigator.userActivation.hasBeenActive,
);

listenForScans(window, (text) => {
  void connection.send({ command: 'scan', text });
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <TerminalProvider parts={{ store, clock, sounds: tones, send: (command) => connection.send(command) }}>
      <CashierApp />
    </TerminalProvider>
  </StrictMode>,
);
