/** The operator's pages: wires the browser's timers and its requests to the rooms. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/fonts.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import './console.css';
import './rooms.css';
import type { ScreenClock } from '../ui/screen-clock.ts';
import { ConsoleApp } from './console-app.tsx';
import { ConsoleParts } from './parts.tsx';
import { requests } from './requests.ts';

const clock: ScreenClock = {
  elapsedMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <ConsoleParts clock={clock} requests={requests((path, options) => fetch(path, options))}>
      <ConsoleApp />
    </ConsoleParts>
  </StrictMode>,
);
