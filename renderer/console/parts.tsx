/** What every room uses: requests, timers, the language, and who is signed in. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
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
  /** Whether somebody has touched the page since it was last asked. */
  takeTouch(): boolean;
}

const PartsContext = createContext<Parts | null>(null);
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
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
  const touched = useRef(true);
  useEffect(() => {
    const touch = () => {
      touched.current = true;
    };
    for (const kind of TOUCHES) window.addEventListener(kind, touch, { passive: true });
    return () => {
      for (const kind of TOUCHES) window.removeEventListener(kind, touch);
    };
  }, []);
  const takeTouch = useCallback(() => {
    const was = touched.current;
    touched.current = false;
    return was;
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = CONSOLE_WORDS[language].title;
  }, [language]);
  const parts = useMemo(
    () => ({ clock, requests, session, setSession, language, setLanguage, takeTouch }),
    [clock, requests, session, language, setLanguage, takeTouch],
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
  const { requests, clock, setSession, takeTouch } = useParts();
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
    const ask = async (_turn: number, byItself: boolean) => {
      const reply: Reply<T> = await requests.get<T>(path, byItself && !takeTouch());
      if (isOver) return;
      if (!reply.ok && reply.code === 'CONSOLE_SIGN_IN_NEEDED') setSession('nobody');
      setState((now) => {
        const kept = now.path === path ? now.value : null;
        return reply.ok
          ? { path, value: reply.value, failed: null }
          : { path, value: kept, failed: reply.code };
      });
      if (everyMs !== null) cancel = clock.after(everyMs, () => void ask(turn, true));
    };
    void ask(turn, false);
    return () => {
      isOver = true;
      cancel();
    };
  }, [path, everyMs, turn, requests, clock, setSession, takeTouch]);
  const isPresent = state.path === path;
  return {
    value: isPresent ? state.value : null,
    failed: isPresent ? state.failed : null,
    reload: useCallback(() => setTurn((count) => count + 1), []),
    set: useCallback((value: T) => setState({ path, value, failed: null }), [path]),
  };
}
