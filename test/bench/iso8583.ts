/** `iso8583`: messages packed and unpacked a second, strict, on one core, by both profiles, beside npm `iso_8583` in the same
 *  run. The message is a sale of twenty data elements; many different ones take turns, so that nothing is computed once
 *  for all. Rounds of the contestants alternate, and the median counts. */
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { pack, unpack } from '../../gateway/iso8583/codec.ts';
import {
  type FieldValue,
  type IsoMessage,
  presentFields,
  withValues,
} from '../../gateway/iso8583/message.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import { hexOf } from '../../gateway/iso8583/tlv.ts';
import { SALE } from '../gateway/iso8583/sample.ts';
import { rounded } from './figures.ts';
import type { BenchOptions, BenchResult } from './main.ts';

const MESSAGES = 64;
const ROUNDS = 7;
const ROUND_MS = 400;

const TARGETS = { perSecond: 300_000, timesPeerPack: 15 } as const;
const AIMS = { perSecond: 600_000, timesPeerPack: 25 } as const;

/** Works through the batch once; returns something that depends on all of it. */
type Batch = () => number;

/** What is used of `iso_8583`, which brings no types. */
interface Peer {
  getBufferMessage(): Buffer;
  getIsoJSON(bytes: Buffer, config: object): Record<string, string>;
}
type PeerConstructor = new (values?: Record<string, string>, formats?: object) => Peer;

/** DE55 as the peer can carry it: text of hexadecimal digits. */
const PEER_FORMATS = {
  '55': { ContentType: 'ans', Label: 'ICC data', LenType: 'lllvar', MaxLen: 999 },
} as const;

export async function iso8583Bench({ say }: BenchOptions): Promise<BenchResult> {
  const loadBefore = loadavg();
  const messages = Array.from({ length: MESSAGES }, (_, index) => variant(index));
  const contests = new Map<string, Batch>([
    ...ours(asciiProfile, messages),
    ...ours(bcdProfile, messages),
    ...peers(messages),
  ]);
  const perSecond = new Map<string, Rate[]>([...contests.keys()].map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, batch] of contests) {
      const rate = measure(batch);
      // The first round lets the engine compile.
      if (round > 0) perSecond.get(name)?.push(rate);
    }
    say(round === 0 ? 'warmed up' : `round ${round} of ${ROUNDS}`);
  }
  const median = (name: string): number => middle((perSecond.get(name) ?? []).map(({ wall }) => wall));
  const codec = ['ascii pack', 'ascii unpack', 'bcd pack', 'bcd unpack'].map(median);
  const slowest = Math.min(...codec);
  const timesPeerPack = Math.min(median('ascii pack'), median('bcd pack')) / median('peer pack');
  return {
    ok: slowest >= TARGETS.perSecond && timesPeerPack >= TARGETS.timesPeerPack,
    perSecond: Object.fromEntries(
      [...contests.keys()].map((name) => [name, spreadOf(perSecond.get(name) ?? [])]),
    ),
    timesPeerPack: rounded(timesPeerPack),
    timesPeerUnpack: rounded(Math.min(median('ascii unpack'), median('bcd unpack')) / median('peer unpack')),
    bytes: { ascii: pack(asciiProfile, SALE).length, bcd: pack(bcdProfile, SALE).length },
    targets: TARGETS,
    aims: AIMS,
    conditions: {
      node: process.version,
      processor: cpus()[0]?.model ?? 'unknown',
      processors: cpus().length,
      loadBefore: loadBefore.map(rounded),
      loadAfter: loadavg().map(rounded),
      peer: 'iso_8583 2.6.7, DE55 as hexadecimal text, without its validation of lengths and content on unpacking',
      rounds: ROUNDS,
      roundMs: ROUND_MS,
      differentMessages: MESSAGES,
    },
  };
}

/** The sale with its own number, amount, times and cryptogram. */
function variant(index: number): IsoMessage {
  const six = String(index + 1).padStart(6, '0');
  const emv = Uint8Array.from(SALE.fields[55] instanceof Uint8Array ? SALE.fields[55] : []);
  emv[emv.length - 1] = index;
  return withValues(SALE, {
    2: `220070000${six}${index % 10}`,
    4: six.padStart(12, '0'),
    7: `1122${six}`,
    11: six,
    12: six,
    35: `220070000${six}${index % 10}=29122011234567890`,
    37: `632606${six}`,
    52: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, index),
    55: emv,
  });
}

function ours(spec: Spec, messages: readonly IsoMessage[]): readonly (readonly [string, Batch])[] {
  const packed = messages.map((message) => pack(spec, message));
  return [
    [`${spec.name} pack`, () => messages.reduce((sum, message) => sum + pack(spec, message).length, 0)],
    [`${spec.name} unpack`, () => packed.reduce((sum, bytes) => sum + unpack(spec, bytes).fields.length, 0)],
  ];
}

function peers(messages: readonly IsoMessage[]): readonly (readonly [string, Batch])[] {
  const PeerIso = createRequire(import.meta.url)('iso_8583') as PeerConstructor;
  const values = messages.map(peerValues);
  const packed = values.map((value) => {
    const bytes = new PeerIso({ ...value }, PEER_FORMATS).getBufferMessage();
    if (!Buffer.isBuffer(bytes)) throw new Error(`The peer refused the message: ${JSON.stringify(bytes)}`);
    return bytes;
  });
  const reader = new PeerIso();
  return [
    [
      'peer pack',
      () =>
        values.reduce(
          (sum, value) => sum + new PeerIso({ ...value }, PEER_FORMATS).getBufferMessage().length,
          0,
        ),
    ],
    [
      'peer unpack',
      () => packed.reduce((sum, bytes) => sum + Object.keys(reader.getIsoJSON(bytes, {})).length, 0),
    ],
  ];
}

function peerValues(message: IsoMessage): Record<string, string> {
  const text = (value: FieldValue | undefined): string =>
    typeof value === 'string' ? value : value === undefined ? '' : hexOf(value);
  const values = presentFields(message).map((de) => [String(de), text(message.fields[de])]);
  const padded = { 43: String(message.fields[43]).padEnd(40) };
  return { 0: message.mti, ...Object.fromEntries(values), ...padded };
}

/** Messages a second by the clock, and a second of processor time, which other work on the machine does not lower. */
interface Rate {
  readonly wall: number;
  readonly processor: number;
}

function measure(batch: Batch): Rate {
  let sum = 0;
  const usedBefore = process.cpuUsage();
  const startedAt = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let at = 0; at < 8; at += 1) sum += batch();
    done += 8 * MESSAGES;
    elapsed = performance.now() - startedAt;
  }
  if (sum === 0) throw new Error('Nothing was made.');
  const used = process.cpuUsage(usedBefore);
  return {
    wall: Math.round((done / elapsed) * 1_000),
    processor: Math.round((done / (used.user + used.system)) * 1_000_000),
  };
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

function spreadOf(rates: readonly Rate[]): Record<string, number> {
  const wall = rates.map((rate) => rate.wall);
  return {
    median: middle(wall),
    least: Math.min(...wall),
    most: Math.max(...wall),
    medianPerProcessorSecond: middle(rates.map(({ processor }) => processor)),
  };
}
