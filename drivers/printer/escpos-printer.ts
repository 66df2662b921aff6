/** An ESC/POS receipt printer over any transport.
 *
 *  A job is: status, bytes, mark, status. `printed` is said only when the mark behind the job came back and the status
 *  read after it is clean; a write that succeeded proves nothing. While a mark is awaited the printer is asked in real
 *  time what holds it up, so an open cover is known in a second, not at the deadline. A fault is a result, never an
 *  exception; only a receipt that cannot be built throws, before any byte leaves.
 *
 *  The drawer does not wait for paper: money is in the hand. Where a cash receipt cannot be printed for want of paper
 *  or for an open cover, its drawer opens all the same, once for that receipt while this driver is open. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { DeviceState, Transport } from '../contract/device.ts';
import type {
  PrinterFault,
  PrinterStatus,
  PrintResult,
  ReceiptDoc,
  ReceiptPrinter,
} from '../contract/printer.ts';
import { encodeDrawer, encodeDrawerNow, encodeReceipt } from './encode.ts';
import type { EscposProfile } from './profile.ts';
import { NO_UNASKED_STATUS } from './status.ts';
import { type StatusLine, statusLine } from './status-line.ts';

export interface EscposPrinterOptions {
  readonly answerTimeoutMs: number;
  /** How long a mark is awaited before the printer is asked what holds it up. */
  readonly markWaitMs: number;
  /** The longest a job may take from its last byte to its mark, beside the time its paper takes to come out. */
  readonly jobTimeoutMs: number;
  readonly idlePollMs: number;
  readonly readyWaitMs: number;
}

export const ESCPOS_PRINTER_DEFAULTS: EscposPrinterOptions = {
  answerTimeoutMs: 1_500,
  markWaitMs: 500,
  jobTimeoutMs: 30_000,
  idlePollMs: 2_000,
  readyWaitMs: 2_000,
};

/** Jobs beyond this are refused rather than kept for paper nobody will want by then. */
const MOST_WAITING_JOBS = 50;

/** A slow 58 mm printer sets a line of some forty bytes in about as many milliseconds, long after they left us. */
const PAPER_MS_PER_BYTE = 1;

export function openEscposPrinter(
  transport: Transport,
  profile: EscposProfile,
  runtime: Runtime,
  options: EscposPrinterOptions = ESCPOS_PRINTER_DEFAULTS,
): ReceiptPrinter {
  return new EscposPrinter(transport, profile, runtime, options);
}

class EscposPrinter implements ReceiptPrinter {
  readonly #transport: Transport;
  readonly #profile: EscposProfile;
  readonly #runtime: Runtime;
  readonly #options: EscposPrinterOptions;
  readonly #line: StatusLine;
  readonly #stateListeners = new Set<(state: DeviceState) => void>();
  readonly #statusListeners = new Set<(status: PrinterStatus) => void>();
  readonly #firstByteListeners = new Set<() => void>();
  readonly #stopTransport: () => void;
  #state: DeviceState;
  #status: PrinterStatus | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #cancelPoll: () => void = () => undefined;
  #closed = false;
  /** The receipt whose drawer was opened without its paper; printed again, it is paper only. */
  #openedFor: Uint8Array | null = null;

  constructor(transport: Transport, profile: EscposProfile, runtime: Runtime, options: EscposPrinterOptions) {
    this.#transport = transport;
    this.#profile = profile;
    this.#runtime = runtime;
    this.#options = options;
    this.#state = transport.state === 'ready' ? 'opening' : transport.state;
    this.#line = statusLine(transport, runtime, {
      answerTimeoutMs: options.answerTimeoutMs,
      hasDrawer: profile.drawer !== null,
    });
    this.#stopTransport = transport.onState((state) => this.#transportChanged(state));
    if (transport.state === 'ready') this.#transportChanged('ready');
  }

  get state(): DeviceState {
    return this.#state;
  }

  get status(): PrinterStatus | null {
    return this.#status;
  }

  onState(listener: (state: DeviceState) => void): () => void {
    return subscribe(this.#stateListeners, listener);
  }

  onStatus(listener: (status: PrinterStatus) => void): () => void {
    return subscribe(this.#statusListeners, listener);
  }

  onFirstByte(listener: () => void): () => void {
    return subscribe(this.#firstByteListeners, listener);
  }

  async print(doc: ReceiptDoc): Promise<PrintResult> {
    const bytes = encodeReceipt(doc, this.#profile);
    return this.#enqueue(() => (doc.openDrawer ? this.#printAndOpen(doc, bytes) : this.#job(bytes)));
  }

  async openDrawer(): Promise<PrintResult> {
    const bytes = encodeDrawer(this.#profile);
    return this.#enqueue(() => this.#job(bytes, (fault) => this.#openWithoutPaper(bytes, fault)));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPoll();
    this.#stopTransport();
    this.#line.close();
    this.#stateListeners.clear();
    this.#statusListeners.clear();
    this.#firstByteListeners.clear();
    await this.#transport.close();
  }

  #enqueue(job: () => Promise<PrintResult>): Promise<PrintResult> {
    if (this.#closed || this.#waiting >= MOST_WAITING_JOBS) return Promise.resolve(failed('offline', false));
    return this.#inTurn(job);
  }

  /** Jobs and polls share one line of questions, so they take turns. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#tail.then(work).finally(() => {
      this.#waiting -= 1;
      this.#schedulePoll();
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #printAndOpen(doc: ReceiptDoc, bytes: Uint8Array): Promise<PrintResult> {
    if (this.#openedFor === null || Buffer.compare(this.#openedFor, bytes) !== 0)
      return this.#job(bytes, (fault) => this.#openInstead(bytes, fault));
    const result = await this.#job(encodeReceipt({ ...doc, openDrawer: false }, this.#profile));
    if (result.kind === 'printed') this.#openedFor = null;
    return result;
  }

  /** Opens the drawer of a receipt that cannot be printed now. A pulse kept until there is paper would come twice. */
  async #openInstead(receipt: Uint8Array, fault: PrinterFault): Promise<PrintResult> {
    const pulse = encodeDrawerNow(this.#profile);
    if (pulse !== null && (await this.#write(pulse))) this.#openedFor = receipt;
    return failed(fault, false);
  }

  /** A model without a pulse in real time is sent the other one, of which nobody can say when it comes. */
  async #openWithoutPaper(inTurn: Uint8Array, fault: PrinterFault): Promise<PrintResult> {
    const pulse = encodeDrawerNow(this.#profile);
    const { generation } = this.#line;
    if (!(await this.#send(pulse ?? inTurn))) return failed('offline', true);
    if (pulse === null) return failed(fault, true);
    const after = await this.#readStatus();
    if (this.#line.generation !== generation) return failed('offline', true);
    if (after === null) return failed('no_answer', true);
    return after.fault === null || wantsPaper(after.fault) ? { kind: 'printed' } : failed(after.fault, true);
  }

  /** `withoutPaper` is what is done instead when only paper or a shut cover is wanting. */
  async #job(
    bytes: Uint8Array,
    withoutPaper: (fault: PrinterFault) => Promise<PrintResult> = async (fault) => failed(fault, false),
  ): Promise<PrintResult> {
    if (!(await this.#becameReady())) return failed('offline', false);
    if (!this.#profile.statusBack) return this.#blindJob(bytes);
    const before = await this.#readStatus();
    if (before === null) return failed('no_answer', false);
    if (before.fault !== null)
      return wantsPaper(before.fault) ? withoutPaper(before.fault) : failed(before.fault, false);
    if (this.#line.openMarks > 0 && !(await this.#settleOldMarks())) return failed('no_answer', false);
    const { generation } = this.#line;
    if (!(await this.#send(bytes))) return failed('offline', true);
    return this.#awaitMark(generation, this.#options.jobTimeoutMs + bytes.length * PAPER_MS_PER_BYTE);
  }

  /** A profile without status back says so itself: then a finished write is all that can be known. */
  async #blindJob(bytes: Uint8Array): Promise<PrintResult> {
    return (await this.#send(bytes)) ? { kind: 'printed' } : failed('offline', true);
  }

  async #awaitMark(generation: number, withinMs: number): Promise<PrintResult> {
    const deadline = this.#runtime.clock.now() + withinMs;
    await this.#line.mark();
    while (!(await this.#line.marksAnswered(this.#options.markWaitMs))) {
      if (this.#line.generation !== generation) return failed('offline', true);
      const status = await this.#readStatus();
      if (status !== null && status.fault !== null) return failed(status.fault, true);
      if (this.#runtime.clock.now() >= deadline) return failed('no_answer', true);
    }
    const after = await this.#readStatus();
    if (this.#line.generation !== generation) return failed('offline', true);
    if (after === null) return failed('no_answer', true);
    return after.fault === null ? { kind: 'printed' } : failed(after.fault, true);
  }

  /** Answers to the marks of jobs given up may still come; a printer that was switched off meanwhile forgot them. */
  async #settleOldMarks(): Promise<boolean> {
    const owed = this.#line.openMarks;
    await this.#line.mark();
    if (await this.#line.marksAnswered(this.#options.answerTimeoutMs)) return true;
    if (this.#line.openMarks > owed) return false;
    this.#line.forgetMarks();
    return true;
  }

  async #send(bytes: Uint8Array): Promise<boolean> {
    const written = this.#write(bytes);
    for (const listener of [...this.#firstByteListeners]) listener();
    return written;
  }

  #write(bytes: Uint8Array): Promise<boolean> {
    return this.#transport.write(bytes).then(
      () => true,
      () => false,
    );
  }

  async #readStatus(): Promise<PrinterStatus | null> {
    const status = await this.#line.ask();
    if (this.#closed) return status;
    if (status === null) {
      if (this.#transport.state === 'ready') {
        this.#setStatus(NO_ANSWER);
        this.#setState('faulted');
      }
      return null;
    }
    this.#setStatus(status);
    if (this.#transport.state === 'ready') this.#setState('ready');
    return status;
  }

  async #becameReady(): Promise<boolean> {
    if (this.#transport.state === 'opening') {
      await new Promise<void>((resolve) => {
        const cancel = this.#runtime.timers.after(this.#options.readyWaitMs, () => done());
        const stop = this.#transport.onState(() => done());
        const done = (): void => {
          cancel();
          stop();
          resolve();
        };
      });
    }
    return this.#transport.state === 'ready' && !this.#closed;
  }

  #transportChanged(state: DeviceState): void {
    if (state === 'ready') {
      if (!this.#profile.statusBack) this.#setState('ready');
      else void this.#inTurn(() => this.#greet());
      return;
    }
    this.#line.reset();
    this.#cancelPoll();
    this.#status = null;
    this.#setState(state);
  }

  async #greet(): Promise<void> {
    await this.#transport.write(NO_UNASKED_STATUS).catch(() => undefined);
    if (this.#transport.state === 'ready') await this.#readStatus();
  }

  #schedulePoll(): void {
    this.#cancelPoll();
    if (this.#closed || !this.#profile.statusBack || this.#transport.state !== 'ready') return;
    this.#cancelPoll = this.#runtime.timers.after(this.#options.idlePollMs, () => {
      // A waiting job asks for the status itself.
      if (this.#waiting > 0) return;
      void this.#inTurn(async () => {
        if (this.#transport.state === 'ready') await this.#readStatus();
      });
    });
  }

  #setState(state: DeviceState): void {
    if (this.#closed || state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }

  #setStatus(status: PrinterStatus): void {
    const before = this.#status;
    this.#status = status;
    if (before !== null && sameStatus(before, status)) return;
    for (const listener of [...this.#statusListeners]) listener(status);
  }
}

const NO_ANSWER: PrinterStatus = {
  online: false,
  paper: 'ok',
  coverOpen: false,
  drawerOpen: null,
  fault: 'no_answer',
};

function sameStatus(a: PrinterStatus, b: PrinterStatus): boolean {
  return (
    a.online === b.online &&
    a.paper === b.paper &&
    a.coverOpen === b.coverOpen &&
    a.drawerOpen === b.drawerOpen &&
    a.fault === b.fault
  );
}

function wantsPaper(fault: PrinterFault): boolean {
  return fault === 'paper_end' || fault === 'cover_open';
}

function failed(fault: PrinterFault, paperMayHaveIt: boolean): PrintResult {
  return { kind: 'failed', fault, paperMayHaveIt };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
