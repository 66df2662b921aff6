/** Logs are lines of JSON whose fields are allow-listed: a field that is not in the table is left out, a value that does
 *  not have its field's shape is masked, and every run of 13 or more digits is masked wherever a shape does not vouch for
 *  it. That covers each window in which a card number or a payment code could stand; when unsure, nothing is shown. */
import { type Clock, instantText } from './time.ts';

export type LogFacts = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  /** Somebody must look: money or the program is not as it should be. */
  alarm(event: string, facts?: LogFacts): void;
}

/** `vouched` values are not scanned for digits, because their exact shape cannot be a card number. */
interface FieldRule {
  readonly shape: RegExp;
  readonly vouched?: true;
}

const ULID: FieldRule = { shape: /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, vouched: true };
const WORD: FieldRule = { shape: /^[A-Za-z0-9_.:-]{1,80}$/ };
const AMOUNT: FieldRule = { shape: /^-?[0-9]{1,12} [A-Z]{3}$/ };
const COUNT: FieldRule = { shape: /^-?[0-9]{1,12}$/ };
const INSTANT: FieldRule = { shape: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$/ };
const TEXT: FieldRule = { shape: /^[^\p{Cc}]{0,300}$/u };

const FIELDS: ReadonlyMap<string, FieldRule> = new Map([
  ...list(ULID, 'attemptId saleId tenderId refundId quoteId cardId reference outTradeNo'),
  ['tid', { shape: /^[0-9]{8}$/, vouched: true }],
  ['mid', { shape: /^[0-9]{15}$/, vouched: true }],
  ['providerRef', { shape: /^20[0-9]{26}$/, vouched: true }],
  ...list(
    WORD,
    'name state from to code subCode cause call answer action purpose kind wallet method reason field',
  ),
  ...list(WORD, 'bank batch mti stan responseCode'),
  ...list(WORD, 'alarm type level error status stage scenario source signal version file'),
  ...list(AMOUNT, 'ordered amount order'),
  ...list(COUNT, 'count made tries inMs durationMs bytes port pid epoch most migration exitCode'),
  ...list(INSTANT, 'dueAt expiresAt'),
  // What the wallet says instead: an amount or a word.
  ['found', { shape: /^[A-Za-z0-9_]{1,40}( [A-Z]{3})?$/ }],
  ['sourceDate', { shape: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ }],
  ['businessDate', { shape: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ }],
  ['address', { shape: /^[A-Za-z0-9.:/[\]_-]{1,100}$/ }],
  ['message', TEXT],
]);

const MASK = '[masked]';
const DIGIT_RUN = /[0-9](?:[ -]?[0-9]){12,}/;

/** `write` takes one line without its end. `name` is the process. */
export function createLog(name: string, clock: Clock, write: (line: string) => void): Log {
  const line =
    (level: 'info' | 'warn' | 'alarm') =>
    (event: string, facts: LogFacts = {}) => {
      const head = { at: instantText(clock.now()), level, name, event: shown(event, WORD) };
      write(JSON.stringify({ ...head, ...allowedFacts(facts) }));
    };
  return { info: line('info'), warn: line('warn'), alarm: line('alarm') };
}

/** The facts as they may be written. */
export function allowedFacts(facts: LogFacts): Record<string, string | number | boolean | null> {
  const kept: Record<string, string | number | boolean | null> = {};
  let leftOut = 0;
  for (const [field, value] of Object.entries(facts)) {
    const rule = FIELDS.get(field);
    if (rule === undefined) leftOut += 1;
    else if (value === null || typeof value === 'boolean') kept[field] = value;
    else if (typeof value === 'number' && shown(String(value), rule) !== MASK) kept[field] = value;
    else kept[field] = shown(String(value), rule);
  }
  if (leftOut > 0) kept.fieldsLeftOut = leftOut;
  return kept;
}

function shown(text: string, rule: FieldRule): string {
  if (!rule.shape.test(text)) return MASK;
  return rule.vouched !== true && DIGIT_RUN.test(text) ? MASK : text;
}

function list(rule: FieldRule, names: string): readonly (readonly [string, FieldRule])[] {
  return names.split(' ').map((name) => [name, rule] as const);
}
