/** The customer's phone: which screen is shown, what is asked of the wallet, and what moves by itself. */
import { outcomeOf } from './parts.js';
import { codeScreen, confirmScreen, resultScreen, scanScreen } from './paying.js';
import { chooseScreen, historyScreen, homeScreen } from './screens.js';

const POLL_MS = 700;
const TICK_MS = 250;

const REFUSALS = {
  not_a_merchant_qr: '这不是商家收款二维码 · Это не QR магазина',
  qr_unknown: '二维码无法识别 · QR не найден',
  qr_expired: '二维码已过期，请让收银员重新生成 · QR устарел',
  qr_closed: '订单已关闭，请勿付款 · Заказ закрыт',
  qr_taken: '该订单正由他人付款 · Заказ оплачивает другой',
  pin_wrong: '密码错误，请重试 · Неверный PIN',
  pin_locked: '密码错误次数过多，请 10 分钟后再试 · PIN заблокирован на 10 минут',
  not_waiting: '订单已关闭或已付款 · Заказ уже закрыт или оплачен',
  not_enough: '余额不足 · Недостаточно средств',
  day_limit: '超出单日限额 · Превышен дневной лимит',
  year_limit: '超出账户限额 · Превышен лимит счёта',
  blocked: '账户已冻结 · Счёт заблокирован',
};

const root = document.querySelector('#phone');
const view = {
  screen: 'choose',
  buyers: [],
  buyer: null,
  balance: '0.00',
  history: [],
  code: null,
  codeEndsAt: 0,
  trade: null,
  from: 'home',
  pin: '',
  error: null,
  reason: null,
  busy: false,
};

async function ask(path, body = {}) {
  const answer = await fetch(`/phone/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The wallet answered ${answer.status}.`);
  return answer.json();
}

function show(screen, changes = {}) {
  Object.assign(view, { error: null, reason: null, pin: '' }, changes, { screen });
  paint();
}

function paint() {
  const focused = document.activeElement?.getAttribute('data-testid') ?? null;
  root.dataset.screen = view.screen;
  root.replaceChildren(...elements().flat(2).filter(Boolean));
  if (focused !== null) root.querySelector(`[data-testid="${focused}"]`)?.focus();
  tick();
}

function elements() {
  switch (view.screen) {
    case 'home':
      return homeScreen({ ...view, go });
    case 'code':
      return codeScreen({ ...view, go, onRefresh: () => void guarded(freshCode) });
    case 'scan':
      return scanScreen({
        error: view.error,
        go,
        onPaste: (input) => void guarded(() => paste(input)),
        onScan: (text) => void guarded(() => scan(text)),
      });
    case 'confirm':
      return confirmScreen({ ...view, onKey: key, onErase: erase, onDismiss: () => void guarded(dismiss) });
    case 'result':
      return resultScreen({
        ...view,
        outcome: view.reason === null ? outcomeOf(view.trade) : 'failed',
        onDone: () => go('home'),
      });
    case 'history':
      return historyScreen({ history: view.history, go, onOpen: (trade) => show('result', { trade }) });
    default:
      return chooseScreen({ buyers: view.buyers, onChoose: (buyer) => enter(buyer) });
  }
}

function enter(buyer) {
  history.replaceState(null, '', `#${buyer.buyerId}`);
  show('home', { buyer, balance: buyer.balance, history: [] });
  void guarded(refreshHistory);
}

function go(screen) {
  if (screen === 'code') void guarded(freshCode);
  else if (screen === 'choose') void guarded(loadBuyers);
  else {
    show(screen);
    if (screen !== 'scan') void guarded(refreshHistory);
  }
}

async function loadBuyers() {
  const { buyers } = await ask('buyers');
  view.buyers = buyers;
  const known =
    view.buyer === null ? buyers.find((buyer) => `#${buyer.buyerId}` === location.hash) : undefined;
  if (known === undefined) show('choose');
  else enter(known);
}

async function refreshHistory() {
  const { history: trades } = await ask('history', { buyerId: view.buyer.buyerId });
  const changed = JSON.stringify(trades) !== JSON.stringify(view.history);
  view.history = trades;
  if (changed && (view.screen === 'home' || view.screen === 'history')) paint();
}

async function freshCode() {
  const code = await ask('code', { buyerId: view.buyer.buyerId });
  show('code', { code, codeEndsAt: performance.now() + code.remainingMs });
}

async function paste(input) {
  input.value = await navigator.clipboard.readText();
  await scan(input.value);
}

async function scan(content) {
  if (content.trim() === '') return;
  const answer = await ask('scan', { buyerId: view.buyer.buyerId, content });
  if (!answer.ok) fail(answer.reason);
  else if (answer.trade.status === 'WAIT_BUYER_PAY') show('confirm', { trade: answer.trade, from: 'scan' });
  else show('result', { trade: answer.trade });
}

function fail(reason) {
  const typed = document.querySelector('#scan-input')?.value ?? '';
  view.error = REFUSALS[reason] ?? reason;
  view.pin = '';
  paint();
  const input = document.querySelector('#scan-input');
  if (input !== null) input.value = typed;
}

function key(digit) {
  if (view.busy || view.pin.length >= 6) return;
  view.pin += digit;
  view.error = null;
  paint();
  if (view.pin.length === 6) void guarded(approve);
}

function erase() {
  view.pin = view.pin.slice(0, -1);
  paint();
}

async function approve() {
  view.busy = true;
  try {
    const answer = await ask('approve', { tradeNo: view.trade.tradeNo, pin: view.pin });
    if (answer.ok) show('result', { trade: answer.trade });
    else if (answer.reason.startsWith('pin_')) fail(answer.reason);
    else show('result', { reason: REFUSALS[answer.reason] ?? answer.reason });
  } finally {
    view.busy = false;
  }
}

async function dismiss() {
  await ask('dismiss', { tradeNo: view.trade.tradeNo });
  go(view.from === 'code' ? 'code' : 'home');
}

/** What the wallet says meanwhile: a request for the PIN, a code that was taken, a trade that ended. */
async function poll() {
  if (view.buyer === null || view.screen === 'choose') return;
  const before = view.screen;
  const code = before === 'code' ? view.code.code : undefined;
  const tradeNo = before === 'confirm' ? view.trade.tradeNo : undefined;
  const state = await ask('state', { buyerId: view.buyer.buyerId, code, tradeNo });
  if (view.screen !== before || view.busy) return;
  const richer = state.balance !== view.balance;
  view.balance = state.balance;
  const asking = state.pending[0];
  if (asking !== undefined && ['home', 'code', 'history'].includes(before)) {
    show('confirm', { trade: asking, from: before });
  } else if (before === 'code' && state.presented?.paidAt != null) show('result', { trade: state.presented });
  else if (before === 'code' && state.codeSpent) await freshCode();
  else if (before === 'confirm' && state.watched !== null && state.watched.status !== 'WAIT_BUYER_PAY') {
    show('result', { trade: state.watched });
  } else if (before === 'home' || before === 'history') {
    if (richer) paint();
    await refreshHistory();
  }
}

function tick() {
  if (view.screen !== 'code') return;
  const leftMs = Math.max(0, view.codeEndsAt - performance.now());
  const fill = root.querySelector('[data-role="countdown-fill"]');
  const text = root.querySelector('[data-role="countdown-text"]');
  if (fill !== null) fill.style.transform = `scaleX(${leftMs / view.code.remainingMs})`;
  if (text !== null)
    text.textContent = `${Math.ceil(leftMs / 1_000)} 秒后自动刷新 · Обновится через ${Math.ceil(leftMs / 1_000)} с`;
  if (leftMs === 0 && !view.busy) void guarded(freshCode);
}

async function guarded(work) {
  try {
    await work();
    root.removeAttribute('data-offline');
  } catch {
    root.setAttribute('data-offline', '');
  }
}

async function pollForever() {
  await guarded(poll);
  setTimeout(pollForever, POLL_MS);
}

document.addEventListener('keydown', (event) => {
  if (view.screen !== 'confirm') return;
  if (/^[0-9]$/.test(event.key)) key(event.key);
  else if (event.key === 'Backspace') erase();
});

setInterval(tick, TICK_MS);
await guarded(loadBuyers);
void pollForever();
