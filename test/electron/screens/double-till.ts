/** A till whose views are counters: enough for what carries them. */
import type { CashierView, CustomerView } from '../../../electron/contract/view.ts';
import type { CommandReply, Till } from '../../../electron/till/till.ts';

export interface DoubleTill extends Till {
  revision: number;
  readonly commands: unknown[];
  change(): void;
  answer: (message: unknown) => Promise<CommandReply>;
  screen: string;
}

export function doubleTill(): DoubleTill {
  const listeners = new Set<() => void>();
  const till: DoubleTill = {
    revision: 1,
    screen: 'sale',
    commands: [],
    start: async () => undefined,
    stop: async () => undefined,
    cashierView: () =>
      ({ revision: till.revision, role: 'cashier', screen: { name: till.screen } }) as unknown as CashierView,
    customerView: () => ({ revision: till.revision, role: 'customer' }) as unknown as CustomerView,
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async command(message) {
      till.commands.push(message);
      return till.answer(message);
    },
    scan: () => undefined,
    change() {
      till.revision += 1;
      for (const listener of [...listeners]) listener();
    },
    answer: async () => ({ ok: true, result: null }),
  };
  return till;
}

export function revisions(frames: readonly unknown[]): number[] {
  return frames.flatMap((frame) => {
    const { view } = frame as { view?: { revision: number } };
    return view === undefined ? [] : [view.revision];
  });
}

export function replies(frames: readonly unknown[]): unknown[] {
  return frames.filter((frame) => typeof frame === 'object' && frame !== null && 're' in frame);
}
