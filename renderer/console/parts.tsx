/** What every room uses: requests, timers, the language, and who is signed in. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Language } from '../../electron/contract/commands.ts';
import type { Act } from '../../gateway/console/contract/roles.ts';
import type { SessionView } from '../../gateway/console/contract/views.ts';
import type { ScreenClock } from '../ui/screen-clock.ts';
import type { Reply, Requests } from './requests.ts';
import type { ConsoleWords } from './text/ru.ts';
import { CONSOLE_WORDS } from './text/words.ts';

export type SignedIn = SessionView | 'unknown' | 'nobody';

interface Parts {
  readonly clock: ScreenClock;
  readonly requests: Requests;
  readonly session: SignedIn;
  setSession(session: SignedIn): void;
  readonly language: Language;
  setLanguage(language: Language): void;
}

const PartsContext = createContext<Parts | null>(null);
const LANGUAGE_KEY = 'amur-console-language';

export function ConsoleParts(props: {
  readonly clock: ScreenClock;
  readonly requests: Requests;
  readonly children: ReactNode;
}) {
  const { clock, requests, children } = props;
  const [session, setSession] = useState<SignedIn>('unknown');
  const [language, keepLanguage] = useState<Language>(languageKept);
  const setLanguage = useCallback((next: Language) => {
    window.localStorage.setItem(LANGUAGE_KEY, next);
    keepLanguage(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = CONSOLE_WORDS[language].title;
  }, [language]);
  const parts = useMemo(
    () => ({ clock, requests, session, setSession, language, setLanguage }),
    [clock, requests, session, language, setLanguage],
  );
  return <PartsContext.Provider value={parts}>{children}</PartsContext.Provider>;
}

function languageKept(): Language {
  const kept = window.localStorage.getItem(LANGUAGE_KEY);
  return kept === 'zh' || kept === 'en' ? kept : 'ru';
}

export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error('The rooms stand inside ConsoleParts.');
  return parts;
}

export function useWords(): ConsoleWords {
  return CONSOLE_WORDS[useParts().language];
}

export function useMay(): (act: Act) => boolean {
  const { session } = useParts();
  return (act) => typeof session === 'object' && session.acts.includes(act);
}

export interface Asked<T> {
  readonly value: T | null;
  /** The code of the last failure; null when the last answer came. */
  readonly failed: string | null;
  reload(): void;
  set(value: T): void;
}

/** Asks now, and again after each `everyMs`; what was answered stays on the page while a new answer is on its way. */
export function useAsked<T>(path: string, everyMs: number | null): Asked<T> {
  const { requests, clock, setSession } = useParts();
  const [state, setState] = useState<{ path: string; value: T | null; failed: string | null }>({
    path,
    value: null,
    failed: null,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isOver = false;
    let cancel: () => void = () => undefined;
    // `turn` asks once more.
    const ask = async (_turn: number) => {
      const reply: Reply<T> = await requests.get<T>(path);
      if (isOver) return;
      if (!reply.ok && reply.code === 'CONSOLE_SIGN_IN_NEEDED') setSession('nobody');
      setState((now) => {
        const kept = now.path === path ? now.value : null;
        return reply.ok
          ? { path, value: reply.value, failed: null }
          : { path, value: kept, failed: reply.code };
      });
      if (everyMs !== null) cancel = clock.after(everyMs, () => void ask(turn));
    };
    void ask(turn);
    return () => {
      isOver = true;
      cancel();
    };
  }, [path, everyMs, turn, requests, clock, setSession]);
  const isPresent = state.path === path;
  return {
    value: isPresent ? state.value : null,
    failed: isPresent ? state.failed : null,
    reload: useCallback(() => setTurn((count) => count + 1), []),
    set: useCallback((value: T) => setState({ path, value, failed: null }), [path]),
  };
}
