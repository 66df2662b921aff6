/** A keyboard-wedge scanner told from a person, as a pure step over key events.
 *
 *  A scan is a run of printable keys no more than `gapMs` apart, closed by Enter, Tab or a line feed within the same gap,
 *  of at least `minLength` characters. Many scanners end with two of these: what follows the first within the gap is
 *  swallowed, or it would press what has the focus. Some send control characters as function or cursor keys or with Control:
 *  within the gap of a burst no such key is a person's, and it is swallowed without ending the burst. Characters come from physical key codes (us-layout.ts), or from Alt
 *  and the number pad, where a scanner types character codes. A held key repeats as fast as a scanner types, so repeats
 *  never count.
 *  Errors  none: what is no scan passes to the page untouched */
import { usCharacter } from './us-layout.ts';

export interface WedgeSettings {
  readonly gapMs: number;
  readonly minLength: number;
}

export const WEDGE_DEFAULTS: WedgeSettings = { gapMs: 50, minLength: 6 };

/** A run this long is not a person's hand before Enter, though it is too short for a code. */
const BURST_LEAST = 2;

/** The contract takes no longer text. A longer run is nobody's code, and its end is not one either. */
const LENGTH_MOST = 512;

export interface KeyStroke {
  readonly kind: 'down' | 'up';
  readonly code: string;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly repeat: boolean;
  readonly atMs: number;
}

export interface WedgeState {
  readonly text: string;
  readonly lastAtMs: number;
  /** The last key ended a burst, or followed such an end at once as another. */
  readonly ended: boolean;
  /** Digits typed on the number pad since Alt went down; null while it is up. */
  readonly altDigits: string | null;
}

/** `begin`: this key may be the first of a burst, so remember what it is about to disturb. `within`: it belongs to one.
 *  `scan`: swallow this key and put back what the burst disturbed. `end`: this key ends a burst that is no code; it is a text
 *  field's own, and presses nothing else. `swallow`: this key is one more end of the last burst, or a command within one. */
export type WedgeDecision =
  | { readonly kind: 'pass' }
  | { readonly kind: 'begin' }
  | { readonly kind: 'within' }
  | { readonly kind: 'scan'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'swallow' };

export interface WedgeStep {
  readonly state: WedgeState;
  readonly decision: WedgeDecision;
}

export const WEDGE_IDLE: WedgeState = {
  text: '',
  lastAtMs: Number.NEGATIVE_INFINITY,
  ended: false,
  altDigits: null,
};

const PASS: WedgeDecision = { kind: 'pass' };
const MODIFIERS = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'NumLock', 'ControlLeft', 'ControlRight']);
const TERMINATORS = new Set(['Enter', 'NumpadEnter', 'Tab']);
const COMMANDS = /^(F\d+|Arrow(Up|Down|Left|Right)|Escape|Home|End|Page(Up|Down)|Insert|Delete)$/;
const AIM_PREFIX = /^\][A-Za-z][0-9A-Za-z]/;
const GROUP_SEPARATOR = '\u001d';

export function wedgeStep(state: WedgeState, key: KeyStroke, settings: WedgeSettings): WedgeStep {
  if (key.code === 'AltLeft' || key.code === 'AltRight') return altStep(state, key, settings);
  if (key.kind === 'up' || MODIFIERS.has(key.code)) return { state, decision: PASS };
  if (key.repeat || key.meta) return { state: WEDGE_IDLE, decision: PASS };
  if (state.altDigits !== null) return altDigitStep(state, key, settings);
  if (isTerminator(key)) return finish(state, key.atMs, settings);
  const character = characterOf(key);
  if (character === null) return command(state, key, settings);
  return append(state, character, key.atMs, settings);
}

/** Control and J is how a wedge types a line feed. */
function isTerminator(key: KeyStroke): boolean {
  return TERMINATORS.has(key.code) || (key.ctrl && key.code === 'KeyJ');
}

/** Control and the right bracket is how a wedge types the group separator. */
function characterOf(key: KeyStroke): string | null {
  if (key.ctrl) return key.code === 'BracketRight' ? GROUP_SEPARATOR : null;
  return usCharacter(key.code, key.shift);
}

/** What a burst has no character for. After the end of a burst it is swallowed too, and the burst is over. */
function command(state: WedgeState, key: KeyStroke, settings: WedgeSettings): WedgeStep {
  const commands = key.ctrl || COMMANDS.test(key.code);
  const inBurst = (state.text !== '' || state.ended) && key.atMs - state.lastAtMs <= settings.gapMs;
  if (!commands || !inBurst) return { state: WEDGE_IDLE, decision: PASS };
  return {
    state: state.ended ? WEDGE_IDLE : { ...state, lastAtMs: key.atMs },
    decision: { kind: 'swallow' },
  };
}

function append(state: WedgeState, character: string, atMs: number, settings: WedgeSettings): WedgeStep {
  const continues = state.text !== '' && atMs - state.lastAtMs <= settings.gapMs;
  const text = state.text.length > LENGTH_MOST ? state.text : state.text + character;
  return {
    state: { text: continues ? text : character, lastAtMs: atMs, ended: false, altDigits: null },
    decision: { kind: continues ? 'within' : 'begin' },
  };
}

function finish(state: WedgeState, atMs: number, settings: WedgeSettings): WedgeStep {
  const inTime = atMs - state.lastAtMs <= settings.gapMs;
  const ended: WedgeState = { ...WEDGE_IDLE, lastAtMs: atMs, ended: true };
  if (inTime && state.ended) return { state: ended, decision: { kind: 'swallow' } };
  const whole = inTime && state.text.length >= settings.minLength && state.text.length <= LENGTH_MOST;
  const text = state.text.replace(AIM_PREFIX, '');
  if (whole && text !== '') return { state: ended, decision: { kind: 'scan', text } };
  if (inTime && state.text.length >= BURST_LEAST) return { state: ended, decision: { kind: 'end' } };
  return { state: WEDGE_IDLE, decision: PASS };
}

/** Alt going down opens a character code; Alt going up closes it. */
function altStep(state: WedgeState, key: KeyStroke, settings: WedgeSettings): WedgeStep {
  if (key.kind === 'down') {
    return { state: { ...state, altDigits: state.altDigits ?? '' }, decision: PASS };
  }
  const digits = state.altDigits ?? '';
  const code = Number.parseInt(digits, 10);
  const rest: WedgeState = { ...state, altDigits: null };
  if (code === 13 || code === 10 || code === 9) return finish(rest, key.atMs, settings);
  if (code === 29 || (code >= 32 && code <= 126)) {
    return append(rest, String.fromCharCode(code), key.atMs, settings);
  }
  return { state: digits === '' ? rest : WEDGE_IDLE, decision: PASS };
}

function altDigitStep(state: WedgeState, key: KeyStroke, settings: WedgeSettings): WedgeStep {
  const digit = /^Numpad([0-9])$/.exec(key.code)?.[1];
  const slow = (state.text !== '' || state.ended) && key.atMs - state.lastAtMs > settings.gapMs;
  if (digit === undefined || (state.altDigits ?? '').length >= 4) {
    return { state: { ...WEDGE_IDLE, altDigits: state.altDigits }, decision: PASS };
  }
  const altDigits = `${state.altDigits ?? ''}${digit}`;
  const begins = slow || (state.text === '' && altDigits.length === 1);
  return {
    state: { text: slow ? '' : state.text, lastAtMs: key.atMs, ended: state.ended && !slow, altDigits },
    decision: { kind: begins ? 'begin' : 'within' },
  };
}
