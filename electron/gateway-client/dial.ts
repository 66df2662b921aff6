/** One connection to the gateway, under the link: what the link needs of a socket and nothing more. The real one is
 *  `dialTls`; the seeded world brings its own. */

export interface DialledSocket {
  /** Keying material of this very TLS connection, as both ends derive it. */
  readonly exporter: Uint8Array;
  /** True when the bytes were handed to the socket; false when it was no longer open and nothing was. */
  send(frame: string | Uint8Array): boolean;
  ping(): void;
  /** Ends at once; `onClosed` follows. */
  terminate(): void;
}

export interface DialHandlers {
  onOpen(socket: DialledSocket): void;
  onFrame(data: Uint8Array): void;
  /** A binary frame: a packed card message. */
  onCardFrame(data: Uint8Array): void;
  /** A ping or pong came: the other side lives. */
  onAlive(): void;
  /** Once, whether or not the connection ever opened. `code` is the WebSocket's, `cause` names a failure. */
  onClosed(code: number, cause: string | null): void;
}

/** Starts connecting; returns the way to give it up before it is open. Calls no handler before it has returned. */
export type Dial = (handlers: DialHandlers) => () => void;
