/** Frames over a WebSocket on the page's own origin: the token first, then as over the bridge. Reopens by itself. */
import type { ScreenClock } from '../ui/screen-clock.ts';
import type { FramePipe } from './terminal-connection.ts';

const REOPEN_FIRST_MS = 250;
const REOPEN_MOST_MS = 4000;

export interface SocketPlace {
  /** `ws://127.0.0.1:8445/cashier` */
  readonly url: string;
  readonly token: string;
}

/** The place that belongs to a page: its origin, the role as the path, the token from its query. */
export function socketPlace(page: URL, role: 'cashier' | 'customer'): SocketPlace {
  const url = new URL(`/${role}`, page);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  return { url: url.href, token: page.searchParams.get('token') ?? '' };
}

export function socketPipe(place: SocketPlace, clock: ScreenClock): FramePipe {
  const frameListeners: ((frame: unknown) => void)[] = [];
  const linkListeners: ((up: boolean) => void)[] = [];
  let socket: WebSocket | null = null;
  let waitMs = REOPEN_FIRST_MS;

  const open = (): void => {
    const opened = new WebSocket(place.url);
    socket = opened;
    opened.onopen = () => {
      opened.send(JSON.stringify({ token: place.token }));
      for (const listener of linkListeners) listener(true);
    };
    opened.onmessage = (event: MessageEvent<unknown>) => {
      const frame = parse(event.data);
      if (frame === null) return;
      // Only a host that took the token sends anything, so the wait shrinks on a frame and not on an open socket.
      waitMs = REOPEN_FIRST_MS;
      for (const listener of frameListeners) listener(frame);
    };
    opened.onclose = () => {
      socket = null;
      for (const listener of linkListeners) listener(false);
      clock.after(waitMs, open);
      waitMs = Math.min(waitMs * 2, REOPEN_MOST_MS);
    };
  };
  open();

  return {
    post: (frame) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) => {
      frameListeners.push(listener);
    },
    onLink: (listener) => {
      linkListeners.push(listener);
      listener(socket?.readyState === WebSocket.OPEN);
    },
  };
}

function parse(data: unknown): unknown {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
