/** The screens on which money is about to move: code, scan, confirmation, result. */
import { barcode, bilingual, h, icon, moment, qrcode, yuan } from './drawing.js';
import { bigAmount, pricedLine, titleBar } from './parts.js';

export function codeScreen({ buyer, code, balance, go, onRefresh }) {
  const groups = code.code.replace(/(\d{4})(?=\d)/g, '$1 ');
  return [
    titleBar('付款码', 'Код оплаты', () => go('home'), true),
    h(
      'section',
      { class: 'card code-card' },
      bilingual('p', 'code-hint', '请向收银员出示付款码', 'Покажите код кассиру'),
      h('div', { class: 'barcode', 'data-testid': 'barcode' }, barcode(code.bars, `条形码 ${groups}`)),
      h('p', { class: 'code-digits', 'data-testid': 'payment-code', 'data-code': code.code }, groups),
      h('div', { class: 'qr', 'data-testid': 'payment-qr' }, qrcode(code.qr, '付款二维码')),
      h(
        'div',
        { class: 'countdown' },
        h('div', { class: 'track' }, h('div', { class: 'fill', 'data-role': 'countdown-fill' })),
        h('p', { 'data-testid': 'countdown', 'data-role': 'countdown-text' }, ''),
      ),
      h(
        'button',
        { class: 'quiet', type: 'button', 'data-testid': 'refresh-code', onclick: onRefresh },
        '立即刷新 · Обновить',
      ),
    ),
    h(
      'p',
      { class: 'source' },
      h('span', {}, `${buyer.name} · 账户余额`),
      h('strong', { 'data-testid': 'balance' }, `¥${yuan(balance)}`),
    ),
  ];
}

export function scanScreen({ go, onScan, onPaste, error }) {
  const input = h('textarea', {
    id: 'scan-input',
    'data-testid': 'scan-input',
    rows: '3',
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: 'https://qr.alipay.com/…',
  });
  const submit = (event) => {
    event.preventDefault();
    onScan(input.value);
  };
  return [
    titleBar('扫一扫', 'Сканировать', () => go('home'), true),
    h(
      'div',
      { class: 'finder', 'aria-hidden': 'true' },
      h(
        'div',
        { class: 'finder-frame' },
        h('i', {}),
        h('i', {}),
        h('i', {}),
        h('i', {}),
        h('div', { class: 'beam' }),
      ),
    ),
    h(
      'form',
      { class: 'sheet scan-form', onsubmit: submit },
      h(
        'label',
        { for: 'scan-input' },
        bilingual('span', 'section-title', '粘贴商家二维码内容', 'Вставьте содержимое QR с экрана магазина'),
      ),
      input,
      h('p', { class: 'error', role: 'alert', 'data-testid': 'scan-error' }, error ?? ''),
      h(
        'div',
        { class: 'pair' },
        h(
          'button',
          { class: 'secondary', type: 'button', 'data-testid': 'scan-paste', onclick: () => onPaste(input) },
          '从剪贴板',
        ),
        h('button', { class: 'primary', type: 'submit', 'data-testid': 'scan-submit' }, '识别 · Далее'),
      ),
    ),
  ];
}

export function confirmScreen({ trade, balance, pin, error, onKey, onErase, onDismiss }) {
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const key = (digit) =>
    h('button', { type: 'button', 'data-testid': `pin-${digit}`, onclick: () => onKey(digit) }, digit);
  return [
    titleBar('确认付款', 'Подтвердите оплату', onDismiss, false),
    h(
      'section',
      { class: 'confirm', 'data-testid': 'confirm', 'data-trade-no': trade.tradeNo },
      h('div', { class: 'shop' }, icon('shop')),
      h('p', { class: 'shop-name', 'data-testid': 'merchant' }, trade.merchantName),
      h('p', { class: 'subject' }, trade.subject),
      bigAmount(trade),
      pricedLine(trade),
      h('p', { class: 'method' }, h('span', {}, '付款方式'), h('strong', {}, `账户余额 ¥${yuan(balance)}`)),
    ),
    h(
      'section',
      { class: 'pin-pad' },
      bilingual('p', 'pin-title', '请输入 6 位支付密码', 'Введите PIN из шести цифр'),
      h(
        'div',
        { class: 'dots', role: 'status', 'aria-label': `已输入 ${pin.length} 位` },
        Array.from({ length: 6 }, (_dot, index) => h('i', { class: index < pin.length ? 'on' : '' })),
      ),
      h('p', { class: 'error', role: 'alert', 'data-testid': 'pin-error' }, error ?? ''),
      h(
        'div',
        { class: 'keys' },
        keys.map(key),
        h('span', {}),
        key('0'),
        h(
          'button',
          { type: 'button', 'data-testid': 'pin-back', 'aria-label': '删除', onclick: onErase },
          icon('erase'),
        ),
      ),
    ),
  ];
}

const RESULTS = {
  success: ['check', '付款成功', 'Оплачено'],
  closed: ['cross', '交易已关闭', 'Платёж закрыт, деньги не списаны'],
  refunded: ['swap', '已退款', 'Деньги возвращены'],
  failed: ['cross', '付款未完成', 'Не оплачено'],
  waiting: ['clock', '等待付款', 'Ожидает оплаты'],
};

export function resultScreen({ trade, outcome, reason, onDone }) {
  const [symbol, chinese, russian] = RESULTS[outcome];
  return [
    h(
      'section',
      { class: `result result-${outcome}`, 'data-testid': 'result', 'data-status': outcome },
      h('div', { class: 'seal' }, icon(symbol)),
      bilingual('h1', 'result-title', chinese, russian),
      reason === null ? null : h('p', { class: 'reason' }, reason),
      trade === null
        ? null
        : [h('p', { class: 'shop-name' }, trade.merchantName), bigAmount(trade), pricedLine(trade)],
    ),
    trade === null ? null : details(trade),
    h(
      'footer',
      { class: 'bottom' },
      h(
        'button',
        { class: 'primary', type: 'button', 'data-testid': 'done', onclick: onDone },
        '完成 · Готово',
      ),
    ),
  ];
}

function details(trade) {
  const line = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  return h(
    'dl',
    { class: 'details' },
    line('商品', trade.subject),
    line('时间', moment(trade.paidAt ?? trade.createdAt)),
    trade.priced === null ? null : line('汇率', `1 ${trade.priced.currency} = ¥${trade.priced.rate}`),
    line('交易号', trade.tradeNo),
    line('商户订单号', trade.outTradeNo),
    trade.refunds.map((made) => line('退款', `+¥${yuan(made.amount)} · ${moment(made.at)}`)),
  );
}
