/** The other end of a bank link in the test's hands: it signs on, takes keys and approves by itself, and anything else on
 *  command. Written from docs/bank-link.md with the codec, and none of the link's own files. In memory, on the world's time. */

import type { Dial, DialHandlers } from '../../../gateway/banks/dial.ts';
import { pack, unpack } from '../../../gateway/iso8583/codec.ts';
import { FrameReader, frame } from '../../../gateway/iso8583/frame.ts';
import { appendMac, macInput, packForMac } from '../../../gateway/iso8583/mac-input.ts';
import { type FieldValue, type IsoMessage, isoMessage, textOf } from '../../../gateway/iso8583/message.ts';
import { firstMti, responseMti } from '../../../gateway/iso8583/mti.ts';
import type { Spec } from '../../../gateway/iso8583/spec.ts';
import type { UnpackedMessage } from '../../../gateway/iso8583/unpacked-message.ts';
import type { Timers } from '../../../gateway/kernel/time.ts';
import type { Hsm } from '../../../gateway/keys/hsm.ts';

type Values = Readonly<Record<number, FieldValue | undefined>>;

export interface BankRules {
  readonly spec: Spec;
  readonly hsm: Hsm;
  readonly timers: Timers;
  readonly macPadding?: 1 | 2;
}

export class Line {
  readonly handlers: DialHandlers;
  readonly bank: ScriptedBank;
  readonly #reader = new FrameReader(65_535);
  /** The bank neither reads nor writes any more, and says nothing of it. */
  halfOpen = false;
  open = false;
  choked = 0;

  constructor(bank: ScriptedBank, handlers: DialHandlers) {
    this.bank = bank;
    this.handlers = handlers;
  }

  accept(): void {
    this.open = true;
    const choked = (): number => this.choked;
    this.handlers.onOpen({
      get queuedBytes() {
        return choked();
      },
      write: (bytes) => {
        if (!this.open) return false;
        const copy = Buffer.from(bytes);
        bytes.fill(0);
        this.bank.rules.timers.after(1, () => this.#arrive(copy));
        return true;
      },
      terminate: () => this.cut(null),
    });
  }

  send(bytes: Uint8Array): void {
    this.bank.rules.timers.after(1, () => {
      if (this.open && !this.halfOpen) this.handlers.onBytes(bytes);
    });
  }

  cut(cause: string | null): void {
    if (!this.open) return;
    this.open = false;
    this.bank.lines.delete(this);
    this.bank.rules.timers.after(0, () => this.handlers.onClosed(cause));
  }

  #arrive(bytes: Uint8Array): void {
    if (!this.open || this.halfOpen) return;
    for (const packed of this.#reader.push(bytes)) this.bank.take(this, packed);
  }
}

export class ScriptedBank {
  readonly rules: BankRules;
  readonly lines = new Set<Line>();
  readonly received: UnpackedMessage[] = [];
  /** Packed bytes of everything that came, in order. */
  readonly packed: Uint8Array[] = [];
  /** Bank's keys by kind: the current and the one before, as blocks under its own HSM. */
  readonly keys: Record<'ZPK' | 'ZAK', { block: string; kcv: string }[]> = { ZPK: [], ZAK: [] };
  refusesDial = false;
  dials = 0;
  /** Called for what would be answered; true when the script has dealt with it. */
  script: (line: Line, message: UnpackedMessage) => boolean = () => false;
  /** Data elements added to, or (undefined) taken out of, answers to requests and advices. */
  answerWith: (message: UnpackedMessage) => Values = () => ({});

  constructor(rules: BankRules) {
    this.rules = rules;
  }

  readonly dial: Dial = (handlers) => {
    this.dials += 1;
    const line = new Line(this, handlers);
    this.rules.timers.after(1, () => {
      if (this.refusesDial) return handlers.onClosed('ECONNREFUSED');
      this.lines.add(line);
      line.accept();
    });
    return () => line.cut(null);
  };

  get line(): Line {
    for (const line of this.lines) return line;
    throw new Error('There is no connection.');
  }

  of(mti: string): readonly UnpackedMessage[] {
    return this.received.filter((message) => message.mti === mti);
  }

  network(code: string): readonly UnpackedMessage[] {
    return this.of('0800').filter((message) => message.fields[70] === code);
  }

  take(line: Line, packed: Uint8Array): void {
    const message = unpack(this.rules.spec, packed);
    this.received.push(message);
    this.packed.push(packed);
    if (this.script(line, message)) return;
    if (message.mti === '0800') this.#network(line, message);
    else if (message.mti !== '0810') this.answer(line, message);
  }

  /** The usual answer: what is repeated, 00 and an authorisation code, with a MAC. */
  answer(line: Line, message: UnpackedMessage, extra: Values = {}): void {
    line.send(this.answerTo(message, extra));
  }

  answerTo(message: UnpackedMessage, extra: Values = {}): Uint8Array {
    const repeated: Record<number, FieldValue | undefined> = { 39: '00' };
    for (const de of [3, 4, 7, 11, 15, 37, 41, 42, 49, 50]) repeated[de] = message.fields[de];
    if (message.mti[1] === '5') repeated[66] = '1';
    else repeated[38] = 'A1B2C3';
    const values = { ...repeated, ...this.answerWith(message), ...extra };
    return this.sealed(isoMessage(responseMti(firstMti(message.mti)), values));
  }

  sealed(message: IsoMessage, zak = this.keys.ZAK[0]): Uint8Array {
    const body = packForMac(this.rules.spec, message);
    if (zak === undefined) throw new Error('There is no ZAK.');
    const mac = this.rules.hsm.generateMac({
      key: { kind: 'fixed', key: zak.block },
      direction: 'request',
      data: body,
      padding: this.rules.macPadding ?? 1,
    });
    return frame(appendMac(body, mac));
  }

  bare(message: IsoMessage): Uint8Array {
    return frame(pack(this.rules.spec, message));
  }

  macGood(message: UnpackedMessage): boolean {
    const { body, mac } = macInput(this.rules.spec, message.bytes);
    return this.keys.ZAK.some(({ block }) =>
      this.rules.hsm.verifyMac({ key: { kind: 'fixed', key: block }, direction: 'request', data: body, mac }),
    );
  }

  /** A key of the bank's own making, as an 0800/101; the gateway's answer makes it current. */
  offer(line: Line, kind: 'ZPK' | 'ZAK', stan: string): { block: string; kcv: string } {
    const attributes =
      kind === 'ZPK'
        ? { usage: 'P0', algorithm: 'T', modeOfUse: 'B', bytes: 16, exportability: 'E' }
        : { usage: 'M6', algorithm: 'A', modeOfUse: 'C', bytes: 16, exportability: 'E' };
    const { key, kcv } = this.rules.hsm.generateKey(attributes);
    const { block } = this.rules.hsm.exportKey({ key, under: 'bank.zmk' });
    const text = element('KN', kind) + element('KB', block) + element('KC', kcv);
    const message = isoMessage('0800', { 7: '1122060000', 11: stan, 48: text, 70: '101' });
    line.send(this.keys.ZAK.length === 0 ? this.bare(message) : this.sealed(message));
    return { block: key, kcv };
  }

  #network(line: Line, message: UnpackedMessage): void {
    const code = textOf(message, 70);
    const repeated = { 7: message.fields[7], 11: message.fields[11], 39: '00', 70: code };
    if (code !== '101') {
      line.send(this.bare(isoMessage('0810', repeated)));
      return;
    }
    const before = this.keys.ZAK[0];
    const { KN, KB, KC } = elements(textOf(message, 48) ?? '');
    const kind = KN === 'ZPK' ? 'ZPK' : 'ZAK';
    const usage = kind === 'ZPK' ? 'P0' : ({ A: 'M6', T: 'M3' }[KB?.charAt(7) ?? ''] ?? '');
    const known = this.rules.hsm.importKey({
      block: KB ?? '',
      under: 'bank.zmk',
      expect: { usage },
      kcv: KC ?? '',
    });
    if (this.keys[kind][0]?.kcv !== known.kcv)
      this.keys[kind] = [{ block: known.key, kcv: known.kcv }, ...this.keys[kind]].slice(0, 2);
    const answer = isoMessage('0810', { ...repeated, 48: element('KN', kind) + element('KC', known.kcv) });
    line.send(before === undefined ? this.bare(answer) : this.sealed(answer, before));
  }
}

export function element(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(3, '0')}${value}`;
}

export function elements(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < text.length; ) {
    const length = Number(text.slice(at + 2, at + 5));
    found[text.slice(at, at + 2)] = text.slice(at + 5, at + 5 + length);
    at += 5 + length;
  }
  return found;
}
