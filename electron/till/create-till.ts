/** The till, composed: core, commands, devices, link. */
import type { ReceiptPrinter } from '../../drivers/contract/printer.ts';
import type { EventBody, EventType, PaymentWire, RefundWire } from '../../gateway/wire/messages.ts';
import { learnAfterwards } from './afterwards.ts';
import { CardDesk } from './cards/desk.ts';
import { persist } from './cards/persist.ts';
import { cardsReachable, padReady } from './cards/recover.ts';
import { carryOut, parseCommand } from './commands.ts';
import { refusalFacts, TillCore, type TillParts } from './core.ts';
import { learnAside, round } from './follow-up.ts';
import { tellGift, wantCharities } from './gifts.ts';
import { paymentEvent } from './payments.ts';
import { wantQuote } from './quotes.ts';
import { recover } from './recover.ts';
import { refundEvent } from './refunds.ts';
import { Refusal } from './refusal.ts';
import { takeScan } from './scans.ts';
import type { CommandReply, Till } from './till.ts';
import { askTotals } from './today-commands.ts';
import { cashierView } from './views/cashier.ts';
import { customerView } from './views/customer.ts';
import { screenName } from './views/screen-name.ts';

export type { TillParts } from './core.ts';

export function createTill(parts: TillParts): Till {
  const changes = new ChangeSignal();
  const core = new TillCore(parts, () => changes.raise());
  const { pinPad } = parts.devices;
  if (pinPad != null) core.cards = new CardDesk(core, pinPad);
  const removers: (() => void)[] = [];
  return {
    start: async () => {
      core.transact(() => recover(core));
      removers.push(...listen(core));
    },
    stop: async () => {
      for (const remove of removers.splice(0)) remove();
      core.cards?.line.stop();
      core.stop();
    },
    cashierView: () => cashierView(core),
    customerView: () => customerView(core),
    onChange: (listener) => changes.listen(listener),
    command: (message) =>
      core.stopped
        ? Promise.resolve(STOPPED)
        : new Promise((resolve) => core.enqueue(() => resolve(reply(core, message)))),
    scan: ({ text }) => core.happen(() => void takeScan(core, text, screenName(core))),
  };
}

const STOPPED: CommandReply = { ok: false, error: { code: 'INTERNAL', facts: { stopped: true } } };

function reply(core: TillCore, message: unknown): CommandReply {
  try {
    const command = parseCommand(message);
    return { ok: true, result: core.transact(() => carryOut(core, command)) };
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'INTERNAL';
    if (code === 'JOURNAL_FAILED' || code === 'INTERNAL') core.notice('warning', code, refusalFacts(error));
    return { ok: false, error: { code, facts: refusalFacts(error) } };
  }
}

function listen(core: TillCore): readonly (() => void)[] {
  const { link, devices } = core.parts;
  const { printer, scanner, fiscal } = devices;
  const touch = (): void => core.touch();
  return [
    link.onState((state) => {
      touch();
      if (state === 'up') persist(core, 'link', () => linkUp(core));
    }),
    link.onEvent((event, body) => core.happen(() => gatewayEvent(core, event, body))),
    ...(scanner === null
      ? []
      : [
          scanner.onState(touch),
          scanner.onScan(({ text }) => core.happen(() => void takeScan(core, text, screenName(core)))),
        ]),
    ...(printer === null ? [] : printerSignals(printer, touch)),
    fiscal.onState(touch),
    ...padSignals(core),
  ];
}

function printerSignals(printer: ReceiptPrinter, touch: () => void): readonly (() => void)[] {
  return [printer.onState(touch), printer.onStatus(touch)];
}

function padSignals(core: TillCore): readonly (() => void)[] {
  const { cards } = core;
  if (cards === null) return [];
  return [
    cards.pad.onPrompt(() => core.touch()),
    cards.pad.onState((state) => {
      core.touch();
      if (state === 'ready') persist(core, 'pad', () => padReady(core));
    }),
  ];
}

/** Everything that waited for the gateway asks at once. */
function linkUp(core: TillCore): void {
  // The renewal may have come due while nobody could be asked.
  wantQuote(core, true);
  paymentEvent(core, { kind: 'link_up' });
  for (const refundId of core.state.refunds.keys()) refundEvent(core, refundId, { kind: 'link_up' });
  askTotals(core);
  cardsReachable(core);
  wantCharities(core);
  tellGift(core);
  core.effect(() => core.arm('follow-up', 0, () => round(core)));
}

function gatewayEvent<E extends EventType>(core: TillCore, event: E, body: EventBody<E>): void {
  if (event === 'payment.changed') {
    const payment = body as PaymentWire;
    if (core.state.attempt?.order.attemptId === payment.attemptId) {
      paymentEvent(core, { kind: 'answered', payment, by: 'event' });
    }
    learnAside(core, payment);
    learnAfterwards(core, payment);
    askTotals(core);
    return;
  }
  const refund = body as RefundWire;
  refundEvent(core, refund.refundId, { kind: 'answered', refund, by: 'event' });
  askTotals(core);
}

/** Tells listeners of a change, at most once a microtask. */
class ChangeSignal {
  readonly #listeners = new Set<() => void>();
  #raised = false;

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  raise(): void {
    if (this.#raised) return;
    this.#raised = true;
    queueMicrotask(() => {
      this.#raised = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
