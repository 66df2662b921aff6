/** The bank's page: its books as they change, and scenarios to arm with a click. */
import { WORDS } from '/words.js';

const byId = (id) => document.getElementById(id);
let language = navigator.language.startsWith('ru') ? 'ru' : 'en';
let view = null;
let scenarios = {};
let loading = false;
let stale = false;

const words = () => WORDS[language];

function made(tag, className, text) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Minor units of a currency of two decimals, written for the reader. The text stays exact: no number is made of it. */
function money(minor, currency) {
  const negative = minor.startsWith('-');
  const digits = minor.replace('-', '').padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const point = language === 'ru' ? ',' : '.';
  const sign = { RUB: '₽', CNY: '¥' }[currency] ?? currency;
  return `${negative ? '−' : ''}${whole}${point}${digits.slice(-2)}\u00a0${sign}`;
}

async function call(path, body) {
  const options =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`/control/${path}`, options);
  if (!response.ok) throw new Error(path);
  return response.json();
}

/** Changes that come while the books are on their way are fetched in one go afterwards. */
async function load() {
  stale = true;
  if (loading) return;
  loading = true;
  try {
    while (stale) {
      stale = false;
      view = await call('view');
      draw();
    }
    trouble(false);
  } catch {
    trouble(true);
  } finally {
    loading = false;
  }
}

function trouble(shown) {
  byId('trouble').hidden = !shown;
  byId('trouble').textContent = words().lost;
}

function draw() {
  const { bank, businessDate, link } = view;
  document.documentElement.lang = language;
  document.title = bank;
  for (const element of document.querySelectorAll('[data-word]'))
    element.textContent = words()[element.dataset.word];
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  byId('bank').textContent = bank;
  byId('day').textContent = `${words().day} ${businessDate}`;
  byId('link').textContent = link.signedOn > 0 ? `${words().up} · ${link.signedOn}` : words().down;
  byId('link').className = link.signedOn > 0 ? 'up' : 'down';
  drawAccounts();
  drawTransactions();
  drawCards();
  drawArmed();
  drawScenarios();
}

function drawAccounts() {
  const rows = view.accounts.map(({ account, holder, currency, balanceMinor, heldMinor }) => {
    const row = made('li', '');
    row.append(made('span', 'name', account), made('span', 'holder', holder));
    row.append(made('b', 'money', money(balanceMinor, currency)));
    if (heldMinor !== '0') row.append(made('span', 'held', `${words().held} ${money(heldMinor, currency)}`));
    return row;
  });
  byId('accounts').replaceChildren(...rows);
  const owed = view.owed.map(({ account, currency, amountMinor }) => {
    const row = made('li', '');
    row.append(made('span', 'name', account.replace('acquirer:', '')));
    row.append(made('b', 'money', money(amountMinor, currency)));
    return row;
  });
  byId('owed').replaceChildren(...owed);
}

function drawTransactions() {
  const names = new Map(view.cards.map((card) => [card.name, card.maskedPan.slice(-4)]));
  const rows = [...view.transactions].reverse().map((each) => {
    const row = made('tr', each.state);
    const at = new Date(Number(each.at));
    row.append(made('td', 'time', at.toLocaleTimeString(language)));
    row.append(made('td', '', words().kinds[each.kind]));
    row.append(
      made('td', 'card', each.card === null ? '—' : `•• ${names.get(each.card) ?? ''} ${each.card}`),
    );
    row.append(made('td', 'money', money(each.amountMinor, each.currency)));
    row.append(made('td', 'code', each.code), made('td', 'state', words().states[each.state]));
    return row;
  });
  byId('transactions').replaceChildren(...rows);
  byId('nothing').hidden = rows.length > 0;
}

function drawCards() {
  const select = byId('card');
  const chosen = select.value;
  const options = [
    new Option(words().anyCard, ''),
    ...view.cards.map(({ name, maskedPan }) => new Option(`${name} •• ${maskedPan.slice(-4)}`, name)),
  ];
  select.replaceChildren(...options);
  select.value = chosen;
}

function drawArmed() {
  const rows = view.armed.map(({ id, scenario, card, left }) => {
    const row = made('li', '');
    const often = left === null ? words().always : left === 1 ? words().next : `× ${left}`;
    const what = scenarios[scenario]?.[language] ?? scenario;
    row.append(made('span', '', [what, card, often].filter((part) => part !== null).join(' · ')));
    const button = made('button', '', '×');
    button.type = 'button';
    button.setAttribute('aria-label', words().disarm);
    button.addEventListener('click', () => act('disarm', { id }));
    row.append(button);
    return row;
  });
  byId('armed').replaceChildren(...rows);
}

function drawScenarios() {
  const groups = [
    ['answer', words().answer],
    ['delivery', words().delivery],
    ['link', words().linkKind],
  ].flatMap(([kind, title]) => {
    const buttons = Object.entries(scenarios)
      .filter(([, scenario]) => scenario.kind === kind)
      .map(([name, scenario]) => scenarioButton(name, scenario));
    const group = made('div', 'group');
    group.append(...buttons);
    return [made('h3', '', title), group];
  });
  const box = byId('scenarios');
  const at = box.scrollTop;
  box.replaceChildren(...groups);
  box.scrollTop = at;
}

function scenarioButton(name, scenario) {
  const button = made('button', 'scenario');
  button.type = 'button';
  button.dataset.scenario = name;
  if (scenario.code !== null) button.append(made('b', '', scenario.code));
  button.append(scenario[language]);
  button.addEventListener('click', () => {
    const card = byId('card').value;
    act('arm', { scenario: name, standing: byId('standing').checked, ...(card === '' ? {} : { card }) });
  });
  return button;
}

async function act(path, body) {
  try {
    await call(path, body);
    await load();
  } catch {
    trouble(true);
  }
}

for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => {
    language = button.dataset.language;
    draw();
  });

const changes = new EventSource('/changes');
changes.addEventListener('message', () => void load());
changes.addEventListener('open', () => void load());
changes.addEventListener('error', () => trouble(true));
scenarios = (await call('scenarios')).scenarios;
await load();
