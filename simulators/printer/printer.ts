/** A receipt printer below the transport: takes bytes, answers bytes, gives receipts; its faults are set by name. */
import type { Timers } from '../../gateway/kernel/time.ts';
import type { Command, ReadCommand } from './commands.ts';
import { EscPosParser } from './escpos-parser.ts';
import { Mechanism, type MechanismOptions } from './mechanism.ts';
import type { DrawerKick, Receipt } from './paper.ts';
import {
  changedClasses,
  identityBytes,
  isBlocked,
  type PrinterCondition,
  statusBackBytes,
  statusByte,
  statusInTurnByte,
} from './status.ts';

/** `slow` prints at 200 bytes a second; `dead` swallows everything and says nothing; `offline_mid_job` goes off line
 *  when the next line is about to be printed. */
export const PRINTER_FAULTS = [
  'paper_near_end',
  'paper_end',
  'cover_open',
  'offline',
  'offline_mid_job',
  'cutter',
  'slow',
  'dead',
] as const;
export type PrinterFaultName = (typeof PRINTER_FAULTS)[number];

export interface PrinterOptions extends MechanismOptions {
  /** Without a cutter the paper is torn off when nothing has come for a while. */
  readonly cutter: boolean;
  readonly tearAfterMs?: number;
  readonly slowBytesPerSecond?: number;
}

export interface PrinterLink {
  receive(bytes: Uint8Array): void;
  close(): void;
}

interface Waiting {
  readonly read: ReadCommand;
  readonly from: Session;
}
interface Session {
  readonly parser: EscPosParser;
  readonly send: (bytes: Uint8Array) => void;
  statusClasses: number;
}

/** A host that goes on sending to a printer that has stopped is held back here. */
export const HELD_LIMIT_BYTES = 65_536;

export class PrinterSimulator {
  readonly #options: PrinterOptions;
  readonly #timers: Timers;
  readonly #mechanism: Mechanism;
  readonly #faults = new Set<PrinterFaultName>();
  readonly #sessions = new Set<Session>();
  readonly #receiptListeners = new Set<(receipt: Receipt) => void>();
  readonly #drawerListeners = new Set<(kick: DrawerKick) => void>();
  readonly #changeListeners = new Set<() => void>();
  #waiting: Waiting[] = [];
  #heldBytes = 0;
  #drawerOpen = false;
  #working = false;
  #stopTear: () => void = () => {};

  constructor(options: PrinterOptions, timers: Timers) {
    this.#options = options;
    this.#timers = timers;
    this.#mechanism = new Mechanism(options);
  }

  /** `send` carries the printer's answers to the host of this link. */
  connect(send: (bytes: Uint8Array) => void): PrinterLink {
    const session: Session = { parser: new EscPosParser(), send, statusClasses: 0 };
    this.#sessions.add(session);
    return {
      receive: (bytes) => this.#receive(session, bytes),
      close: () => this.#sessions.delete(session),
    };
  }

  get faults(): readonly PrinterFaultName[] {
    return PRINTER_FAULTS.filter((name) => this.#faults.has(name));
  }

  setFault(name: PrinterFaultName, on: boolean): void {
    this.#change(() => (on ? this.#faults.add(name) : this.#faults.delete(name)));
    this.#work();
  }

  get drawerOpen(): boolean {
    return this.#drawerOpen;
  }

  shutDrawer(): void {
    this.#change(() => {
      this.#drawerOpen = false;
    });
  }

  /** True while the printer cannot take more; a link should stop reading. */
  get full(): boolean {
    return this.#heldBytes > HELD_LIMIT_BYTES;
  }

  onReceipt(listener: (receipt: Receipt) => void): () => void {
    this.#receiptListeners.add(listener);
    return () => this.#receiptListeners.delete(listener);
  }

  onDrawer(listener: (kick: DrawerKick) => void): () => void {
    this.#drawerListeners.add(listener);
    return () => this.#drawerListeners.delete(listener);
  }

  /** Faults, drawer or room for more bytes changed. */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  condition(): PrinterCondition {
    const has = (name: PrinterFaultName): boolean => this.#faults.has(name);
    return {
      coverOpen: has('cover_open'),
      paper: has('paper_end') ? 'end' : has('paper_near_end') ? 'near_end' : 'ok',
      offline: has('offline'),
      cutterError: has('cutter'),
      drawerOpen: this.#drawerOpen,
    };
  }

  close(): void {
    this.#stopTear();
    this.#sessions.clear();
    this.#waiting = [];
  }

  #receive(session: Session, bytes: Uint8Array): void {
    if (this.#faults.has('dead') || !this.#sessions.has(session)) return;
    this.#stopTear();
    for (const read of session.parser.push(bytes)) {
      if (read.command.kind === 'statusNow')
        session.send(Uint8Array.of(statusByte(read.command.which, this.condition())));
      else if (read.command.kind === 'recover') this.#recover(read.command.clear);
      else if (read.command.kind === 'drawerNow') this.#pulseNow(read.command);
      else {
        this.#waiting.push({ read, from: session });
        this.#heldBytes += read.length;
      }
    }
    this.#work();
    if (!this.#options.cutter && this.#mechanism.hasPaper)
      this.#stopTear = this.#timers.after(this.#options.tearAfterMs ?? 1_500, () => this.#tear());
  }

  /** Goes on with what waits, unless it must stop or is at it already. */
  #work(): void {
    if (this.#working) return;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || isBlocked(this.condition()) || this.#faults.has('dead')) return;
      if (this.#faults.has('slow')) {
        this.#working = true;
        const pace = this.#options.slowBytesPerSecond ?? 200;
        this.#timers.after(Math.ceil((next.read.length * 1_000) / pace), () => {
          this.#working = false;
          this.#runNext();
          this.#work();
        });
        return;
      }
      this.#runNext();
    }
  }

  #runNext(): void {
    const next = this.#waiting[0];
    if (next === undefined || isBlocked(this.condition())) return;
    if (next.read.command.kind === 'lineFeed' && this.#faults.has('offline_mid_job')) {
      this.#change(() => this.#faults.delete('offline_mid_job') && this.#faults.add('offline'));
      return;
    }
    this.#waiting.shift();
    const wasFull = this.full;
    this.#heldBytes -= next.read.length;
    this.#run(next.read.command, next.from);
    if (wasFull && !this.full) this.#change(() => {});
  }

  #run(command: Command, session: Session): void {
    switch (command.kind) {
      case 'statusBack':
        session.statusClasses = command.classes;
        if (command.classes !== 0) session.send(statusBackBytes(this.condition()));
        return;
      case 'statusInTurn': {
        const answer = statusInTurnByte(command.which, this.condition());
        if (answer !== null) session.send(Uint8Array.of(answer));
        return;
      }
      case 'identify': {
        const answer = identityBytes(command.which);
        if (answer !== null) session.send(answer);
        return;
      }
      default:
        this.#print(command);
    }
  }

  #print(command: Command): void {
    const effective =
      command.kind === 'cut' && !this.#options.cutter ? { kind: 'noEffect' as const } : command;
    const receipt = this.#mechanism.run(effective);
    if (receipt !== null) for (const listener of this.#receiptListeners) listener(receipt);
    if (command.kind === 'drawer') this.#kick(command);
  }

  /** Heard without paper and under an open cover, not in an error. It belongs to no receipt. */
  #pulseNow({ pin, onMs, offMs }: DrawerKick): void {
    if (!this.condition().cutterError) this.#kick({ pin, onMs, offMs });
  }

  #kick(kick: DrawerKick): void {
    for (const listener of this.#drawerListeners) listener(kick);
    // A pulse too short to move the bolt leaves the drawer shut.
    if (kick.onMs >= 20)
      this.#change(() => {
        this.#drawerOpen = true;
      });
  }

  #tear(): void {
    const receipt = this.#mechanism.tear();
    if (receipt !== null) for (const listener of this.#receiptListeners) listener(receipt);
  }

  #recover(clear: boolean): void {
    if (clear) {
      this.#waiting = [];
      this.#heldBytes = 0;
    }
    this.setFault('cutter', false);
  }

  #change(change: () => unknown): void {
    const before = this.condition();
    change();
    const changed = changedClasses(before, this.condition());
    for (const session of this.#faults.has('dead') ? [] : this.#sessions)
      if ((changed & session.statusClasses) !== 0) session.send(statusBackBytes(this.condition()));
    for (const listener of this.#changeListeners) listener();
  }
}
