/** A PIN pad as a thing on the counter: its connector, its card slots and keys, its power. Frames go in and out; what it does
 *  with them is the engine's. Runs on any clock and any storage, so it stands in a process of its own or in a world of one. */
import type { PinPadIdentity } from '../../drivers/contract/pin-pad.ts';
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import type { VirtualCard } from './card-deck.ts';
import { PadEngine } from './engine.ts';
import { type Face, IDLE_FACE } from './face.ts';
import { PAD_FAULTS, type PadFault } from './faults.ts';
import { runCommand } from './host-commands.ts';
import type { PadStorage } from './pad-storage.ts';
import { PadSessions } from './sessions.ts';
import type { Pad } from './settings.ts';
import { Vault } from './vault.ts';
import { OPEN, readCommand } from './wire-commands.ts';
import { type FrameKind, FrameScanner, frameBytes, type PadFrame } from './wire-frame.ts';
import { promptObject, refusedReply } from './wire-replies.ts';

export interface PadPorts {
  readonly storage: PadStorage;
  readonly runtime: Runtime;
}

/** One cable. `cut` is called when the device drops it. */
export interface PadCable {
  readonly send: (bytes: Uint8Array) => void;
  readonly cut: () => void;
}

export interface PadLink {
  receive(bytes: Uint8Array): void;
  close(): void;
}

interface Link extends PadCable {
  readonly scanner: FrameScanner;
  cancelInterByte: CancelTimer;
}

const INTER_BYTE_MS = 300;
const NAK_SESSION = 1;
const NAK_STALE = 2;
const EVENT_PROMPT = 0x40;
const EVENT_STARTED = 0x41;

export class PinPadDevice {
  readonly #pad: Pad;
  readonly #ports: PadPorts;
  readonly #faults = new Set<PadFault>();
  readonly #links = new Set<Link>();
  readonly #faceListeners = new Set<(face: Face) => void>();
  readonly #plugListeners = new Set<(plugged: boolean) => void>();
  readonly #sessions = new PadSessions();
  #vault: Vault;
  #engine: PadEngine | null;
  #speaking: Link | null = null;
  #eventSequence = 0;
  #plugged = true;
  #cancelReboot: CancelTimer = () => undefined;
  #closed = false;

  /** Throws an Error for a memory or a key that cannot be read. */
  constructor(pad: Pad, ports: PadPorts) {
    this.#pad = pad;
    this.#ports = ports;
    this.#vault = this.#openVault();
    this.#engine = this.#startEngine(null);
  }

  get identity(): PinPadIdentity {
    const { serial, model, firmware } = this.#pad.settings;
    return { serial, model, firmware, keyScheme: this.#vault.scheme };
  }

  get cards(): readonly VirtualCard[] {
    return this.#pad.cards;
  }

  get face(): Face {
    return this.#engine?.face ?? IDLE_FACE;
  }

  /** The card that stands in the slot, by its name. */
  get inSlot(): string | null {
    return this.#engine?.slot?.card.name ?? null;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  /** False while it restarts. */
  get running(): boolean {
    return this.#engine !== null;
  }

  get faults(): readonly PadFault[] {
    return PAD_FAULTS.filter((fault) => this.#faults.has(fault));
  }

  onFace(listener: (face: Face) => void): () => void {
    this.#faceListeners.add(listener);
    return () => this.#faceListeners.delete(listener);
  }

  onPlug(listener: (plugged: boolean) => void): () => void {
    this.#plugListeners.add(listener);
    return () => this.#plugListeners.delete(listener);
  }

  /** Takes a cable; null while the device is unplugged. */
  connect(cable: PadCable): PadLink | null {
    if (!this.#plugged || this.#closed) return null;
    const link: Link = { ...cable, scanner: new FrameScanner(), cancelInterByte: () => undefined };
    this.#links.add(link);
    return {
      receive: (bytes) => this.#receive(link, bytes),
      close: () => this.#drop(link),
    };
  }

  /** False for an unknown card, and where the device does not take a card that way at this moment. */
  insert(card: string): boolean {
    return this.#present(card, 'insert');
  }

  tap(card: string): boolean {
    return this.#present(card, 'tap');
  }

  swipe(card: string): boolean {
    return this.#present(card, 'swipe');
  }

  remove(): void {
    this.#engine?.remove();
  }

  /** A key: a digit, `clear`, `cancel` or `enter`. */
  press(key: string): void {
    this.#engine?.press(key);
  }

  /** All digits and `enter`. */
  pressPin(digits: string): void {
    for (const digit of digits) this.press(digit);
    this.press('enter');
  }

  cancel(): void {
    this.press('cancel');
  }

  setFault(fault: PadFault, on: boolean): void {
    if (on) this.#faults.add(fault);
    else this.#faults.delete(fault);
    this.#tell();
  }

  /** The cable is pulled; the device itself has power still. */
  unplug(): void {
    this.#setPlugged(false);
    for (const link of [...this.#links]) this.#drop(link);
  }

  plug(): void {
    this.#setPlugged(true);
  }

  /** The power fails and comes back: what was not durable is gone. */
  reboot(): void {
    const slot = this.#engine?.slot ?? null;
    this.#engine?.stop();
    this.#engine = null;
    this.#sessions.forget();
    this.#cancelReboot();
    this.#tell();
    this.#cancelReboot = this.#ports.runtime.timers.after(this.#pad.settings.rebootMs, () => {
      this.#vault = this.#openVault();
      this.#engine = this.#startEngine(slot);
      const started = { session: 0, sequence: 0, code: EVENT_STARTED };
      for (const link of this.#links) this.#frame(link, 'event', started, Buffer.alloc(0));
      this.#tell();
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelReboot();
    this.#engine?.stop();
    for (const link of [...this.#links]) this.#drop(link);
    this.#faceListeners.clear();
    this.#plugListeners.clear();
  }

  #openVault(): Vault {
    return new Vault(this.#ports.storage, this.#pad.secrets, this.#ports.runtime.random);
  }

  #startEngine(slot: PadEngine['slot']): PadEngine {
    return new PadEngine(this.#pad.settings, this.#vault, this.#ports.runtime, () => this.#prompted(), slot);
  }

  #present(name: string, how: 'insert' | 'tap' | 'swipe'): boolean {
    const card = this.#pad.cards.find((each) => each.name === name);
    if (card === undefined || this.#engine === null) return false;
    return this.#engine.present(card, how);
  }

  #receive(link: Link, bytes: Uint8Array): void {
    if (!this.#links.has(link) || this.#faults.has('dead') || this.#engine === null) return;
    link.cancelInterByte();
    for (const frame of link.scanner.push(bytes)) this.#take(link, frame);
    this.#watch(link);
  }

  #watch(link: Link): void {
    if (!link.scanner.holds || !this.#links.has(link)) return;
    link.cancelInterByte = this.#ports.runtime.timers.after(INTER_BYTE_MS, () => {
      for (const frame of link.scanner.giveUp()) this.#take(link, frame);
      this.#watch(link);
    });
  }

  #take(link: Link, frame: PadFrame): void {
    const engine = this.#engine;
    if (frame.kind !== 'command' || engine === null) return;
    const before = this.#sessions.current;
    const verdict = this.#sessions.take(frame, frame.code === OPEN);
    // A host that begins anew has given up whatever it asked before: a step that still waits for the customer ends.
    if (this.#sessions.current !== before) engine.interrupt();
    this.#speaking = link;
    switch (verdict.kind) {
      case 'unknown_session':
        this.#frame(link, 'nak', frame, Buffer.of(NAK_SESSION));
        return;
      case 'stale':
        this.#frame(link, 'nak', frame, Buffer.of(NAK_STALE));
        return;
      case 'working':
        this.#frame(link, 'ack', frame, Buffer.alloc(0));
        return;
      case 'answered':
        this.#frame(link, 'reply', frame, verdict.reply);
        return;
      case 'new':
        this.#frame(link, 'ack', frame, Buffer.alloc(0));
        this.#carryOut(engine, frame);
    }
  }

  #carryOut(engine: PadEngine, frame: PadFrame): void {
    const command = readCommand(frame.code, frame.payload);
    if (command === null || command === 'unknown') {
      this.#reply(frame, refusedReply(command === null ? 'malformed' : 'unknown_command'));
      return;
    }
    const parts = { engine, vault: this.#vault, identity: () => this.identity };
    runCommand(parts, command, (reply) => this.#reply(frame, reply));
  }

  #reply(frame: PadFrame, reply: Buffer): void {
    if (!this.#faults.has('slow')) this.#answer(frame, reply);
    else this.#ports.runtime.timers.after(this.#pad.settings.slowMs, () => this.#answer(frame, reply));
  }

  #answer(frame: PadFrame, reply: Buffer): void {
    if (!this.#sessions.answered(frame.session, frame.sequence, reply)) return;
    if (this.#once('reboot_before_reply')) this.reboot();
    else this.#sendReply(frame, reply);
  }

  #sendReply(frame: PadFrame, reply: Buffer): void {
    const link = this.#speaking;
    if (link === null || !this.#links.has(link) || this.#sessions.current !== frame.session) return;
    if (this.#once('lose_next_reply')) return;
    if (this.#once('disconnect_before_reply')) {
      this.#drop(link);
      return;
    }
    const bytes = frameBytes({ ...frame, kind: 'reply', payload: reply });
    if (this.#once('drop_mid_frame')) {
      link.send(bytes.subarray(0, bytes.length >> 1));
      return;
    }
    if (this.#once('garbage')) link.send(Uint8Array.from([2, 0, 9, ...this.#ports.runtime.random.bytes(64)]));
    if (this.#once('corrupt_reply')) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x10;
    link.send(bytes);
  }

  #prompted(): void {
    const link = this.#speaking;
    const session = this.#sessions.current;
    if (link !== null && session !== null && this.#engine !== null && !this.#faults.has('dead')) {
      this.#eventSequence = (this.#eventSequence + 1) & 0xffff;
      const event = { session, sequence: this.#eventSequence, code: EVENT_PROMPT };
      this.#frame(link, 'event', event, promptObject(this.#engine.face.prompt));
    }
    this.#tell();
  }

  #frame(link: Link, kind: FrameKind, to: Omit<PadFrame, 'kind' | 'payload'>, payload: Buffer): void {
    if (this.#links.has(link)) link.send(frameBytes({ ...to, kind, payload }));
  }

  /** Whether a fault that happens once is due; it is over by that. */
  #once(fault: PadFault): boolean {
    const due = this.#faults.delete(fault);
    if (due) this.#tell();
    return due;
  }

  #drop(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.cancelInterByte();
    if (this.#speaking === link) this.#speaking = null;
    link.cut();
  }

  #setPlugged(plugged: boolean): void {
    if (this.#plugged === plugged) return;
    this.#plugged = plugged;
    for (const listener of [...this.#plugListeners]) listener(plugged);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#faceListeners]) listener(this.face);
  }
}
