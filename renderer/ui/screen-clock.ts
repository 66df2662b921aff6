/** Time as a screen needs it: elapsed time that never jumps, and timers. The page's entry passes the browser's. */
export interface ScreenClock {
  /** Milliseconds since some fixed moment; unaffected by corrections of the wall clock. */
  elapsedMs(): number;
  /** Calls `run` once after the delay unless cancelled. */
  after(delayMs: number, run: () => void): () => void;
}
