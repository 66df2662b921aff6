/** The PIN pad's steps, each ending as an event; and the offer of conversion, which is asked for between two of them. */
import type { CardOperation, LastTransaction } from '../../../drivers/contract/pin-pad.ts';
import { moneyFromJson, moneyToJson } from '../../../gateway/kernel/money.ts';
import { rateFromJson } from '../../../gateway/kernel/rate.ts';
import { localTime } from '../../../gateway/kernel/time.ts';
import type { CardOfferWire } from '../../../gateway/wire/messages.ts';
import { type CardAttempt, type CardConversion, chargedOf } from '../../card/card-attempt.ts';
import type { CardEffect, CardEvent } from '../../card/card-events.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { askGateway } from '../ask.ts';
import type { TillCore } from '../core.ts';
import type { CardDesk } from './desk.ts';
import { cardEvent } from './drive.ts';
import { persist } from './persist.ts';

type PadEffect = Exclude<
  CardEffect,
  { readonly do: 'send' | 'advise' | 'owe' | 'withdraw' | 'strike' | 'alarm' | 'await_choice' | 'ask_offer' }
>;

const LOST = { kind: 'ended', why: 'device_lost' } as const;

/** After the commit. */
export function padEffect(core: TillCore, attempt: CardAttempt, effect: PadEffect): void {
  const { cards } = core;
  const { attemptId } = attempt.order;
  if (cards === null) return;
  const { pad } = cards;
  switch (effect.do) {
    case 'read':
      readCard(core, cards, attempt);
      break;
    case 'authorise':
      authorise(core, cards, attempt);
      break;
    case 'reenter_pin':
      step(core, attemptId, pad.reenterPin(attemptId), (result) => {
        if (result.kind === 'done' && cards.material !== null) {
          cards.material = { ...cards.material, pin: result.value };
        }
        return { kind: 'pin', result };
      });
      break;
    case 'complete': {
      const issuerData = cards.material?.issuerData ?? null;
      const { responseCode } = effect;
      const done = pad.complete({ transactionId: attemptId, responseCode, issuerData });
      step(core, attemptId, done, (result) => ({ kind: 'completed', result }));
      break;
    }
    case 'ask_pad':
      askPad(core, attemptId);
      break;
    case 'abort_pad':
      quietly(pad.abort());
      break;
    case 'release_pad':
      release(cards, attemptId, effect.responseCode);
      break;
    case 'tell_pad_reversed':
      quietly(pad.reversal(attemptId));
      break;
  }
}

function readCard(core: TillCore, cards: CardDesk, attempt: CardAttempt): void {
  const { order } = attempt;
  const reading = cards.pad.read({
    transactionId: order.attemptId,
    operation: PAD_OPERATIONS[order.operation],
    amount: moneyToJson(chargedOf(attempt)),
    language: core.state.customerLanguage,
  });
  step(core, order.attemptId, reading, (result) => {
    cards.material =
      result.kind === 'done'
        ? { read: result.value, authorisation: null, pin: null, issuerData: null }
        : null;
    return { kind: 'read', result };
  });
}

/** A cancellation never asks for the card. */
const PAD_OPERATIONS: Readonly<Record<CardAttempt['order']['operation'], CardOperation>> = {
  sale: 'sale',
  preauthorisation: 'preauthorisation',
  completion: 'completion',
  cancellation: 'void',
  refund: 'refund',
  void: 'void',
  balance: 'balance',
};

function authorise(core: TillCore, cards: CardDesk, attempt: CardAttempt): void {
  const { date, time } = localTime(core.now(), core.parts.policy.utcOffsetMinutes);
  const signing = cards.pad.authorise({
    transactionId: attempt.order.attemptId,
    amount: moneyToJson(chargedOf(attempt)),
    date: date.slice(2).replaceAll('-', ''),
    time: time.replaceAll(':', ''),
  });
  step(core, attempt.order.attemptId, signing, (result) => {
    if (result.kind === 'done' && cards.material !== null) {
      cards.material = { ...cards.material, authorisation: result.value, pin: result.value.pin };
    }
    return { kind: 'authorised', result };
  });
}

/** A step of the pad that fails is one whose device is gone: what it had done, if anything, it is asked later. */
function step<T>(
  core: TillCore,
  attemptId: string,
  answer: Promise<T>,
  toEvent: (value: T | typeof LOST) => CardEvent,
): void {
  const tell = (value: T | typeof LOST): void => {
    if (core.stopped) return;
    const event = toEvent(value);
    persist(core, `pad ${event.kind}`, () => cardEvent(core, attemptId, event));
  };
  answer.then(tell, () => tell(LOST));
}

/** How far the device had come, as soon as it is there. */
export function askPad(core: TillCore, attemptId: string): void {
  const { cards } = core;
  if (cards === null) return;
  cards.askPadFor = attemptId;
  if (cards.pad.state !== 'ready') return;
  cards.pad.lastTransaction().then(
    (last) => {
      if (cards.askPadFor !== attemptId) return;
      cards.askPadFor = null;
      persist(core, 'pad_last', () => cardEvent(core, attemptId, { kind: 'pad_last', last }));
    },
    // Gone again: asked when it comes back. One that is there and would not say now is asked once more.
    () => {
      if (cards.pad.state !== 'ready') return;
      core.arm('card-pad', core.parts.policy.askEveryMs, () => {
        if (cards.askPadFor === attemptId) askPad(core, attemptId);
      });
    },
  );
}

/** A card whose transaction is over or being undone, and which the device still has: it was away when it was to be told, or the
 *  till was. The device takes commands in order, so nothing that begins after this is touched. */
export function returnCard(core: TillCore): void {
  const { cards } = core;
  if (cards?.pad.state !== 'ready') return;
  cards.pad.lastTransaction().then(
    (last) => {
      if (last !== null) persist(core, 'pad_has', () => giveBack(core, cards, last));
    },
    // Away again: asked when it comes back.
    () => undefined,
  );
}

function giveBack(core: TillCore, { pad }: CardDesk, { transactionId, stage }: LastTransaction): void {
  const attempt = cardAttemptById(core.journal, transactionId);
  if (attempt === null || !OVER.has(attempt.phase) || isOtherUnderWay(core, transactionId)) return;
  // What was undone, or is being undone, is no approval for the card either.
  const stands = attempt.outcome !== null && attempt.outcome.kind !== 'cancelled';
  const responseCode = stands ? (attempt.answer?.responseCode ?? null) : null;
  if (stage === 'read') core.effect(() => quietly(pad.abort()));
  else if (stage === 'authorised') {
    core.effect(() => quietly(pad.complete({ transactionId, responseCode, issuerData: null })));
  }
}

const OVER: ReadonlySet<CardAttempt['phase']> = new Set(['undoing', 'final']);

function isOtherUnderWay({ state: { card } }: TillCore, attemptId: string): boolean {
  return card !== null && card.order.attemptId !== attemptId && card.phase !== 'final';
}

/** Lets the card and the device end; what they say then changes nothing here. */
function release(cards: CardDesk, transactionId: string, responseCode: string | null): void {
  const issuerData = responseCode === null ? null : (cards.material?.issuerData ?? null);
  cards.material = null;
  quietly(
    cards.pad.complete({ transactionId, responseCode, issuerData }).then(
      (end) => (end.kind === 'ended' ? cards.pad.abort() : undefined),
      () => cards.pad.abort(),
    ),
  );
}

/** For acts whose failure the next step of the pad would show anyway. */
function quietly(act: Promise<unknown>): void {
  act.catch(() => undefined);
}

/** Part of a transition. No answer in time, or none to be had, is no offer: the card is charged what the shop asks. */
export function askOffer(core: TillCore, { order }: CardAttempt): void {
  const { attemptId } = order;
  core.effect(() => {
    const { cards } = core;
    const bin = cards?.material?.read.bin;
    const none = (): void =>
      persist(core, 'card-offer', () => cardEvent(core, attemptId, { kind: 'no_offer' }));
    if (cards === null || bin === undefined || core.parts.link.state !== 'up') {
      none();
      return;
    }
    const operation = order.operation === 'preauthorisation' ? 'preauthorisation' : 'sale';
    askGateway(
      core,
      'card.offer',
      { bin, amount: moneyToJson(order.amount), operation },
      {
        answered: ({ scheme, routed, offer }) => {
          const conversion = offer === null ? null : conversionOf(core, order.amount, offer);
          cardEvent(core, attemptId, { kind: 'offered', scheme, routed, conversion });
        },
        failed: (code) => {
          // A gateway without cards would never answer the request, nor its reversal.
          const none = { scheme: null, routed: false, conversion: null } as const;
          const refused = code === 'CARDS_NOT_OFFERED';
          cardEvent(core, attemptId, refused ? { kind: 'offered', ...none } : { kind: 'no_offer' });
        },
        lost: none,
      },
      cards.policy.offerTimeoutMs,
    );
  });
}

function conversionOf(
  core: TillCore,
  price: CardConversion['price'],
  { quote, amount }: NonNullable<CardOfferWire['offer']>,
): CardConversion {
  return {
    price,
    converted: moneyFromJson(amount),
    rate: rateFromJson(quote.rate),
    sourceRate: rateFromJson(quote.sourceRate),
    source: quote.source,
    sourceDate: quote.sourceDate,
    markupBp: quote.markupBp,
    quoteId: quote.quoteId,
    expiresAt: core.now() + (quote.expiresAt - quote.issuedAt),
    chosen: null,
  };
}
