/** What the customer sees: lines, the sum in both currencies, the QR. It can only be read. */
import { moneyToJson } from '../../../gateway/kernel/money.ts';
import type { CustomerView, ScreenName } from '../../contract/view.ts';
import type { TillCore } from '../core.ts';
import { basketView } from './basket.ts';
import { chargeView, offerView } from './card.ts';
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
  card_done: 'welcome',
  preauthorisations: 'welcome',
  paid: 'paid',
  not_paid: 'not_paid',
  set_aside: 'not_paid',
  refund_find: 'welcome',
  refund_choose: 'welcome',
  refund_confirm: 'welcome',
  refund_progress: 'please_wait',
  refund_done: 'welcome',
  today: 'welcome',
};

export function customerView(core: TillCore): CustomerView {
  const { shop } = core.parts;
  const { screen, attempt, card } = core.state;
  const conversion = card?.conversion;
  const basket = basketView(core);
  const state = stateOf(core);
  // Of a refund or a hold there are no goods to show.
  const ofSale = card === null || card.order.tenderId !== null;
  const shown = state !== 'welcome' && screen.name !== 'refund_progress' && ofSale;
  const payment = state === 'qr' && attempt !== null ? paymentView(core, attempt) : null;
  const change = screen.name === 'paid' ? screen.change : null;
  return {
    revision: core.revision,
    at: core.now(),
    language: core.state.customerLanguage,
    shop: { ru: shop.nameRu, zh: shop.nameZh },
    takesCards: core.cards !== null,
    state,
    lines: shown ? basket.lines : [],
    total: shown ? basket.total : null,
    gift: shown ? basket.gift : null,
    yuan: shown && card === null ? basket.yuan : null,
    rate: shown && card === null ? basket.rate : null,
    charge: shown && card !== null ? chargeView(card, state === 'paid') : null,
    qr: payment?.qr ?? null,
    change: change === null ? null : moneyToJson(change),
    cardPrompt: state === 'card' ? (core.cards?.pad.prompt ?? null) : null,
    cardOffer: state === 'card_offer' && conversion != null ? offerView(conversion) : null,
  };
}

function stateOf(core: TillCore): CustomerView['state'] {
  const name = screenName(core);
  const { attempt, basket } = core.state;
  if (name === 'sale' && basket.lines.length === 0) return 'welcome';
  const confirming =
    attempt?.payment?.state === 'waiting' && attempt.wish === 'pay' && attempt.order.method === 'scanned';
  if (name === 'wallet_unknown' && confirming) return 'confirm_on_phone';
  return STATES[name];
}
