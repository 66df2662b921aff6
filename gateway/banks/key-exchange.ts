/** Key changes of one link, whoever makes the keys: the first ones after the first sign-on, later ones by age, by use, or
 *  because the bank does not know our key. One at a time; what does not come through is tried again. */
import { macInput } from '../iso8583/mac-input.ts';
import { textOf } from '../iso8583/message.ts';
import type { Spec } from '../iso8583/spec.ts';
import type { UnpackedMessage } from '../iso8583/unpacked-message.ts';
import { failureName } from '../kernel/errors.ts';
import type { CancelTimer, Runtime } from '../kernel/time.ts';
import type { BankLog } from './bank-log.ts';
import type { ZoneKeyKind } from './key-store.ts';
import { KEY_CHANGE, KEY_WANTED } from './network.ts';
import { packPrivateText, parsePrivateText } from './private-text.ts';
import { type Draft, sealed } from './seal.ts';
import type { Exchanged, TcpLink } from './tcp-link.ts';
import type { BankLimits, BankTerms } from './terms.ts';
import type { KeyOffer, ZoneKeys } from './zone-keys.ts';

export interface KeyExchangeOptions {
  readonly terms: Pick<BankTerms, 'bank' | 'keysMadeBy' | 'keyLifeMs' | 'messagesPerKey'>;
  readonly limits: Pick<BankLimits, 'keyRetryMs' | 'frameBytesMost'>;
  readonly spec: Spec;
  readonly keys: ZoneKeys;
  readonly link: Pick<TcpLink, 'network' | 'ready'>;
  readonly runtime: Runtime;
  readonly log: BankLog;
}

/** The longest delay a timer of Node keeps. */
const TIMER_MS_MOST = 2_147_483_647;
const KINDS: readonly ZoneKeyKind[] = ['ZPK', 'ZAK'];

export class KeyExchange {
  readonly #options: KeyExchangeOptions;
  readonly #wanted = new Set<ZoneKeyKind>();
  /** The bank has promised one. */
  readonly #promised = new Set<ZoneKeyKind>();
  #busy = false;
  #cancelRetry: CancelTimer | null = null;
  #cancelAge: CancelTimer = () => {};

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
  }

  /** The link has come up: what is missing is fetched, what is old is changed, ages are watched from now. */
  linkReady(): void {
    // What failed with the link before may work with this one.
    this.#promised.clear();
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#watchAge();
    for (const kind of KINDS) if (this.#options.keys.current(kind) === null) this.#wanted.add(kind);
    this.#work();
  }

  /** A new key at the next occasion. */
  want(kind: ZoneKeyKind): void {
    if (this.#promised.has(kind)) return;
    this.#wanted.add(kind);
    this.#work();
  }

  /** After each message: a key that has made its share is changed. */
  messageMade(): void {
    if (this.#options.keys.messagesMade >= this.#options.terms.messagesPerKey) this.want('ZAK');
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#cancelAge();
    this.#wanted.clear();
  }

  #work(): void {
    if (this.#busy || this.#cancelRetry !== null || !this.#options.link.ready) return;
    // In the order the agreement names: ZPK, then ZAK.
    const kind = KINDS.find((each) => this.#wanted.has(each));
    if (kind === undefined) return;
    this.#busy = true;
    const { keysMadeBy } = this.#options.terms;
    const done = keysMadeBy === 'gateway' ? this.#change(kind) : this.#ask(kind);
    done.catch((error: unknown) => failureName(error)).then((failure) => this.#finished(kind, failure));
  }

  #finished(kind: ZoneKeyKind, failure: string | null): void {
    this.#busy = false;
    if (failure === null) this.#wanted.delete(kind);
    else {
      const { bank } = this.#options.terms;
      this.#options.log({ event: 'bank_key_change_failed', bank, code: kind, cause: failure });
      this.#later();
    }
    this.#watchAge();
    this.#work();
  }

  #later(): void {
    this.#cancelRetry = this.#options.runtime.timers.after(this.#options.limits.keyRetryMs, () => {
      this.#cancelRetry = null;
      this.#work();
    });
  }

  /** A cause word, or null when the key is in use on both sides. */
  async #change(kind: ZoneKeyKind): Promise<string | null> {
    const { keys, link } = this.#options;
    const offer = await keys.offer(kind);
    const answer = await link.network(KEY_CHANGE, offerText(offer), this.#seal());
    const failure = this.#refusal(answer);
    if (failure === 'refused_97') await keys.refused(kind);
    if (failure !== null || answer.kind !== 'answer') return failure;
    const said = parsePrivateText(textOf(answer.message, 48) ?? '');
    if (said?.get('KN') !== kind || said.get('KC') !== offer.kcv) return 'answer_invalid';
    await keys.accepted(kind, offer.kcv);
    return null;
  }

  /** The bank makes the keys: it is asked, and sends one in a message of its own. */
  async #ask(kind: ZoneKeyKind): Promise<string | null> {
    const text = packPrivateText([['KN', kind]]);
    const answer = await this.#options.link.network(KEY_WANTED, text, null);
    if (answer.kind !== 'answer') return answer.cause;
    const code = textOf(answer.message, 39) ?? '';
    if (code !== '00') return `refused_${code}`;
    this.#expectFromBank(kind);
    return null;
  }

  /** It comes in a message of the bank's own; if it does not, it is asked for again. */
  #expectFromBank(kind: ZoneKeyKind): void {
    const { keys, runtime, limits } = this.#options;
    const before = keys.current(kind);
    this.#promised.add(kind);
    runtime.timers.after(limits.keyRetryMs, () => {
      if (this.#promised.delete(kind) && keys.current(kind) === before) this.want(kind);
    });
  }

  #seal(): ((message: Draft) => Uint8Array) | null {
    const { keys, spec, limits } = this.#options;
    const mac = keys.macBeforeChange();
    return mac === null ? null : (message) => sealed(spec, message, mac, limits.frameBytesMost);
  }

  #refusal(answer: Exchanged): string | null {
    if (answer.kind !== 'answer') return answer.cause;
    if (!verifiedIfDue(this.#options, answer.message)) return 'mac_wrong';
    const code = textOf(answer.message, 39) ?? '';
    return code === '00' ? null : `refused_${code}`;
  }

  #watchAge(): void {
    const { keys, runtime, terms } = this.#options;
    this.#cancelAge();
    const sinces = KINDS.map((kind) => keys.current(kind)?.since ?? Number.POSITIVE_INFINITY);
    const oldest = Math.min(...sinces);
    if (oldest === Number.POSITIVE_INFINITY) return;
    const dueInMs = Math.min(TIMER_MS_MOST, Math.max(1, oldest + terms.keyLifeMs - runtime.clock.now()));
    this.#cancelAge = runtime.timers.after(dueInMs, () => {
      const now = runtime.clock.now();
      for (const kind of KINDS) {
        const since = keys.current(kind)?.since ?? now;
        if (now - since >= terms.keyLifeMs) this.want(kind);
      }
      if (!this.#busy && this.#wanted.size === 0) this.#watchAge();
    });
  }
}

/** Key changes carry a MAC as soon as there is a ZAK to make it with. */
export function verifiedIfDue(
  { keys, spec }: { readonly keys: ZoneKeys; readonly spec: Spec },
  message: UnpackedMessage,
): boolean {
  if (keys.current('ZAK') === null) return true;
  if (message.fields[128] === undefined) return false;
  const { body, mac } = macInput(spec, message.bytes);
  return keys.verify(body, mac);
}

function offerText({ kind, block, kcv }: KeyOffer): string {
  const text = packPrivateText([
    ['KN', kind],
    ['KB', block],
    ['KC', kcv],
  ]);
  // A key block of any key used here has some 150 characters.
  return text ?? '';
}
