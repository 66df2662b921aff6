/** The latest view with the moment it came, as React's external store wants it. Holds no truth of its own. */
import type { ScreenClock } from '../ui/screen-clock.ts';
import type { ScreenView, TerminalConnection } from './terminal-connection.ts';

export interface Received<V extends ScreenView> {
  readonly view: V | null;
  /** `clock.elapsedMs()` when `view` came. */
  readonly receivedMs: number;
  /** False from the loss of the link until a fresh view. */
  readonly linked: boolean;
  readonly everLinked: boolean;
}

export interface ViewStore<V extends ScreenView> {
  subscribe(listener: () => void): () => void;
  snapshot(): Received<V>;
}

export function viewStore<V extends ScreenView>(
  connection: TerminalConnection<V>,
  clock: ScreenClock,
): ViewStore<V> {
  const listeners = new Set<() => void>();
  let current: Received<V> = { view: null, receivedMs: 0, linked: false, everLinked: false };
  const set = (next: Received<V>): void => {
    current = next;
    for (const listener of listeners) listener();
  };
  connection.onView((view) => {
    set({ view, receivedMs: clock.elapsedMs(), linked: true, everLinked: true });
  });
  connection.onLink((up) => {
    if (!up && current.linked) set({ ...current, linked: false });
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => current,
  };
}

/** The host's wall time now: its time in the view plus what this screen's own clock measured since. */
export function hostNow(
  received: { view: { at: number } | null; receivedMs: number },
  clock: ScreenClock,
): number {
  return (received.view?.at ?? 0) + Math.max(0, clock.elapsedMs() - received.receivedMs);
}
