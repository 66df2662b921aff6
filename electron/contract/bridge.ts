/** What a screen finds of its host, whichever way it is connected. Frames are those of commands.ts.
 *
 *  Under Electron the preload puts a ScreenBridge on `window.amur`. When served, the screen opens a WebSocket on its own
 *  origin at `/cashier` or `/customer` and sends `{ token }` (the page's `?token=`) as its first message. */
import type { CashierView, CustomerView } from './view.ts';

export interface ScreenBridge {
  /** One frame to the host, as a plain object. A customer's display has no use for it. */
  post(frame: unknown): void;
  /** Every frame from the host, from the moment of the call; the host pushes the current view on each new listener. */
  onFrame(listener: (frame: unknown) => void): () => void;
}

export type ReplyFrame =
  | { readonly re: number; readonly ok: true; readonly result: unknown }
  | {
      readonly re: number;
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly facts: Readonly<Record<string, string | number | boolean>>;
      };
    };

export type HostFrame<V extends CashierView | CustomerView> = ReplyFrame | { readonly view: V };
