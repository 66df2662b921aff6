/** Pieces that several screens share. */
import { bilingual, h, icon, priced, yuan } from './drawing.js';

export function outcomeOf(trade) {
  if (trade.status === 'WAIT_BUYER_PAY') return 'waiting';
  if (trade.status !== 'TRADE_CLOSED') return 'success';
  return trade.paidAt === null ? 'closed' : 'refunded';
}

export function bigAmount(trade) {
  return h(
    'p',
    { class: 'amount', 'data-testid': 'amount', 'data-amount': trade.amount },
    h('small', { class: 'currency' }, '¥'),
    yuan(trade.amount),
  );
}

export function pricedLine(trade) {
  if (trade.priced === null) return null;
  return h(
    'p',
    { class: 'priced', 'data-testid': 'amount-priced' },
    priced(trade.priced.amount, trade.priced.currency),
  );
}

export function titleBar(chinese, russian, onBack, onBlue) {
  return h(
    'header',
    { class: `title-bar ${onBlue ? 'on-blue' : ''}` },
    h(
      'button',
      { class: 'back', type: 'button', 'data-testid': 'back', 'aria-label': '返回 · Назад', onclick: onBack },
      icon('back'),
    ),
    bilingual('h1', '', chinese, russian),
    h('span', { class: 'back' }),
  );
}

export function avatar(name) {
  return h('span', { class: 'avatar', 'aria-hidden': 'true' }, name.slice(0, 1));
}
