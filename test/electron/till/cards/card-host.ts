/** The other end of the card messages: gateway and bank in one, keeping what was charged, answering by script. */

import { unpack } from '../../../../gateway/iso8583/codec.ts';
import { appendMac, macInput, packForMac } from '../../../../gateway/iso8583/mac-input.ts';
import { type IsoMessage, isoMessage, textOf } from '../../../../gateway/iso8583/message.ts';
import { firstMti, isRepeat, responseMti } from '../../../../gateway/iso8583/mti.ts';
import { parseOriginalData } from '../../../../gateway/iso8583/original-data.ts';
import { unpackCardData } from '../../../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import { type ErrorCode, isErrorCode } from '../../../../gateway/kernel/errors.ts';
import type { ScriptedLink } from '../scripted-link.ts';
import { macOf } from './scripted-pad.ts';

export type CardFate =
  | 'answer'
  | 'lose_request'
  | 'lose_answer'
  | 'bad_mac'
  | 'other_amount'
  | 'garbage'
  | 'link_down'
  /** Answered in text, by this code. */
  | ErrorCode;

export interface Charge {
  readonly name: string;
  readonly mti: string;
  readonly processingCode: string;
  readonly amount: string;
  readonly currency: string;
  state: 'approved' | 'declined' | 'reversed' | 'parked';
}

export class CardHost {
  readonly received: IsoMessage[] = [];
  readonly charges = new Map<string, Charge>();
  /** For the next messages of a class (2: requests; 4: reversals ...), then `answer`. */
  readonly fates = new Map<string, CardFate[]>();
  /** DE39 of the next financial answers, then 00. */
  readonly codes: string[] = [];
  /** DE39 of other classes' answers. */
  readonly otherCodes = new Map<string, string[]>();
  /** Replaces or adds data elements of the next answer. */
  extra: Readonly<Record<number, string>> = {};
  held: Uint8Array | null = null;
  readonly #link: ScriptedLink;
  #rrns = 0;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(link: ScriptedLink) {
    this.#link = link;
    link.cardHost = (packed) => this.#take(packed);
  }

  /** Charged and not given back, of sales, holds and completions. */
  standing(): readonly Charge[] {
    return [...this.charges.values()].filter(
      ({ state, processingCode }) => state === 'approved' && /^0[03]/.test(processingCode),
    );
  }

  of(mti: string): readonly IsoMessage[] {
    return this.received.filter((message) => message.mti === mti);
  }

  next(messageClass: string, ...fates: CardFate[]): void {
    this.fates.set(messageClass, [...(this.fates.get(messageClass) ?? []), ...fates]);
  }

  #take(packed: Uint8Array): void {
    const message = unpack(bcdProfile, Uint8Array.from(packed));
    const data = message.fields[59];
    const ksn = data instanceof Uint8Array ? (unpackCardData(data).mac?.ksn ?? null) : null;
    if (ksn === null) throw new Error('a card message without a MAC key');
    const { body, mac } = macInput(bcdProfile, packed);
    if (!Buffer.from(macOf(ksn, 'request', body)).equals(mac)) throw new Error('a wrong MAC');
    const fate = this.fates.get(message.mti[1] ?? '')?.shift() ?? 'answer';
    if (fate === 'lose_request') return;
    if (isErrorCode(fate)) {
      // Whatever it had done is not known to whoever is told so.
      if (fate === 'INTERNAL') this.#answer(message, fate);
      queueMicrotask(() => this.#link.refuseCard(packed, fate));
      return;
    }
    this.received.push(message);
    const kept = this.#kept.get(identityOf(message));
    const answer = this.#answer(message, fate);
    if (fate === 'lose_answer') {
      const reply = packForMac(bcdProfile, answer);
      if (kept === undefined && isFollowing(message)) {
        this.#kept.set(identityOf(message), appendMac(reply, macOf(ksn, 'response', reply)));
      }
      return;
    }
    if (fate === 'link_down') {
      this.#link.go('down');
      return;
    }
    const reply = packForMac(bcdProfile, answer);
    const right = macOf(ksn, 'response', reply);
    const sent = fate === 'bad_mac' ? right.map((byte) => byte ^ 1) : right;
    const bytes = fate === 'garbage' ? Uint8Array.of(1, 2, 3) : appendMac(reply, sent);
    // What it has answered once it says again byte for byte, under the key of that answer.
    if (kept === undefined && isFollowing(message))
      this.#kept.set(identityOf(message), appendMac(reply, right));
    queueMicrotask(() => this.#link.answerCard(fate === 'answer' && kept !== undefined ? kept : bytes));
  }

  #answer(message: IsoMessage, fate: CardFate): IsoMessage {
    const { fields, mti } = message;
    const repeated: Record<number, string | undefined> = {};
    for (const de of [3, 4, 7, 11, 37, 41, 42, 49, 50, 70]) {
      const value = fields[de];
      if (typeof value === 'string') repeated[de] = value;
    }
    if (fate === 'other_amount') repeated[4] = '000000000001';
    const values = { ...repeated, ...this.#decide(message), ...this.extra };
    this.extra = {};
    return isoMessage(responseMti(mti), values);
  }

  #decide(message: IsoMessage): Record<number, string> {
    const messageClass = message.mti[1] ?? '';
    switch (messageClass) {
      case '1':
      case '2':
        return this.#charge(message);
      case '4':
        return { 39: this.otherCodes.get('4')?.shift() ?? this.#reverse(message) };
      default:
        return { 39: this.otherCodes.get(messageClass)?.shift() ?? '00' };
    }
  }

  #charge(message: IsoMessage): Record<number, string> {
    const text = (de: number): string => textOf(message, de) ?? '';
    const name = `${firstMti(message.mti)[1]} ${text(11)} ${text(7)}`;
    const known = this.charges.get(name);
    const rrn = (): string => {
      this.#rrns += 1;
      return `63261${String(this.#rrns).padStart(7, '0')}`;
    };
    if (known !== undefined) {
      if (!isRepeat(message.mti) && known.state !== 'parked' && text(3) !== '020000') {
        throw new Error('a financial request was sent twice');
      }
      return known.state === 'parked' ? { 39: '21' } : { 37: rrn(), 38: 'A12345', 39: '00' };
    }
    const code = this.codes.shift() ?? '00';
    const approved = ['00', '08', '10', '11', '16'].includes(code);
    this.charges.set(name, {
      name,
      mti: message.mti,
      processingCode: text(3),
      amount: text(4),
      currency: text(49),
      state: approved ? 'approved' : 'declined',
    });
    if (approved && text(3) === '020000') this.#undoByRrn();
    return approved ? { 37: rrn(), 38: 'A12345', 39: code } : { 39: code };
  }

  /** In these tests a void undoes the newest sale. */
  #undoByRrn(): void {
    const sale = [...this.charges.values()].filter((one) => one.processingCode === '000000').at(-1);
    if (sale !== undefined) sale.state = 'reversed';
  }

  #reverse(message: IsoMessage): string {
    const original = parseOriginalData(textOf(message, 90) ?? '');
    const name = `${original.mti[1]} ${original.stan} ${original.transmissionDateTime}`;
    const known = this.charges.get(name);
    if (known === undefined) {
      const fields = { mti: original.mti, processingCode: '', amount: '', currency: '' };
      this.charges.set(name, { name, ...fields, state: 'parked' });
      return '25';
    }
    if (known.state !== 'approved') return known.state === 'reversed' ? '00' : '25';
    known.state = 'reversed';
    return '00';
  }
}

function identityOf({ mti, fields }: IsoMessage): string {
  return `${mti[1] ?? ''} ${String(fields[11])} ${String(fields[7])}`;
}

/** Voids and completions: what is kept with its answer. */
function isFollowing({ mti, fields }: IsoMessage): boolean {
  return mti.startsWith('022') || fields[3] === '020000';
}
