/** Answers what the bank asks of its own accord: echo, cut-over, sign-off, a new key, a key wanted. */
import { textOf } from '../iso8583/message.ts';
import type { Spec } from '../iso8583/spec.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { failureName } from '../kernel/errors.ts';
import type { BankEvent, BankLog, BankLogEntry } from './bank-log.ts';
import type { Connection } from './connection.ts';
import { type KeyExchange, verifiedIfDue } from './key-exchange.ts';
import type { ZoneKeyKind } from './key-store.ts';
import { CUT_OVER, ECHO, KEY_CHANGE, KEY_WANTED, networkAnswer, SIGN_OFF } from './network.ts';
import { packPrivateText, parsePrivateText } from './private-text.ts';
import { sealed, unsealed } from './seal.ts';
import type { TcpLink } from './tcp-link.ts';
import type { BankLimits, BankTerms } from './terms.ts';
import type { ZoneKeys } from './zone-keys.ts';

export interface NetworkDeskOptions {
  readonly terms: Pick<BankTerms, 'bank' | 'keysMadeBy'>;
  readonly limits: Pick<BankLimits, 'frameBytesMost'>;
  readonly spec: Spec;
  readonly keys: ZoneKeys;
  readonly exchange: Pick<KeyExchange, 'want'>;
  readonly link: Pick<TcpLink, 'drain'>;
  readonly log: BankLog;
  /** MMDD, the bank's new business date. */
  onCutOver(date: string): void;
}

interface Reply {
  readonly code: string;
  readonly text: string | null;
}

const DONE: Reply = { code: '00', text: null };
const FORMAT_WRONG: Reply = { code: '30', text: null };
const NOT_SERVED: Reply = { code: '12', text: null };
const MAC_WRONG: Reply = { code: '88', text: null };

export class NetworkDesk {
  readonly #options: NetworkDeskOptions;

  constructor(options: NetworkDeskOptions) {
    this.#options = options;
  }

  /** Anything but 0800 is not answered: a bank has nothing to ask of an acquirer. */
  request(message: UnpackedMessage, over: Connection): void {
    const { mti } = message;
    if (mti !== '0800') {
      this.#log({ event: 'bank_message_refused', cause: 'not_a_network_message', mti });
      return;
    }
    if (textOf(message, 70) === KEY_CHANGE) {
      this.#keyChange(message, over).catch((error: unknown) => {
        // Not stored, so not taken and not answered: the bank sends it again.
        this.#log({ event: 'bank_key_change_failed', cause: failureName(error) });
      });
      return;
    }
    this.#reply(message, over, this.#decide(message));
    if (textOf(message, 70) === SIGN_OFF) {
      this.#log({ event: 'bank_signed_off' });
      this.#options.link.drain(over, 'signed_off_by_bank');
    }
  }

  #decide(message: UnpackedMessage): Reply {
    switch (textOf(message, 70)) {
      case ECHO:
      case SIGN_OFF:
        return DONE;
      case CUT_OVER:
        return this.#cutOver(textOf(message, 15) ?? '');
      case KEY_WANTED:
        return this.#keyWanted(textOf(message, 48) ?? '');
      default:
        return NOT_SERVED;
    }
  }

  #cutOver(date: string): Reply {
    if (!/^(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/.test(date)) return FORMAT_WRONG;
    this.#log({ event: 'bank_cut_over', code: date });
    this.#options.onCutOver(date);
    return DONE;
  }

  #keyWanted(text: string): Reply {
    const kind = kindOf(parsePrivateText(text)?.get('KN'));
    if (kind === null) return FORMAT_WRONG;
    if (this.#options.terms.keysMadeBy !== 'gateway') return NOT_SERVED;
    this.#options.exchange.want(kind);
    return DONE;
  }

  async #keyChange(message: UnpackedMessage, over: Connection): Promise<void> {
    const { keys } = this.#options;
    // What the bank signs with until it has our answer; to a message without a MAC the answer has none.
    const macBefore = message.fields[128] === undefined ? null : keys.macBeforeChange();
    const genuine = verifiedIfDue(this.#options, message) || this.#repeatsFirst(message);
    const reply = genuine ? await this.#taken(message) : MAC_WRONG;
    this.#reply(message, over, reply, macBefore);
  }

  /** The bank has not heard that we took the first ZAK, and so has nothing yet to make a MAC with. Taking a key that is
   *  current changes nothing. */
  #repeatsFirst(message: UnpackedMessage): boolean {
    const elements = parsePrivateText(textOf(message, 48) ?? '');
    const kind = kindOf(elements?.get('KN'));
    if (message.fields[128] !== undefined || kind === null) return false;
    return this.#options.keys.current(kind)?.kcv === elements?.get('KC');
  }

  async #taken(message: UnpackedMessage): Promise<Reply> {
    const elements = parsePrivateText(textOf(message, 48) ?? '');
    const kind = kindOf(elements?.get('KN'));
    const block = elements?.get('KB') ?? '';
    const kcv = elements?.get('KC') ?? '';
    if (kind === null || block === '' || !/^[0-9A-F]{6}$/.test(kcv)) return FORMAT_WRONG;
    // Two makers would leave each side with the other's key.
    if (this.#options.terms.keysMadeBy !== 'bank') return { code: '58', text: null };
    if (!(await this.#options.keys.take({ kind, block, kcv }))) return { code: '97', text: null };
    const text = packPrivateText([
      ['KN', kind],
      ['KC', kcv],
    ]);
    return { code: '00', text };
  }

  #reply(
    message: UnpackedMessage,
    over: Connection,
    { code, text }: Reply,
    mac: ((body: Uint8Array) => Uint8Array) | null = null,
  ): void {
    const { spec, limits } = this.#options;
    const answer = networkAnswer(message, code, text);
    const { frameBytesMost } = limits;
    over.send(
      mac === null ? unsealed(spec, answer, frameBytesMost) : sealed(spec, answer, mac, frameBytesMost),
    );
  }

  #log(entry: Omit<BankLogEntry, 'bank'> & { readonly event: BankEvent }): void {
    this.#options.log({ bank: this.#options.terms.bank, ...entry });
  }
}

function kindOf(name: string | undefined): ZoneKeyKind | null {
  return name === 'ZPK' || name === 'ZAK' ? name : null;
}
