/** POST /enrol: an activation code and a public key become an enrolled terminal, once. The code is used up and the key is
 *  bound in one unit of the store, so of two who send the same code one gets it. */
import { AmurError } from '../kernel/errors.ts';
import type { Tid } from '../kernel/identifiers.ts';
import type { Log } from '../kernel/log.ts';
import type { Runtime } from '../kernel/time.ts';
import type { MerchantRecord, PaymentStore, TerminalRecord } from '../payments/ports.ts';
import { buildEnrolReply, type EnrolmentRequest, parseEnrolRequest } from '../wire/handshake-frames.ts';
import { activationHash } from './activation.ts';
import type { EdgeLimits } from './limits.ts';
import { AddressBuckets, TokenBucket } from './token-bucket.ts';

export interface EnrolmentWorld {
  readonly store: Pick<PaymentStore, 'commit' | 'terminal' | 'merchant'>;
  readonly runtime: Runtime;
  readonly limits: EdgeLimits;
  readonly gateway: string;
  readonly log: Log;
}

export class Enrolment {
  readonly #world: EnrolmentWorld;
  readonly #perAddress: AddressBuckets;
  readonly #total: TokenBucket;

  constructor(world: EnrolmentWorld) {
    this.#world = world;
    this.#perAddress = new AddressBuckets(world.limits.activationsPerAddress);
    this.#total = new TokenBucket(world.limits.activations, world.runtime.clock.now());
  }

  /** The text of an EnrolReply.
   *  Errors  ACTIVATION_RATE_LIMITED | ACTIVATION_INVALID | those of `parseEnrolRequest` */
  async enrol(text: string, address: string): Promise<string> {
    this.#requireToken(address);
    const request = parseEnrolRequest(text);
    if (!request.ok) throw request.error;
    const { store, log, gateway } = this.#world;
    const tid = await this.#redeem(request.value);
    const terminal = tid === null ? null : await store.terminal(tid);
    const merchant = terminal === null ? null : await store.merchant(terminal.mid);
    if (terminal === null || merchant === null) {
      log.warn('activation_refused', { address });
      throw new AmurError('ACTIVATION_INVALID', {});
    }
    log.info('terminal_enrolled', { tid: terminal.tid, address });
    return replyFor(terminal, merchant, gateway);
  }

  /** Null for a code that is none, or is unknown, used or expired. */
  async #redeem({ activationCode, publicKey }: EnrolmentRequest): Promise<Tid | null> {
    const codeHash = activationHash(activationCode);
    if (codeHash === null) return null;
    const committed = await this.#world.store.commit([{ kind: 'activation.use', codeHash, publicKey }]);
    return committed.ok ? committed.activatedTid : null;
  }

  /** The address's own bucket is asked first, so that one address alone cannot empty everybody's. */
  #requireToken(address: string): void {
    const now = this.#world.runtime.clock.now();
    if (this.#perAddress.take(address, now) && this.#total.take(now)) return;
    this.#world.log.warn('activation_rate_limited', { address });
    throw new AmurError('ACTIVATION_RATE_LIMITED', {});
  }
}

function replyFor(terminal: TerminalRecord, merchant: MerchantRecord, gateway: string): string {
  const { mid, name, nameZh, inn, address } = merchant;
  return buildEnrolReply({ tid: terminal.tid, merchant: { mid, name, nameZh, inn, address }, gateway });
}
