/** What every part of a cashier's screen may ask for: the view, the words, the clock, a way to send. */
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import type { CashierView } from '../../electron/contract/view.ts';
import type { CommandReply } from '../connection/terminal-connection.ts';
import { hostNow, type Received, type ViewStore } from '../connection/view-store.ts';
import type { Codes } from '../text/code-list.ts';
import { CODES, WORDS } from '../text/languages.ts';
import type { Words } from '../text/ru.ts';
import type { ScreenClock } from './screen-clock.ts';
import type { Sounds } from './sound.ts';

export interface TerminalParts {
  readonly store: ViewStore<CashierView>;
  readonly clock: ScreenClock;
  readonly sounds: Sounds;
  send(command: CashierCommand): Promise<CommandReply>;
}

const Parts = createContext<TerminalParts | null>(null);

export function TerminalProvider({ parts, children }: { parts: TerminalParts; children: ReactNode }) {
  return <Parts value={parts}>{children}</Parts>;
}

function useParts(): TerminalParts {
  const parts = useContext(Parts);
  if (parts === null) throw new Error('A screen part stands outside the TerminalProvider.');
  return parts;
}

export function useReceived(): Received<CashierView> {
  const { store } = useParts();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** The view; only parts that are shown once one has come may ask. */
export function useView(): CashierView {
  const { view } = useReceived();
  if (view === null) throw new Error('A screen part asked for the view before one came.');
  return view;
}

export function useSend(): (command: CashierCommand) => Promise<CommandReply> {
  return useParts().send;
}

export function useClock(): ScreenClock {
  return useParts().clock;
}

export function useSounds(): Sounds {
  return useParts().sounds;
}

export function useWords(): Words {
  return WORDS[useReceived().view?.language ?? 'ru'];
}

export function useCodes(): Codes {
  return CODES[useReceived().view?.language ?? 'ru'];
}

/** The host's time, renewed as often as asked; counts on by this screen's own clock between views. */
export function useHostNow(everyMs: number): number {
  const { clock, store } = useParts();
  const received = useReceived();
  const [, tick] = useState(0);
  useEffect(() => {
    let cancel = clock.after(everyMs, function again() {
      tick((n) => n + 1);
      cancel = clock.after(everyMs, again);
    });
    return () => cancel();
  }, [clock, everyMs]);
  return store.snapshot().view === null ? 0 : hostNow(received, clock);
}
