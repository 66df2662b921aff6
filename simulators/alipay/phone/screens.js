/** The screens on which nothing is paid: whose phone, home, history. Each takes what it shows and what may be done. */
import { bilingual, h, icon, moment, yuan } from './drawing.js';
import { avatar, outcomeOf, titleBar } from './parts.js';

const CLASS_WORDS = { I: '一类账户', II: '二类账户', III: '三类账户' };

export function chooseScreen({ buyers, onChoose }) {
  return [
    h(
      'header',
      { class: 'hero hero-tall' },
      h('div', { class: 'mark', 'aria-hidden': 'true' }, icon('swap')),
      bilingual('h1', 'hero-title', '选择钱包', 'Чей это телефон?'),
    ),
    h(
      'section',
      { class: 'sheet' },
      buyers.map((buyer) =>
        h(
          'button',
          {
            class: 'row buyer',
            type: 'button',
            'data-testid': `buyer-${buyer.buyerId}`,
            onclick: () => onChoose(buyer),
          },
          avatar(buyer.name),
          h(
            'span',
            { class: 'row-text' },
            h('strong', {}, buyer.name),
            h('small', {}, `${buyer.logonId} · ${CLASS_WORDS[buyer.accountClass]}`),
          ),
          h('span', { class: 'row-amount' }, `¥${yuan(buyer.balance)}`),
        ),
      ),
    ),
  ];
}

export function homeScreen({ buyer, balance, history, go }) {
  return [
    h(
      'header',
      { class: 'hero' },
      h(
        'div',
        { class: 'hero-bar' },
        h(
          'button',
          {
            class: 'person',
            type: 'button',
            'data-testid': 'change-buyer',
            'aria-label': '切换用户',
            onclick: () => go('choose'),
          },
          avatar(buyer.name),
          h('span', { class: 'row-text' }, h('strong', {}, buyer.name), h('small', {}, buyer.logonId)),
        ),
      ),
      h(
        'div',
        { class: 'quick' },
        quick('scan', '扫一扫', 'Сканировать', () => go('scan')),
        quick('code', '付款码', 'Код оплаты', () => go('code')),
        quick('list', '账单', 'История', () => go('history')),
      ),
    ),
    h(
      'section',
      { class: 'sheet' },
      h(
        'div',
        { class: 'card balance' },
        bilingual('span', 'label', '账户余额', 'Баланс'),
        h('strong', { 'data-testid': 'balance' }, h('small', { class: 'currency' }, '¥'), yuan(balance)),
      ),
      bilingual('h2', 'section-title', '最近交易', 'Последние операции'),
      tradeList(history.slice(0, 4)),
    ),
  ];
}

export function historyScreen({ history, go, onOpen }) {
  return [
    titleBar('账单', 'История', () => go('home'), false),
    h('section', { class: 'sheet flat' }, tradeList(history, onOpen)),
  ];
}

function tradeList(history, onOpen) {
  if (history.length === 0) {
    return h(
      'div',
      { class: 'empty', 'data-testid': 'history-empty' },
      icon('list'),
      bilingual('p', '', '还没有交易', 'Пока ничего не куплено'),
    );
  }
  return h(
    'ul',
    { class: 'trades' },
    history.map((trade) => tradeRow(trade, onOpen)),
  );
}

function tradeRow(trade, onOpen) {
  const outcome = outcomeOf(trade);
  const words = { success: '支付成功', closed: '已关闭', refunded: '全额退款', waiting: '待付款' };
  const refunds = trade.refunds.map((made) =>
    h(
      'small',
      { class: 'refund', 'data-testid': 'history-refund' },
      `退款 +${yuan(made.amount)} · ${moment(made.at)}`,
    ),
  );
  return h(
    'li',
    {
      class: `trade trade-${outcome}`,
      'data-testid': 'history-item',
      'data-trade-no': trade.tradeNo,
      'data-status': outcome,
    },
    h(
      onOpen === undefined ? 'div' : 'button',
      { class: 'row', ...(onOpen === undefined ? {} : { type: 'button', onclick: () => onOpen(trade) }) },
      h('span', { class: 'tile' }, icon('shop')),
      h(
        'span',
        { class: 'row-text' },
        h('strong', {}, trade.merchantName),
        h('small', {}, `${moment(trade.createdAt)} · ${words[outcome]}`),
        refunds,
      ),
      h(
        'span',
        { class: 'row-amount' },
        `${outcome === 'success' || outcome === 'refunded' ? '−' : ''}${yuan(trade.amount)}`,
      ),
    ),
  );
}

function quick(name, chinese, russian, onclick) {
  return h(
    'button',
    { type: 'button', 'data-testid': `action-${name}`, onclick },
    icon(name),
    bilingual('span', '', chinese, russian),
  );
}
