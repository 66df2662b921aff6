/** Ways to spoil a message, drawn from a seeded source: in its structure, in its text and in its bytes. Some keep its
 *  meaning, which the independent schema finds out by itself. */
import type { SeededRandom } from '../sim/seeded-random.ts';
import { type Node, type ObjectNode, objectsIn, raw, textOfTree, treeOf } from './tree.ts';

type Draw = SeededRandom;

const NUMBERS =
  '0 -0 1 -1 1.0 1.5 1e3 1e308 1e400 -1e400 9007199254740993 8640000000000001 0.1e1 100000 999'.split(' ');
const STRANGE_WORDS = [
  '',
  ' ',
  '\u0000',
  '\u202e',
  'ﷺ',
  '👩‍👩‍👧‍👦',
  '茶',
  'é',
  "'; DROP TABLE payment; --",
  '%s%n',
  '../..',
  '\ud800',
];
const NAMES_OF_PROTOTYPES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'valueOf',
];
const LENGTHS = [
  1, 2, 19, 20, 21, 25, 26, 27, 28, 29, 40, 41, 64, 65, 120, 121, 127, 128, 129, 512, 513, 1024, 1025,
];

function strangeText(draw: Draw): string {
  if (draw.chance(500)) return draw.pick(STRANGE_WORDS);
  const unit = draw.pick(['x', '7', 'A', '茶', '😀', 'e\u0301']);
  return unit.repeat(draw.pick(LENGTHS));
}

function strangeValue(draw: Draw): Node {
  const kind = draw.below(8);
  if (kind === 0) return raw(draw.pick(['null', 'true', 'false']));
  if (kind <= 2) return raw(draw.pick(NUMBERS));
  if (kind === 3) return raw('9'.repeat(draw.pick([17, 18, 19, 40, 400])));
  if (kind === 4)
    return treeOf(draw.pick<unknown>([[], {}, [{}], { a: 1 }, [[]], { __proto__: null, x: [] }]));
  if (kind === 5) return raw(nested(draw));
  return raw(JSON.stringify(strangeText(draw)));
}

function nested(draw: Draw): string {
  const depth = draw.pick([2, 10, 100, 1_000, 10_000]);
  return draw.chance(500)
    ? `${'['.repeat(depth)}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** A text near the one that stands there: one character more, less or other. */
function nearText(text: string, draw: Draw): string {
  const at = draw.below(text.length + 1);
  const letter = draw.pick([...'0123456789AZaz-_ .,"\\/:{}\n\u007f茶']);
  switch (draw.below(3)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    default:
      return text.slice(0, at) + letter + text.slice(at + 1);
  }
}

type Structural = (owner: ObjectNode, at: number, draw: Draw) => void;

const STRUCTURAL: Readonly<Record<string, Structural>> = {
  field_removed: ({ entries }, at) => void entries.splice(at, 1),
  field_doubled: ({ entries }, at) => {
    const entry = entries[at];
    if (entry !== undefined) entries.push(entry);
  },
  field_said_twice: ({ entries }, at, draw) => {
    const name = entries[at]?.[0];
    if (name !== undefined) entries.splice(draw.below(entries.length + 1), 0, [name, strangeValue(draw)]);
  },
  type_changed: ({ entries }, at, draw) => {
    const name = entries[at]?.[0];
    if (name !== undefined) entries[at] = [name, strangeValue(draw)];
  },
  value_near: ({ entries }, at, draw) => {
    const [name, child] = entries[at] ?? [];
    if (name === undefined || child?.kind !== 'raw') return;
    const value: unknown = child.text.startsWith('"') ? safeParse(child.text) : null;
    const near =
      typeof value === 'string' ? JSON.stringify(nearText(value, draw)) : nearText(child.text, draw);
    entries[at] = [name, raw(near)];
  },
  value_wrapped: ({ entries }, at) => {
    const [name, child] = entries[at] ?? [];
    if (name !== undefined && child !== undefined) entries[at] = [name, { kind: 'list', items: [child] }];
  },
  name_near: ({ entries }, at, draw) => {
    const [name, child] = entries[at] ?? [];
    if (name !== undefined && child !== undefined) entries[at] = [nearText(name, draw), child];
  },
  name_added: ({ entries }, at, draw) => void entries.splice(at, 0, ['extra', strangeValue(draw)]),
  prototype_name: ({ entries }, at, draw) =>
    void entries.splice(at, 0, [draw.pick(NAMES_OF_PROTOTYPES), strangeValue(draw)]),
  fields_swapped: ({ entries }, at, draw) => {
    const other = draw.below(entries.length);
    const [one, two] = [entries[at], entries[other]];
    if (one === undefined || two === undefined) return;
    entries[at] = [one[0], two[1]];
    entries[other] = [two[0], one[1]];
  },
  order_changed: ({ entries }) => void entries.reverse(),
  version_changed: ({ entries }, _at, draw) => {
    const version = entries.findIndex(([name]) => name === 'v');
    if (version >= 0)
      entries[version] = ['v', raw(draw.pick(['0', '2', '"1"', '1.0', 'null', '1e400', '-1', '1.5']))];
  },
};

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One to three changes of structure; answers the text. */
export function spoilValue(base: unknown, draw: Draw, names: string[] = []): string {
  const tree = treeOf(base);
  for (let changes = 1 + draw.below(3); changes > 0; changes -= 1) {
    const owner = draw.pick(objectsIn(tree));
    if (owner.entries.length === 0) owner.entries.push(['x', raw('1')]);
    const name = draw.pick(Object.keys(STRUCTURAL));
    STRUCTURAL[name]?.(owner, draw.below(owner.entries.length), draw);
    names.push(name);
  }
  return textOfTree(tree);
}

type Textual = (text: string, draw: Draw) => string;

const TEXTUAL: Readonly<Record<string, Textual>> = {
  spaces_around: (text) => `\n\t ${text} \r\n`,
  escaped: (text) =>
    text.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  spaced: (text) => text.replaceAll('":', '" : '),
  byte_order_mark: (text) => `\ufeff${text}`,
  truncated: (text, draw) => text.slice(0, draw.below(text.length + 1)),
  two_in_one: (text) => `${text}${text}`,
  two_lines_in_one: (text) => `${text}\n${text}`,
  listed: (text) => `[${text}]`,
  oversize: (text, draw) => `${text}${' '.repeat(65_530 + draw.below(20) - Math.min(text.length, 60_000))}`,
  far_oversize: (text) => `${text}${' '.repeat(100_000)}`,
  half_a_letter: (text) => text.replace(/":"/, '":"\\ud83d'),
  comment: (text) => `${text}/**/`,
  nothing: () => '',
};

const BYTEWISE: Readonly<Record<string, (bytes: Buffer, draw: Draw) => Buffer>> = {
  bit_flipped: (bytes, draw) => {
    if (bytes.length === 0) return bytes;
    const at = draw.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << draw.below(8));
    return bytes;
  },
  byte_put_in: (bytes, draw) => {
    const at = draw.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([draw.below(256)]), bytes.subarray(at)]);
  },
  byte_taken_out: (bytes, draw) => {
    const at = draw.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
  block_repeated: (bytes, draw) => {
    const at = draw.below(bytes.length + 1);
    const part = bytes.subarray(at, at + draw.below(40));
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  noise: (_bytes, draw) => Buffer.from(draw.bytes(draw.below(200))),
};

export interface Mutant {
  readonly bytes: Buffer;
  /** What was done, in order. */
  readonly made: readonly string[];
}

/** A message as bytes after some changes of its structure, its text or its bytes. */
export function mutantOf(base: unknown, draw: Draw): Mutant {
  const made: string[] = [];
  const structural = draw.chance(650);
  const text = structural ? spoilValue(base, draw, made) : JSON.stringify(base);
  if (structural && draw.chance(750)) return { bytes: Buffer.from(text, 'utf8'), made };
  return spoilBytes(text, draw, made);
}

/** Changes a text that is sent, without regard to what it means. */
export function spoilBytes(text: string, draw: Draw, made: string[] = []): Mutant {
  if (draw.chance(600)) {
    const name = draw.pick(Object.keys(TEXTUAL));
    made.push(name);
    return { bytes: Buffer.from(TEXTUAL[name]?.(text, draw) ?? text, 'utf8'), made };
  }
  let bytes: Buffer = Buffer.from(text, 'utf8');
  for (let changes = 1 + draw.below(2); changes > 0; changes -= 1) {
    const name = draw.pick(Object.keys(BYTEWISE));
    made.push(name);
    bytes = BYTEWISE[name]?.(bytes, draw) ?? bytes;
  }
  return { bytes, made };
}
