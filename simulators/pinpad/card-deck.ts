/** The drawer: virtual cards as data, checked before the device opens. Numbers are of the schemes' ranges, pass the check
 *  digit and belong to nobody. */
import { readFileSync } from 'node:fs';

/** `chip_fails`: the stripe works. `unreadable`: nothing does. `declines_offline`: AAC at once.
 *  `refuses_approval`: AAC after the issuer said yes. Expired and stopped cards are sound ones; their issuer decides. */
export const BEHAVIOURS = [
  'sound',
  'chip_fails',
  'unreadable',
  'unsupported',
  'declines_offline',
  'refuses_approval',
] as const;
export type CardBehaviour = (typeof BEHAVIOURS)[number];

export const INTERFACES = ['chip', 'contactless', 'magstripe'] as const;
export type CardInterface = (typeof INTERFACES)[number];

/** What the card's own list of cardholder verification methods names, in its order. */
export const CARD_CVMS = ['online_pin', 'offline_pin', 'signature', 'device', 'none'] as const;
export type CardCvm = (typeof CARD_CVMS)[number];

export interface VirtualCard {
  readonly name: string;
  readonly title: { readonly ru: string; readonly zh: string; readonly en: string };
  readonly scheme: 'mir' | 'unionpay' | 'other';
  readonly holder: string;
  readonly pan: string;
  readonly psn: string;
  readonly expiryYymm: string;
  readonly serviceCode: string;
  readonly currency: 'RUB' | 'CNY';
  /** Names the issuer's master key for cryptograms in the device's configuration. */
  readonly issuer: string;
  readonly interfaces: readonly CardInterface[];
  readonly aid: string;
  readonly label: string;
  readonly cvn: 10 | 18;
  readonly cvms: readonly CardCvm[];
  readonly pin: string;
  readonly pinTries: number;
  readonly behaviour: CardBehaviour;
}

const SAMPLE = new URL('./sample-cards.json', import.meta.url);

export function sampleCards(): readonly VirtualCard[] {
  return parseCards(JSON.parse(readFileSync(SAMPLE, 'utf8')));
}

/** Throws an Error that names the card and the field. */
export function parseCards(value: unknown): readonly VirtualCard[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 60)
    throw new Error('The drawer must be a list of 1 to 60 cards.');
  const cards = value.map((card: unknown, index) => parseCard(card, index));
  if (new Set(cards.map(({ name }) => name)).size !== cards.length)
    throw new Error('Two cards of the drawer have the same name.');
  return cards;
}

const SHAPES = {
  name: /^[a-z0-9-]{1,40}$/,
  scheme: /^(mir|unionpay|other)$/,
  holder: /^[A-Z .]{1,26}$/,
  pan: /^[0-9]{12,19}$/,
  psn: /^[0-9]{2}$/,
  expiryYymm: /^[0-9]{2}(0[1-9]|1[0-2])$/,
  serviceCode: /^[0-9]{3}$/,
  currency: /^(RUB|CNY)$/,
  issuer: /^[a-z0-9-]{1,40}$/,
  aid: /^([0-9A-F]{2}){5,16}$/,
  label: /^[\x20-\x7e]{1,16}$/,
  pin: /^[0-9]{4,12}$/,
} as const;

function parseCard(value: unknown, index: number): VirtualCard {
  const fields = recordOf(value, `card ${index}`);
  const where = typeof fields.name === 'string' ? fields.name : String(index);
  for (const [field, shape] of Object.entries(SHAPES)) {
    const text = fields[field];
    if (typeof text !== 'string' || !shape.test(text)) throw wrong(where, field);
  }
  const card = fields as unknown as VirtualCard;
  const title = recordOf(fields.title, `title of ${where}`);
  for (const language of ['ru', 'zh', 'en'])
    if (typeof title[language] !== 'string') throw wrong(where, 'title');
  if (!passesLuhn(card.pan)) throw wrong(where, 'pan');
  if (card.cvn !== 10 && card.cvn !== 18) throw wrong(where, 'cvn');
  if (!Number.isInteger(card.pinTries) || card.pinTries < 1 || card.pinTries > 9)
    throw wrong(where, 'pinTries');
  if (!BEHAVIOURS.includes(card.behaviour)) throw wrong(where, 'behaviour');
  requireWords(card.interfaces, INTERFACES, where, 'interfaces');
  requireWords(card.cvms, CARD_CVMS, where, 'cvms');
  return card;
}

function requireWords(value: unknown, words: readonly string[], where: string, field: string): void {
  if (!Array.isArray(value) || value.length === 0 || !value.every((word) => words.includes(word)))
    throw wrong(where, field);
}

function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`The ${name} must be an object.`);
  return value as Readonly<Record<string, unknown>>;
}

function wrong(card: string, field: string): Error {
  return new Error(`Card ${card} of the drawer has a wrong ${field}.`);
}

export function passesLuhn(pan: string): boolean {
  const sum = [...pan].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

export function maskedPan(pan: string): string {
  return `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}

/** The first digit says whether the card has a chip that must be used first; the third, how the holder proves himself.
 *  Source  ISO/IEC 7813 */
export function serviceCodeOf(code: string): { readonly hasChip: boolean; readonly asksPin: boolean } {
  return { hasChip: /^[26]/.test(code), asksPin: /[03567]$/.test(code) };
}

/** As the stripe and the chip hold it, `=` between. */
export function track2Of({ pan, expiryYymm, serviceCode }: VirtualCard): string {
  return `${pan}=${expiryYymm}${serviceCode}00000`;
}
