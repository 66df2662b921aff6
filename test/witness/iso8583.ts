/** The codec before an outside witness: random messages that tshark knows how to read are packed by a profile, dissected by
 *  tshark, and compared data element by data element. */
import { pack } from '../../gateway/iso8583/codec.ts';
import { frame } from '../../gateway/iso8583/frame.ts';
import {
  type FieldValue,
  type IsoMessage,
  isoMessage,
  presentFields,
} from '../../gateway/iso8583/message.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { defineSpec, type FieldSpec, type Spec } from '../../gateway/iso8583/spec.ts';
import {
  ALPHABETS,
  randomLength,
  randomMti,
  randomText,
  randomValue,
} from '../gateway/iso8583/random-message.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { type Dissected, dissect } from './tshark.ts';
import {
  agrees,
  type Encoding,
  knownFields,
  NARROWED,
  overreads,
  passesOver,
  shownBy,
  UNKNOWN,
} from './tshark-knowledge.ts';

const asciiHex: Spec = defineSpec({
  name: 'ascii-hex',
  mti: 'ascii',
  bitmap: 'hex',
  fields: asciiProfile.fields.map((field) => (field.content === 'b' ? { ...field, encoding: 'hex' } : field)),
});
const PROFILES: Readonly<Record<Encoding, Spec>> = {
  ascii: asciiProfile,
  'ascii-hex': asciiHex,
  bcd: bcdProfile,
};
const PRESENT_PERMILLE = 150;
const CHUNK = 1_000;
const KEPT_MOST = 20;

export interface Disagreement {
  readonly message: number;
  readonly what: string;
  readonly packed: string;
}

export interface Witnessed {
  readonly encoding: Encoding;
  readonly messages: number;
  /** Sound messages that tshark would not have looked at, or not to their end; others were drawn in their place. */
  readonly passedOver: number;
  /** Values compared. */
  readonly values: number;
  /** By data element, how often it was there. */
  readonly occurrences: Readonly<Record<number, number>>;
  readonly least: { readonly de: number; readonly times: number };
  readonly unknown: Readonly<Record<number, string>>;
  readonly narrowed: Readonly<Record<number, string>>;
  readonly disagreements: number;
  readonly first: readonly Disagreement[];
}

export function witness(
  encoding: Encoding,
  count: number,
  seed: number,
  progress: (line: string) => void,
): Witnessed {
  const spec = PROFILES[encoding];
  const draw = new SeededRandom(seed);
  const fields = knownFields(encoding, spec);
  const occurrences: Record<number, number> = Object.fromEntries(fields.map(({ number }) => [number, 0]));
  const disagreements: Disagreement[] = [];
  let passedOver = 0;
  let values = 0;
  for (let done = 0; done < count; ) {
    const messages: IsoMessage[] = [];
    const framed: Uint8Array[] = [];
    while (messages.length < Math.min(CHUNK, count - done)) {
      const message = knownMessage(fields, draw);
      const bytes = frame(pack(spec, message));
      const last = presentFields(message).at(-1) ?? 0;
      if (passesOver(encoding, bytes) || overreads(encoding, spec.plans[last]?.spec, message.fields[last])) {
        passedOver += 1;
        continue;
      }
      messages.push(message);
      framed.push(bytes);
      for (const de of presentFields(message)) occurrences[de] = (occurrences[de] ?? 0) + 1;
    }
    const dissected = dissect(encoding, framed);
    if (dissected.length !== messages.length) throw new Error('tshark gave another number of messages back.');
    for (const [index, message] of messages.entries()) {
      const found = dissected[index];
      const bytes = framed[index] ?? new Uint8Array(0);
      for (const what of compare(encoding, spec, message, bytes, found)) {
        disagreements.push({
          message: done + index,
          what,
          packed: Buffer.from(bytes).toString('hex').slice(0, 600),
        });
      }
      values += presentFields(message).length;
    }
    done += messages.length;
    progress(`${encoding}: ${done} of ${count}, ${disagreements.length} disagreements`);
  }
  const [de = 0, times = 0] = Object.entries(occurrences)
    .map(([number, often]) => [Number(number), often] as const)
    .reduce((least, next) => (next[1] < least[1] ? next : least), [0, Number.POSITIVE_INFINITY] as const);
  return {
    encoding,
    messages: count,
    passedOver,
    values,
    occurrences,
    least: { de, times },
    unknown: UNKNOWN[encoding],
    narrowed: Object.fromEntries(
      Object.entries(NARROWED).filter(([number]) => Object.hasOwn(occurrences, number)),
    ),
    disagreements: disagreements.length,
    first: disagreements.slice(0, KEPT_MOST),
  };
}

function compare(
  encoding: Encoding,
  spec: Spec,
  message: IsoMessage,
  framed: Uint8Array,
  found: Dissected | undefined,
): readonly string[] {
  if (found === undefined || found.mti === '') return ['not dissected'];
  const wrong: string[] = [];
  if (found.malformed) wrong.push('called malformed');
  if (found.mti !== message.mti) wrong.push(`MTI ${found.mti} for ${message.mti}`);
  if (found.length !== String(framed.length - 2))
    wrong.push(`length ${found.length} for ${framed.length - 2}`);
  const present = presentFields(message);
  for (const de of found.fields.keys())
    if (!present.includes(de)) wrong.push(`DE${de} is not in the message`);
  for (const de of present) {
    const field = spec.plans[de]?.spec;
    const value = message.fields[de];
    if (field === undefined || value === undefined) continue;
    const due = shownBy(field, value);
    const shown = found.fields.get(de) ?? '';
    if (!agrees(encoding, field, shown, due)) wrong.push(`DE${de} "${shown}" for "${due}"`);
  }
  return wrong;
}

function knownMessage(fields: readonly FieldSpec[], draw: SeededRandom): IsoMessage {
  const values: Record<number, FieldValue> = {};
  for (const field of fields)
    if (draw.chance(PRESENT_PERMILLE)) values[field.number] = knownValue(field, draw);
  for (;;) {
    const mti = randomMti(draw);
    // Version 0 is the 1987 edition; tshark reads others by another table.
    if (mti.startsWith('0')) return isoMessage(mti, values);
  }
}

function knownValue(field: FieldSpec, draw: SeededRandom): FieldValue {
  switch (field.number) {
    case 36:
      return randomText(ALPHABETS.n, randomLength(field, draw), draw);
    case 54:
      return randomText(ALPHABETS.an, randomLength(field, draw, 120), draw);
    case 55:
    case 59:
      return Buffer.from(randomText(ALPHABETS.ans, randomLength(field, draw), draw), 'latin1');
    default:
      return randomValue(field, draw);
  }
}
