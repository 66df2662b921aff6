/** Messages that a profile can carry, drawn from a seed: any data elements, any lengths, any content of their classes. */
import type { FieldValue, IsoMessage } from '../../../gateway/iso8583/message.ts';
import { isoMessage } from '../../../gateway/iso8583/message.ts';
import { MTI_BY_NUMBER, type Mti } from '../../../gateway/iso8583/mti.ts';
import type { ContentClass, FieldSpec, Spec } from '../../../gateway/iso8583/spec.ts';
import type { SeededRandom } from '../../sim/seeded-random.ts';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
const only = (pattern: RegExp): string => PRINTABLE.filter((character) => pattern.test(character)).join('');

export const ALPHABETS: Readonly<Record<Exclude<ContentClass, 'b'>, string>> = {
  n: '0123456789',
  'x+n': '0123456789',
  a: only(/[A-Za-z]/),
  an: only(/[0-9A-Za-z]/),
  ns: only(/[^A-Za-z]/),
  ans: PRINTABLE.join(''),
  z: '0123456789:;<=>?',
};

const MTIS = MTI_BY_NUMBER.filter((mti) => mti !== undefined);

export function randomMti(draw: SeededRandom): Mti {
  return draw.pick(MTIS);
}

/** Long ones are rare, so that a message stays a message. */
export function randomLength(field: FieldSpec, draw: SeededRandom, cap = Number.POSITIVE_INFINITY): number {
  if (field.length.rule === 'fixed') {
    return field.padding === 'none' ? field.length.length : draw.below(field.length.length + 1);
  }
  const max = Math.min(field.length.max, cap);
  const usual = draw.chance(900) ? Math.min(max, 40) : max;
  return field.length.min + draw.below(usual - field.length.min + 1);
}

export function randomText(alphabet: string, length: number, draw: SeededRandom): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += alphabet[draw.below(alphabet.length)] ?? '';
  return text;
}

export function randomValue(field: FieldSpec, draw: SeededRandom): FieldValue {
  const length = randomLength(field, draw);
  if (field.content === 'b') return draw.bytes(length);
  const text = randomText(ALPHABETS[field.content], length, draw);
  if (field.content === 'x+n') return `${draw.chance(500) ? 'C' : 'D'}${text.slice(1)}`;
  if (field.padding === 'space-right') return text.replace(/ +$/, '');
  return field.padding === 'zero-left' ? text.replace(/^0+/, '') : text;
}

/** Each data element is there `permille` times in a thousand. */
export function randomMessage(spec: Spec, draw: SeededRandom, permille = 150): IsoMessage {
  const values: Record<number, FieldValue> = {};
  for (const field of spec.fields) {
    if (draw.chance(permille)) values[field.number] = randomValue(field, draw);
  }
  return isoMessage(randomMti(draw), values);
}
