/** Spoilt ISO 8583 messages: bytes changed, cut, doubled or put in; then what was read of DE55, DE59 to DE63 and DE90. Whatever
 *  comes must be refused as a CodecError that points inside the message, or be a message that packs again to the same values. */

import { pack, unpack } from '../../gateway/iso8583/codec.ts';
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { type IsoMessage, presentFields, withValues } from '../../gateway/iso8583/message.ts';
import { parseOriginalData } from '../../gateway/iso8583/original-data.ts';
import {
  packBatchData,
  packBatchTotals,
  packCardData,
  packDccData,
  parseBatchData,
  parseBatchTotals,
  parseDccData,
  unpackCardData,
} from '../../gateway/iso8583/private-data.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import { parseTlv } from '../../gateway/iso8583/tlv.ts';
import { CNY, RUB } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import { randomMessage } from '../gateway/iso8583/random-message.ts';
import { SALE } from '../gateway/iso8583/sample.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { Session, Tally } from './tally.ts';

const SPECS: readonly Spec[] = [asciiProfile, bcdProfile];

/** One example in four is the full sale, whose private data elements have an inside to spoil. */
export async function openIso8583Session(draw: SeededRandom, tally: Tally): Promise<Session> {
  return {
    async one() {
      const spec = draw.pick(SPECS);
      const message = draw.chance(250) ? fullSale(draw) : randomMessage(spec, draw, 100);
      const { bytes, made } = spoil(pack(spec, message), draw);
      const kind = `iso8583_${spec.name}`;
      const wrong = (what: string): void =>
        tally.violate(kind, what, made, Buffer.from(bytes).toString('hex').slice(0, 700));
      const { answer, read } = attempt(bytes, () => unpack(spec, bytes), wrong);
      tally.count(kind, answer, read !== null);
      if (read === null) return;
      if (made.join() === 'cut') wrong('a message that was cut is read');
      if (contentOf(unpack(spec, pack(spec, read))) !== contentOf(read)) wrong('packs again to other values');
      readInside(read, wrong);
    },
    async close() {},
  };
}

function attempt<T>(
  bytes: Uint8Array,
  work: () => T,
  wrong: (what: string) => void,
): { readonly answer: string; readonly read: T | null } {
  try {
    return { answer: 'read', read: work() };
  } catch (error) {
    if (!(error instanceof CodecError)) {
      wrong(`thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return { answer: 'thrown', read: null };
    }
    if (error.offset < 0 || error.offset > bytes.length) wrong(`${error.code} points outside the message`);
    return { answer: error.code, read: null };
  }
}

const INSIDES: readonly (readonly [de: number, read: (value: never) => unknown])[] = [
  [55, (value: Uint8Array) => parseTlv(value, 55)],
  [59, (value: Uint8Array) => unpackCardData(value)],
  [60, (value: string) => parseBatchData(value)],
  [61, (value: string) => parseDccData(value)],
  [63, (value: string) => parseBatchTotals(value)],
  [90, (value: string) => parseOriginalData(value)],
];

function readInside(message: IsoMessage, wrong: (what: string) => void): void {
  for (const [de, read] of INSIDES) {
    const value = message.fields[de];
    if (value === undefined) continue;
    attempt(Buffer.from(value), () => read(value as never), wrong);
  }
}

function contentOf(message: IsoMessage): string {
  const values = presentFields(message).map((de) => {
    const value = message.fields[de];
    return `${de}=${typeof value === 'string' ? value : Buffer.from(value ?? []).toString('hex')}`;
  });
  return [message.mti, ...values].join('\n');
}

function fullSale(draw: SeededRandom): IsoMessage {
  const none = { count: 0, amountMinor: 0n };
  const algorithm = 'tdes';
  return withValues(SALE, {
    59: packCardData({
      account: {
        algorithm,
        ksn: draw.bytes(10),
        bytes: draw.bytes(32),
        bin: '220070',
        maskedPan: '220070******1234',
      },
      pin: { algorithm, ksn: draw.bytes(10), bytes: draw.bytes(8), format: 0 },
      mac: { algorithm, ksn: draw.bytes(10) },
    }),
    60: packBatchData({ batch: '000042', original: { mti: '0200', stan: '000122', rrn: '632606000122' } }),
    61: packDccData({
      choice: 'converted',
      price: money(129_900n, RUB),
      rate: { base: CNY, quote: RUB, value: 112_726n, scale: 4 },
      markupBp: 150,
      quoteId: null,
    }),
    63: packBatchTotals({
      sales: none,
      refunds: none,
      debitSales: none,
      debitRefunds: none,
      authorisedSales: none,
      authorisedRefunds: none,
    }),
    90: `0200000122${'0'.repeat(32)}`,
    128: draw.bytes(8),
  });
}

type Spoiler = (bytes: Uint8Array, draw: SeededRandom) => Uint8Array;

const SPOILERS: Readonly<Record<string, Spoiler>> = {
  bit: (bytes, draw) => at(bytes, draw, (byte) => byte ^ (1 << draw.below(8))),
  byte: (bytes, draw) => at(bytes, draw, () => draw.below(256)),
  digit: (bytes, draw) => at(bytes, draw, () => 0x30 + draw.below(10)),
  high: (bytes, draw) => at(bytes, draw, () => draw.pick([0x00, 0x7f, 0x80, 0x99, 0x9a, 0xff])),
  cut: (bytes, draw) => bytes.subarray(0, draw.below(bytes.length)),
  behead: (bytes, draw) => bytes.subarray(draw.below(bytes.length)),
  leave_out: (bytes, draw) => {
    const from = draw.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + draw.below(8))]);
  },
  put_in: (bytes, draw) => {
    const from = draw.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), draw.bytes(1 + draw.below(8)), bytes.subarray(from)]);
  },
  double: (bytes) => Buffer.concat([bytes, bytes]),
  bitmap: (bytes, draw) => {
    const copy = Buffer.from(bytes);
    const place = 2 + draw.below(Math.max(1, Math.min(18, copy.length - 2)));
    copy[place] = (copy[place] ?? 0) ^ (1 << draw.below(8));
    return copy;
  },
  noise: (bytes, draw) => draw.bytes(draw.below(bytes.length + 1)),
};
const NAMES = Object.keys(SPOILERS);

function spoil(packed: Uint8Array, draw: SeededRandom): { bytes: Uint8Array; made: readonly string[] } {
  let bytes = packed;
  const made: string[] = [];
  for (let left = 1 + draw.below(3); left > 0 && bytes.length > 0; left -= 1) {
    const name = draw.pick(NAMES);
    bytes = SPOILERS[name]?.(bytes, draw) ?? bytes;
    made.push(name);
  }
  return { bytes, made };
}

function at(bytes: Uint8Array, draw: SeededRandom, change: (byte: number) => number): Uint8Array {
  const copy = Buffer.from(bytes);
  const place = draw.below(copy.length);
  copy[place] = change(copy[place] ?? 0);
  return copy;
}
