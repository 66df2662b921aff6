/** The PIN pad on a screen: shows what the device shows, and does to it what a customer's hands would. */
import { cardFace, drawing, element } from './cards.js';
import { amountText, PAGE, pageLanguage, SCREEN, TRIES_LEFT } from './words.js';

const words = PAGE[pageLanguage()];
const at = (id) => document.getElementById(id);
let state = null;
let chosen = null;

const post = (path, body = {}) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear', '0', 'enter', 'cancel'];
const SIGNS = {
  cancel: 'M5 5l14 14M19 5L5 19',
  clear: 'M3 12l6-7h12v14H9z',
  enter: 'M20 5v8H5m5-5l-5 5 5 5',
};

function drawKeys() {
  at('keys').replaceChildren(
    ...KEYS.map((key) => {
      const button = element('button', {
        type: 'button',
        className: `key key-${key}`,
        onclick: () => post('/press', { key }),
      });
      button.dataset.testid = `key-${key}`;
      if (SIGNS[key] === undefined) button.append(key);
      else
        button.append(
          drawing('0 0 24 24', 'key-sign', SIGNS[key]),
          element('span', { textContent: words[key] }),
        );
      return button;
    }),
  );
}

function screenWords({ face, plugged, running }) {
  if (!running) return SCREEN.starting;
  if (!plugged) return SCREEN.unplugged;
  const { prompt } = face;
  if (prompt.kind === 'message') return null;
  if (prompt.kind === 'present_card' && prompt.entries.every((entry) => entry === 'magstripe'))
    return SCREEN.swipe_only;
  if (prompt.kind === 'present_card' && prompt.entries.every((entry) => entry === 'contactless'))
    return SCREEN.tap_again;
  if (prompt.kind === 'enter_pin' && face.pinAgain) return SCREEN.pin_again;
  return SCREEN[prompt.kind] ?? SCREEN.idle;
}

function drawScreen() {
  const { face, running, plugged } = state;
  const { prompt, language, outcome } = face;
  const spoken = screenWords(state);
  const alive = running && plugged;
  const lines = [];
  const done = alive && (prompt.kind === 'remove_card' || prompt.kind === 'message') ? outcome : null;
  if (alive && face.amount !== null)
    lines.push(element('p', { className: 'amount', textContent: amountText(face.amount, language) }));
  if (done !== null && prompt.kind === 'remove_card')
    lines.push(element('p', { className: 'outcome', textContent: SCREEN[done][language] }));
  lines.push(
    element('p', { className: 'ask', textContent: spoken === null ? prompt.text : spoken[language] }),
  );
  if (spoken !== null && language !== 'ru')
    lines.push(element('p', { className: 'also', textContent: spoken.ru }));
  if (alive && prompt.kind === 'enter_pin') lines.push(pinLine(prompt, language));
  const screen = at('screen');
  screen.lang = language;
  screen.dataset.outcome = done ?? '';
  screen.replaceChildren(...lines);
  at('device').dataset.prompt = alive ? prompt.kind : running ? 'unplugged' : 'starting';
}

/** Only how many keys were pressed is known here, never which. */
function pinLine({ digits, triesLeft }, language) {
  const dots = Array.from({ length: Math.max(digits, 4) }, (_dot, index) =>
    element('i', { className: index < digits ? 'dot full' : 'dot' }),
  );
  const line = element('div', { className: 'pin' }, ...dots);
  line.dataset.digits = String(digits);
  if (triesLeft === null) return line;
  return element(
    'div',
    {},
    line,
    element('p', { className: 'also', textContent: TRIES_LEFT[language](triesLeft) }),
  );
}

function drawSlot() {
  const card = state.cards.find(({ name }) => name === state.inSlot);
  const slot = at('slot');
  slot.dataset.card = state.inSlot ?? '';
  if (card === undefined) {
    slot.replaceChildren(
      element('span', { className: 'slot-mouth' }),
      element('p', { className: 'slot-empty', textContent: words.slot }),
    );
    return;
  }
  const button = element(
    'button',
    { type: 'button', className: 'take', onclick: () => post('/remove') },
    words.remove,
  );
  button.dataset.testid = 'remove';
  slot.replaceChildren(element('span', { className: 'slot-mouth' }), cardFace(card, true), button);
}

function drawCards() {
  const language = pageLanguage();
  at('cards').replaceChildren(
    ...state.cards.map((card) => {
      const button = element(
        'button',
        { type: 'button', className: 'card-key', onclick: () => choose(card.name) },
        cardFace(card),
        element('span', { className: 'card-title', textContent: card.title[language] }),
        element('span', {
          className: 'card-note',
          textContent: `${words.pin} ${card.pin} · ${card.currency}`,
        }),
      );
      button.dataset.testid = `card-${card.name}`;
      button.setAttribute('aria-pressed', String(card.name === chosen));
      return button;
    }),
  );
}

const WAYS = [
  { way: 'insert', needs: null, sign: 'M4 7h16v10H4zM12 17v5m-3-3l3 3 3-3' },
  {
    way: 'tap',
    needs: 'contactless',
    sign: 'M7 9a5 5 0 0 1 0 6M11 6.5a9 9 0 0 1 0 11M15 4a13 13 0 0 1 0 16',
  },
  { way: 'swipe', needs: 'magstripe', sign: 'M3 8h18M3 12h18M15 16h6m-3-3l3 3-3 3' },
];

function drawActions() {
  const card = state.cards.find(({ name }) => name === chosen);
  if (card === undefined) {
    at('actions').replaceChildren(element('p', { className: 'hint', textContent: words.choose }));
    return;
  }
  at('actions').replaceChildren(
    ...WAYS.map(({ way, needs, sign }) => {
      const button = element(
        'button',
        {
          type: 'button',
          className: 'act',
          disabled: needs !== null && !card.interfaces.includes(needs),
          onclick: () => post(`/${way}`, { card: card.name }),
        },
        drawing('0 0 24 24', 'act-sign', sign),
        element('span', { textContent: words[way] }),
      );
      button.dataset.testid = way;
      return button;
    }),
  );
}

function drawFaults() {
  const reboot = element(
    'button',
    { type: 'button', className: 'quiet', onclick: () => post('/reboot') },
    words.reboot,
  );
  reboot.dataset.testid = 'reboot';
  at('faults').replaceChildren(
    ...Object.entries(state.faults).map(([name, on]) => {
      const button = element('button', {
        type: 'button',
        className: 'quiet',
        textContent: words.fault[name],
        onclick: () => post('/fault', { name, on: !on }),
      });
      button.setAttribute('aria-pressed', String(on));
      return button;
    }),
    reboot,
  );
}

/** The cards are drawn once and only marked after: what is under a finger or holds the focus stays. */
function choose(name) {
  chosen = chosen === name ? null : name;
  for (const [index, button] of [...at('cards').children].entries())
    button.setAttribute('aria-pressed', String(state.cards[index].name === chosen));
  drawActions();
}

let latest = 0;
async function refresh() {
  latest += 1;
  const asked = latest;
  const next = await (await fetch('/state')).json();
  if (asked < latest) return;
  const first = state === null;
  state = next;
  if (first) drawCards();
  if (first) drawActions();
  drawScreen();
  drawSlot();
  drawFaults();
  const plug = at('plug');
  plug.textContent = state.plugged ? words.unplug : words.plug;
  plug.setAttribute('aria-pressed', String(!state.plugged));
  at('serial').textContent = state.serial;
}

const BY_KEY = { Enter: 'enter', Backspace: 'clear', Delete: 'clear', Escape: 'cancel' };

function onKey(event) {
  if (state === null || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = /^[0-9]$/.test(event.key) ? event.key : BY_KEY[event.key];
  if (key === undefined) return;
  // While a PIN is asked for, the keyboard is the device's; else Enter belongs to what has the focus.
  if (state.face.prompt.kind !== 'enter_pin' && key !== 'cancel') return;
  event.preventDefault();
  post('/press', { key });
}

document.documentElement.lang = pageLanguage();
at('drawer-title').textContent = words.drawer;
at('faults-title').textContent = words.faults;
at('plug').onclick = () => post('/plug', { on: !state.plugged });
addEventListener('keydown', onKey);
drawKeys();
const events = new EventSource('/events');
events.onmessage = refresh;
events.onopen = refresh;
