/** Questions and answers over a printer's link: real-time status in turn, and marks behind jobs.
 *
 *  A mark may be answered long after its job was given up (the paper was changed), so unanswered marks are counted and
 *  an answer never counts for a job it does not belong to. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { Transport } from '../contract/device.ts';
import type { PrinterStatus } from '../contract/printer.ts';
import {
  ASK_ERROR_CAUSE,
  ASK_OFFLINE_CAUSE,
  ASK_PAPER,
  ASK_PRINTER,
  classify,
  MARK,
  needsErrorCause,
  readStatus,
} from './status.ts';

export interface StatusLine {
  /** Null when the printer did not answer every question in time. One caller at a time. */
  ask(): Promise<PrinterStatus | null>;
  /** Sends a mark behind whatever was written before. */
  mark(): Promise<void>;
  /** True once every mark sent was answered, false after `waitMs` or when the link was lost meanwhile. */
  marksAnswered(waitMs: number): Promise<boolean>;
  readonly openMarks: number;
  /** Changes with every loss of the link: an answer of one link says nothing about a job of another. */
  readonly generation: number;
  /** Gives up on marks a printer forgot while it was off. */
  forgetMarks(): void;
  /** After a lost link nothing asked before will be answered. */
  reset(): void;
  close(): void;
}

/** Longer than any printer pauses between two real-time answers it owes. */
const QUIET_MS = 200;

export interface StatusLineOptions {
  readonly answerTimeoutMs: number;
  readonly hasDrawer: boolean;
}

export function statusLine(transport: Transport, runtime: Runtime, options: StatusLineOptions): StatusLine {
  let openMarks = 0;
  let generation = 0;
  /** A question ran out of time: its answer may still come and must not be taken for the answer to another. */
  let answerOwed = false;
  let onRealTime: ((byte: number) => void) | null = null;
  const markWaiters = new Set<() => void>();

  const stopListening = transport.onData((bytes) => {
    for (const byte of bytes) {
      const kind = classify(byte);
      if (kind === 'real_time') onRealTime?.(byte);
      if (kind === 'mark' && openMarks > 0) {
        openMarks -= 1;
        for (const waiter of [...markWaiters]) waiter();
      }
    }
  });

  async function question(bytes: Uint8Array): Promise<number | null> {
    const answer = new Promise<number | null>((resolve) => {
      const cancel = runtime.timers.after(options.answerTimeoutMs, () => {
        answerOwed = true;
        resolve(null);
      });
      onRealTime = (byte) => {
        cancel();
        resolve(byte);
      };
    });
    await transport.write(bytes).catch(() => undefined);
    const byte = await answer;
    onRealTime = null;
    return byte;
  }

  /** Lets late answers run out: asks once and waits for silence. False when nothing answered at all. */
  async function settle(): Promise<boolean> {
    const heard = await new Promise<boolean>((resolve) => {
      let any = false;
      let cancel = runtime.timers.after(options.answerTimeoutMs, () => resolve(false));
      onRealTime = () => {
        any = true;
        cancel();
        cancel = runtime.timers.after(QUIET_MS, () => resolve(any));
      };
      transport.write(ASK_PRINTER).catch(() => undefined);
    });
    onRealTime = null;
    if (heard) answerOwed = false;
    return heard;
  }

  async function ask(): Promise<PrinterStatus | null> {
    if (answerOwed && !(await settle())) return null;
    const printer = await question(ASK_PRINTER);
    if (printer === null) return null;
    const offlineCause = await question(ASK_OFFLINE_CAUSE);
    if (offlineCause === null) return null;
    const paper = await question(ASK_PAPER);
    if (paper === null) return null;
    const errorCause = needsErrorCause({ offlineCause }) ? await question(ASK_ERROR_CAUSE) : null;
    return readStatus({ printer, offlineCause, errorCause, paper }, options.hasDrawer);
  }

  async function mark(): Promise<void> {
    openMarks += 1;
    await transport.write(MARK).catch(() => undefined);
  }

  async function marksAnswered(waitMs: number): Promise<boolean> {
    const asked = generation;
    if (openMarks === 0) return true;
    return new Promise((resolve) => {
      const done = (result: boolean): void => {
        cancel();
        markWaiters.delete(check);
        resolve(result);
      };
      const check = (): void => {
        if (generation !== asked) done(false);
        else if (openMarks === 0) done(true);
      };
      const cancel = runtime.timers.after(waitMs, () => done(false));
      markWaiters.add(check);
    });
  }

  return {
    ask,
    mark,
    marksAnswered,
    get openMarks() {
      return openMarks;
    },
    get generation() {
      return generation;
    },
    forgetMarks: () => {
      openMarks = 0;
    },
    reset: () => {
      openMarks = 0;
      answerOwed = false;
      generation += 1;
      for (const waiter of [...markWaiters]) waiter();
    },
    close: stopListening,
  };
}
