/** A screen's connection to its host: views come in, commands go out. Two transports carry the same frames. */
import type { HostFrame } from '../../electron/contract/bridge.ts';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import type { CashierView, CustomerView } from '../../electron/contract/view.ts';

export type ScreenView = CashierView | CustomerView;

export type CommandReply =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly facts: Readonly<Record<string, string | number | boolean>>;
      };
    };

export interface TerminalConnection<V extends ScreenView> {
  onView(listener: (view: V) => void): () => void;
  /** True while the host can be reached. */
  onLink(listener: (up: boolean) => void): () => void;
  /** Never rejects: a lost link answers HOST_UNREACHABLE, and nobody knows whether the command arrived. */
  send(command: CashierCommand): Promise<CommandReply>;
}

/** What a transport must do; reconnecting is its own affair. */
export interface FramePipe {
  post(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): void;
  onLink(listener: (up: boolean) => void): void;
}

const UNREACHABLE: CommandReply = { ok: false, error: { code: 'HOST_UNREACHABLE', facts: {} } };

export function connect<V extends ScreenView>(pipe: FramePipe): TerminalConnection<V> {
  const viewListeners = new Set<(view: V) => void>();
  const linkListeners = new Set<(up: boolean) => void>();
  const waiting = new Map<number, (reply: CommandReply) => void>();
  let nextId = 1;
  let up = false;
  let lastView: V | null = null;

  pipe.onFrame((frame) => {
    const host = readFrame<V>(frame);
    if (host === null) return;
    if ('view' in host) {
      lastView = host.view;
      for (const listener of viewListeners) listener(host.view);
      return;
    }
    const { re, ...reply } = host;
    waiting.get(re)?.(reply);
    waiting.delete(re);
  });
  pipe.onLink((now) => {
    up = now;
    if (!up) {
      for (const answer of waiting.values()) answer(UNREACHABLE);
      waiting.clear();
    }
    for (const listener of linkListeners) listener(up);
  });

  return {
    onView(listener) {
      viewListeners.add(listener);
      if (lastView !== null) listener(lastView);
      return () => viewListeners.delete(listener);
    },
    onLink(listener) {
      linkListeners.add(listener);
      listener(up);
      return () => linkListeners.delete(listener);
    },
    send(command) {
      if (!up) return Promise.resolve(UNREACHABLE);
      const id = nextId++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        pipe.post({ id, ...command });
      });
    },
  };
}

/** The host is trusted with its content, not with its shape: a frame of neither kind is left alone. */
function readFrame<V extends ScreenView>(frame: unknown): HostFrame<V> | null {
  if (typeof frame !== 'object' || frame === null) return null;
  if ('view' in frame && typeof frame.view === 'object') return frame as HostFrame<V>;
  if ('re' in frame && typeof frame.re === 'number' && 'ok' in frame) return frame as HostFrame<V>;
  return null;
}
