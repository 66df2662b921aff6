/** DE55 and DE54 as they may be kept and passed on: what the chip needs of its issuer, what a chip says about the end, and balances.
 *  Whatever else stands there is left out, so that a bank that says the card again, or a terminal that says more than it
 *  needs to, brings no card data to a disk or a till. Tags that are nobody's here are left out too: no till's card takes
 *  them, and what a bank puts there nobody knows.
 *  Source  EMV 4.3 Book 3, 10.9, 10.10 and annex A; docs/bank-link.md, 2.1 and 2.2 */
import { parseAdditionalAmounts } from '../../iso8583/amounts.ts';
import { CodecError } from '../../iso8583/codec-error.ts';
import { buildTlv, isConstructed, parseTlv, type Tlv } from '../../iso8583/tlv.ts';
import type { Log } from '../../kernel/log.ts';

export interface Kept<T> {
  /** Null where nothing is left. */
  readonly value: T | null;
  /** Names of tags, never a value; a data element's where it could not be read. */
  readonly dropped: readonly string[];
}

type Tags = ReadonlySet<string>;

/** Scripts before and after the last cryptogram, authorisation code, response code, the issuer's proof. */
const FOR_THE_CHIP: Tags = new Set(['71', '72', '89', '8A', '91']);
/** Its identifier and its commands. */
const OF_A_SCRIPT: Tags = new Set(['9F18', '86']);
/** Verification results, issuer application data, transaction counter; script results under EMV's tag and UnionPay's. */
const OF_THE_END: Tags = new Set(['95', '9F10', '9F36', '9F5B', 'DF31']);

/** Of a bank's answer. Where the card's number stands in what is for the chip, a command of a script say, that goes too. */
export function issuerDataForChip(bytes: Uint8Array, pan: string): Kept<Uint8Array> {
  return keptOf(bytes, FOR_THE_CHIP, pan);
}

/** Of a reversal, which keeps it until its bank has acknowledged it. */
export function endOfChip(bytes: Uint8Array): Kept<Uint8Array> {
  return keptOf(bytes, OF_THE_END, null);
}

/** DE54 of an answer to a balance. */
export function balancesOf(text: string, pan: string): Kept<string> {
  const drop: Kept<string> = { value: null, dropped: ['de54'] };
  if (text.includes(pan)) return drop;
  return unlessMalformed(drop, () => {
    parseAdditionalAmounts(text);
    return { value: text, dropped: [] };
  });
}

/** As many names as a line of the log shows. */
const NAMES_MOST = 8;

export function logDropped(log: Log, tid: string, dropped: readonly string[]): void {
  if (dropped.length === 0) return;
  log.warn('card_data_dropped', {
    tid,
    field: dropped.slice(0, NAMES_MOST).join('.'),
    count: dropped.length,
  });
}

function keptOf(bytes: Uint8Array, tags: Tags, pan: string | null): Kept<Uint8Array> {
  return unlessMalformed({ value: null, dropped: ['de55'] }, () => {
    const dropped: string[] = [];
    const kept = pick(parseTlv(bytes, 55), tags, pan, dropped);
    // As it came, where all of it is kept.
    if (dropped.length === 0) return { value: bytes, dropped };
    return { value: kept.length === 0 ? null : buildTlv(kept, 55), dropped };
  });
}

function pick(objects: readonly Tlv[], tags: Tags, pan: string | null, dropped: string[]): readonly Tlv[] {
  return objects.flatMap((object) => {
    const kept = tags.has(object.tag) ? allowed(object, pan, dropped) : null;
    if (kept !== null) return [kept];
    dropped.push(object.tag);
    return [];
  });
}

/** Null for what says the card's number, and for a script without commands or that cannot be read: the card could not either. */
function allowed(object: Tlv, pan: string | null, dropped: string[]): Tlv | null {
  const { tag, value } = object;
  if (!isConstructed(tag)) return pan !== null && says(value, pan) ? null : object;
  return unlessMalformed<Tlv | null>(null, () => {
    const objects = pick(parseTlv(value, 55), OF_A_SCRIPT, pan, dropped);
    return objects.length === 0 ? null : { tag, value: buildTlv(objects, 55) };
  });
}

/** In half bytes, wherever they begin, or in letters. */
function says(value: Uint8Array, pan: string): boolean {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString('hex').includes(pan) || bytes.toString('latin1').includes(pan);
}

function unlessMalformed<T>(malformed: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CodecError) return malformed;
    throw error;
  }
}
