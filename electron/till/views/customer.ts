/** What the customer sees: lines, the sum in both currencies, the QR. It can only be read. */
import type { Money } from '../../../gateway/kernel/money.ts';
import { chargedOf } from '../../card/card-attempt.ts';
import type { CardOperationName } from '../../contract/card-view.ts';
import type { CustomerAct, CustomerView, ScreenName } from '../../contract/view.ts';
import type { TillCore } from '../core.ts';
import { basketView, moneyOrNull } from './basket.ts';
import { chargeView, isPromptAgain, offerView } from './card.ts';
import { paymentView } from './payment.ts';
import { screenName } from './screen-name.ts';

const STATES: Readonly<Record<ScreenName, CustomerView['state']>> = {
  sign_in: 'welcome',
  sale: 'basket',
  cash: 'basket',
  wallet: 'present_code',
  wallet_sending: 'please_wait',
  wallet_qr: 'qr',
  wallet_unknown: 'please_wait',
  card: 'card',
  card_offer: 'card_offer',
  card_sending: 'please_wait',
  card_unknown: 'please_wait',
  card_signature: 'sign',
  card_done: 'done',
  preauthorisations: 'welcome',
  paid: 'paid',
  not_paid: 'not_paid',
  set_aside: 'not_paid',
  refund_find: 'welcome',
  refund_choose: 'welcome',
  refund_confirm: 'welcome',
  refund_progress: 'please_wait',
  refund_done: 'done',
  today: 'welcome',
};

/** Screens on which the customer is asked for nothing else. */
const CARD_FIRST: ReadonlySet<ScreenName> = new Set([
  'sign_in',
  'sale',
  'cash',
  'card_sending',
  'preauthorisations',
  'refund_find',
  'refund_choose',
  'refund_confirm',
  'today',
]);

const ACTS: Readonly<Record<CardOperationName, CustomerAct>> = {
  sale: 'payment',
  completion: 'payment',
  preauthorisation: 'preauthorisation',
  cancellation: 'cancellation',
  refund: 'refund',
  void: 'refund',
  balance: 'balance',
};

export function customerView(core: TillCore): CustomerView {
  const { shop } = core.parts;
  const { attempt, card, screen } = core.state;
  const conversion = card?.conversion;
  const basket = basketView(core);
  const moment = momentOf(core);
  // The customer may go with nothing more to do: the card is asked for before all else.
  const state = CARD_FIRST.has(screenName(core)) && isCardLeft(core) ? 'card' : moment;
  const doing = doingOf(core);
  const act = doing === 'payment' ? null : actAmount(core);
  const shown = moment !== 'welcome' && doing === 'payment';
  const payment = state === 'qr' && attempt !== null ? paymentView(core, attempt) : null;
  const change = screen.name === 'paid' ? screen.change : null;
  return {
    revision: core.revision,
    at: core.now(),
    language: core.state.customerLanguage,
    shop: { ru: shop.nameRu, zh: shop.nameZh },
    takesCards: core.cards !== null,
    state,
    doing,
    lines: shown ? basket.lines : [],
    total: shown ? basket.total : null,
    actAmount: moneyOrNull(act),
    gift: shown ? basket.gift : null,
    yuan: shown && card === null ? basket.yuan : null,
    rate: shown && card === null ? basket.rate : null,
    charge: shown && card !== null ? chargeView(card, state === 'paid') : null,
    qr: payment?.qr ?? null,
    change: moneyOrNull(change),
    cardPrompt: state === 'card' || isCardLeft(core) ? (core.cards?.pad.prompt ?? null) : null,
    promptAgain: card !== null && isPromptAgain(core, card),
    cardOffer: state === 'card_offer' && conversion != null ? offerView(conversion) : null,
  };
}

function momentOf(core: TillCore): CustomerView['state'] {
  const name = screenName(core);
  const { attempt, basket } = core.state;
  const confirming =
    attempt?.payment?.state === 'waiting' && attempt.wish === 'pay' && attempt.order.method === 'scanned';
  if (name === 'wallet_unknown' && confirming) return 'confirm_on_phone';
  if (name === 'sale' && basket.lines.length === 0) return 'welcome';
  const state = STATES[name];
  return state === 'done' && !isDone(core) ? 'not_done' : state;
}

/** Whether what is no payment ended as it was wanted. */
function isDone({ state: { screen, card } }: TillCore): boolean {
  if (screen.name === 'refund_done') return screen.refund.state === 'approved';
  return card?.outcome?.kind === 'approved';
}

function isCardLeft({ cards }: TillCore): boolean {
  return cards?.pad.prompt.kind === 'remove_card';
}

function doingOf({ state: { screen, card } }: TillCore): CustomerAct {
  if (screen.name === 'refund_progress' || screen.name === 'refund_done') return 'refund';
  const byCard = screen.name === 'card_payment' || screen.name === 'card_done';
  return byCard && card !== null ? ACTS[card.order.operation] : 'payment';
}

/** Null for a balance, which is about no sum. */
function actAmount({ state: { screen, card, refunds } }: TillCore): Money | null {
  if (screen.name === 'refund_done') return screen.refund.order.amount;
  if (screen.name === 'refund_progress') return refunds.get(screen.refundId)?.order.amount ?? null;
  return card === null || card.order.operation === 'balance' ? null : chargedOf(card);
}
