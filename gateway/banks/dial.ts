/** One connection to a bank's host, under the link: what the link needs of a socket and nothing more. The real one is
 *  `dialTcp`; the seeded world brings its own. */

export interface DialledSocket {
  /** The bytes are the socket's from here on and are overwritten with zeros once they have left it. True when they were
   *  handed over, so that some may leave; false when the socket was no longer open and none ever will. */
  write(bytes: Uint8Array): boolean;
  /** Handed over and not yet taken by the network. */
  readonly queuedBytes: number;
  /** Ends at once, behind what was written and the network takes without waiting; `onClosed` follows. */
  terminate(): void;
}

export interface DialHandlers {
  onOpen(socket: DialledSocket): void;
  /** Valid only during the call. */
  onBytes(bytes: Uint8Array): void;
  /** Once, whether or not the connection ever opened. `cause` names a failure, never quotes one. */
  onClosed(cause: string | null): void;
}

/** Starts connecting; returns the way to give it up before it is open. Calls no handler before it has returned. */
export type Dial = (handlers: DialHandlers) => () => void;
