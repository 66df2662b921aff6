/** What the till holds of cards beside its state: the PIN pad, the line to the gateway, and what the pad gave for the
 *  transaction under way. Nothing here is durable; a restart begins without it. */
import type { PinPad } from '../../../drivers/contract/pin-pad.ts';
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import type { CardAttempt } from '../../card/card-attempt.ts';
import { CardLine } from '../../card/card-line.ts';
import { type CardPolicy, DEFAULT_CARD_POLICY } from '../../card/card-policy.ts';
import type { CardMaterial, CardTerminal } from '../../card/messages.ts';
import type { TillCore } from '../core.ts';
import { noteStray } from './notes.ts';

export class CardDesk {
  readonly pad: PinPad;
  readonly line: CardLine;
  readonly policy: CardPolicy;
  /** Of the transaction under way; forgotten with its end. */
  material: CardMaterial | null = null;
  /** Something owed is on its way. */
  telling = false;
  /** When what is owed is said again; null while it is on its way, waits for link or pad, or was refused. */
  tellAt: EpochMs | null = null;
  /** The attempt of which the PIN pad is to say how far it had come, once it is there. */
  askPadFor: string | null = null;
  /** A message about the terminal, or its batch, is on its way. */
  reporting = false;
  reportingBatch = false;
  /** An answer threw doubt on the PIN pad's key, and it has not been changed since. */
  keyDoubted = false;
  /** Another key is not asked for before: a doubt that a new key does not end must not use up the keys there are. */
  newKeyNotBefore: EpochMs | null = null;

  constructor(core: TillCore, pad: PinPad) {
    const { link, runtime, policy } = core.parts;
    this.pad = pad;
    this.policy = cardPolicy(policy);
    this.line = new CardLine({
      pad,
      link,
      timers: runtime.timers,
      onStray: (answer) => core.happen(() => noteStray(core, answer)),
    });
  }
}

export function cardPolicy({ card }: TillCore['parts']['policy']): CardPolicy {
  return { ...DEFAULT_CARD_POLICY, ...card };
}

/** Whether an answer that is only slow is no longer waited for in silence. */
export function isSlow(core: TillCore, { request, order }: CardAttempt): boolean {
  return isLongSince(core, request?.sentAt ?? order.startedAt, cardPolicy(core.parts.policy).unknownAfterMs);
}

/** Screens are told when it is so by time alone. Part of a transition. */
export function showWhenSlow(core: TillCore): void {
  core.arm('card-unknown', cardPolicy(core.parts.policy).unknownAfterMs, () => core.touch());
}

/** A clock that was set back behind the start says nothing of how long it is open: nobody is kept waiting by it. */
export function isLongSince(core: TillCore, since: EpochMs, boundMs: number): boolean {
  const passed = core.now() - since;
  return passed < 0 || passed >= boundMs;
}

/** Null until the gateway has once said which merchant this is. */
export function cardTerminal(core: TillCore): CardTerminal | null {
  const { link, identity, policy } = core.parts;
  if (link.merchant === null) return null;
  return { tid: identity.tid, mid: link.merchant.mid, utcOffsetMinutes: policy.utcOffsetMinutes };
}
