/** Messages of the bank link as this end reads and answers them: who sent it, what must be in it, what is repeated in the answer.
 *  Source  docs/bank-link.md, sections 2, 3 and 6 */
import { hash } from 'node:crypto';
import { packForMac } from '../../gateway/iso8583/mac-input.ts';
import { DE_MAX, type FieldValue, type IsoMessage, textOf } from '../../gateway/iso8583/message.ts';
import { firstMti, parseMti, responseMti } from '../../gateway/iso8583/mti.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';

export function profileOf(name: 'ascii' | 'bcd'): Spec {
  return name === 'ascii' ? asciiProfile : bcdProfile;
}

export type Values = Readonly<Record<number, FieldValue | undefined>>;

const ADVICE = {
  needs: [2, 3, 4, 7, 11, 12, 13, 18, 22, 25, 32, 37, 41, 42, 43, 49, 90],
  refuses: [35, 52, 59, 61, 95],
  repeats: [3, 4, 7, 11, 37, 41, 42, 49],
};
const REQUEST = {
  needs: [2, 3, 4, 7, 11, 12, 13, 18, 22, 25, 32, 37, 41, 42, 43, 49],
  refuses: [90, 95],
  repeats: [3, 4, 7, 11, 37, 41, 42, 49],
};
const SHAPES: Readonly<Record<string, typeof ADVICE>> = {
  '0100': REQUEST,
  '0200': REQUEST,
  '0220': ADVICE,
  '0420': ADVICE,
  '0500': {
    needs: [7, 11, 15, 32, 50, 74, 75, 76, 77, 86, 87, 88, 89, 97],
    refuses: [],
    repeats: [7, 11, 15, 50],
  },
  '0800': { needs: [7, 11, 70], refuses: [], repeats: [7, 11, 70] },
};

/** Of the messages an acquirer may send; undefined for any other. */
export function shapeOf(message: IsoMessage): typeof ADVICE | undefined {
  return SHAPES[firstMti(message.mti)];
}

const MMDDHHMMSS = /^(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])([0-5][0-9]){2}$/;

/** Whether everything mandatory is there and nothing that must not be. */
export function isWellFormed(message: IsoMessage): boolean {
  const shape = shapeOf(message);
  if (shape === undefined) return false;
  const has = (de: number): boolean => message.fields[de] !== undefined;
  return (
    shape.needs.every(has) &&
    !shape.refuses.some(has) &&
    MMDDHHMMSS.test(text(message, 7)) &&
    codesFit(message)
  );
}

function codesFit(message: IsoMessage): boolean {
  const entry = textOf(message, 22);
  return entry === undefined || /^(01|02|05|07|80|90|91)[012]$/.test(entry);
}

/** Empty where it is absent. */
export function text(message: IsoMessage, de: number): string {
  return textOf(message, de) ?? '';
}

/** Section 6: who sent it, from which terminal, which class, STAN and DE7. What rises comes first, so that the tables, which
 *  are in the order of this, grow at their ends. */
export function identityOf(message: IsoMessage): string {
  const [sent, stan] = [text(message, 7), text(message, 11)];
  return `${sent}|${stan}|${message.mti[1]}|${text(message, 32)}|${text(message, 41)}`;
}

const OWN_TO_EACH_SENDING = new Set([12, 13, 64, 128]);

/** Everything that must be the same in a repeat. */
export function contentOf(message: IsoMessage): Uint8Array {
  // One text of bytes, hashed at once: many small updates cost several times as much.
  let content: string = firstMti(message.mti);
  for (let de = 2; de < message.fields.length; de += 1) {
    const value = message.fields[de];
    if (value === undefined || OWN_TO_EACH_SENDING.has(de)) continue;
    const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
    content += `|${de}:${value.length}:${text}`;
  }
  return hash('sha256', Buffer.from(content, 'latin1'), 'buffer');
}

/** What another message names this one by, in DE90 and DE41. */
export function nameOf(message: IsoMessage): string {
  const institution = (de: number): string => text(message, de).padStart(11, '0');
  return [
    firstMti(message.mti),
    text(message, 11),
    text(message, 7),
    institution(32),
    institution(33),
    text(message, 41),
  ].join('|');
}

/** The message that DE90 and DE41 name, or null when DE90 names none. */
export function originalNamed(message: IsoMessage): string | null {
  const parts = /^(0[0-9]{3})([0-9]{6})([0-9]{10})([0-9]{11})([0-9]{11})$/.exec(text(message, 90));
  if (parts === null) return null;
  const [, mti = '', stan, sent, acquirer, forwarder] = parts;
  if (!/^0[1-8][0-9][0-5]$/.test(mti)) return null;
  return [firstMti(parseMti(mti)), stan, sent, acquirer, forwarder, text(message, 41)].join('|');
}

/** The answer with what it repeats. `values` may replace DE4. */
export function answerTo(message: IsoMessage, values: Values): IsoMessage {
  const fields = new Array<FieldValue | undefined>(DE_MAX + 1).fill(undefined);
  for (const de of shapeOf(message)?.repeats ?? []) fields[de] = message.fields[de];
  for (const [de, value] of Object.entries(values)) fields[Number(de)] = value;
  return { mti: responseMti(message.mti), fields };
}

/** As far as its MAC, which is made when it is sent. */
export function bodyOf(spec: Spec, message: IsoMessage): Uint8Array {
  return packForMac(spec, message);
}

/** DE48 as elements by tag, or null when the run does not add up or a tag comes twice. */
export function readElements(run: string): ReadonlyMap<string, string> | null {
  const elements = new Map<string, string>();
  for (let at = 0; at < run.length; ) {
    const head = /^([A-Z]{2})([0-9]{3})$/.exec(run.slice(at, at + 5));
    if (head === null) return null;
    const [, tag = '', length] = head;
    const value = run.slice(at + 5, at + 5 + Number(length));
    if (value.length !== Number(length) || elements.has(tag)) return null;
    elements.set(tag, value);
    at += 5 + value.length;
  }
  return elements;
}

export function writeElements(elements: Readonly<Record<string, string>>): string {
  return Object.entries(elements)
    .map(([tag, value]) => `${tag}${String(value.length).padStart(3, '0')}${value}`)
    .join('');
}
