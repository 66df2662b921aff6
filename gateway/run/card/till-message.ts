/** A message of the till's leg, read strictly, with everything in it that may not be there refused. */
import { hash } from 'node:crypto';
import { unpack, unpackPartial } from '../../iso8583/codec.ts';
import { CodecError } from '../../iso8583/codec-error.ts';
import { isResponse, type Mti, mtiFunction } from '../../iso8583/mti.ts';
import { type CardData, unpackCardData } from '../../iso8583/private-data.ts';
import type { Spec } from '../../iso8583/spec.ts';
import { isConstructed, parseTlv } from '../../iso8583/tlv.ts';
import type { UnpackedMessage } from '../../iso8583/unpacked-message.ts';
import { type Mid, parseMid, parseTid, type Tid } from '../../kernel/identifiers.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { CardIdentity } from '../../payments/card/records.ts';

export interface TillMessage {
  readonly spec: Spec;
  readonly iso: UnpackedMessage;
  readonly mti: Mti;
  readonly identity: CardIdentity;
  /** From UTC, of the clock by which `identity` says when it was sent. */
  readonly sentOffsetMinutes: number;
  readonly data: CardData | null;
}

/** What a refusal of an unreadable message can be addressed with. */
export interface ReplyHead {
  readonly spec: Spec;
  readonly mti: Mti;
  readonly stan: string;
  readonly tid: string;
  readonly mid: string | undefined;
  readonly transmittedAt: string | undefined;
}

/** `reason` may be logged: it names places and never values. */
export type Reading =
  | { readonly kind: 'message'; readonly message: TillMessage }
  | { readonly kind: 'refused'; readonly reason: string; readonly head: ReplyHead | null };

export function readTillMessage(spec: Spec, packed: Uint8Array): Reading {
  try {
    const iso = unpack(spec, packed);
    if (!isAnswered(iso.mti)) return { kind: 'refused', reason: 'not_a_request', head: null };
    const clear = clearData(iso);
    if (clear !== null) return { kind: 'refused', reason: `clear_${clear}`, head: headOf(iso) };
    const { transmittedAt, sentOffsetMinutes } = sentOf(iso);
    const identity = identityOf(iso, transmittedAt);
    const de59 = iso.fields[59];
    const data = de59 instanceof Uint8Array ? unpackCardData(de59) : null;
    return { kind: 'message', message: { spec, iso, mti: iso.mti, identity, sentOffsetMinutes, data } };
  } catch (error) {
    if (error instanceof MissingError) return refusedAt(spec, packed, `missing_de${error.de}`);
    if (!(error instanceof CodecError)) throw error;
    return refusedAt(spec, packed, `${error.code}_de${error.de ?? 'x'}`);
  }
}

/** A response that came as a request, or a class that tills do not use, is not answered: it would only be echoed back. */
function isAnswered(mti: Mti): boolean {
  return '123458'.includes(mti[1] ?? '') && !isResponse(mti) && mtiFunction(mti) !== 'reserved';
}

class MissingError extends Error {
  override readonly name = 'MissingError';
  readonly de: number;

  constructor(de: number) {
    super('A data element that identifies the message is absent or malformed.');
    this.de = de;
  }
}

function identityOf(iso: UnpackedMessage, transmittedAt: string): CardIdentity {
  return {
    tid: shaped<Tid>(iso, 41, parseTid),
    mid: shaped<Mid>(iso, 42, parseMid),
    messageClass: iso.mti[1] ?? '',
    stan: shaped(iso, 11, (text) => text),
    transmittedAt,
  };
}

/** DE7, which is in UTC, or the terminal's own date and time where it sends none: its clock goes by Moscow, as a sign-on tells it. */
function sentOf(iso: UnpackedMessage): {
  readonly transmittedAt: string;
  readonly sentOffsetMinutes: number;
} {
  const [at, time, date] = [7, 12, 13].map((de) => iso.fields[de]);
  if (at === undefined && typeof time === 'string' && typeof date === 'string') {
    return { transmittedAt: `${date}${time}`, sentOffsetMinutes: MOSCOW_OFFSET_MINUTES };
  }
  return { transmittedAt: shaped(iso, 7, (text) => text), sentOffsetMinutes: 0 };
}

function shaped<T>(iso: UnpackedMessage, de: number, parse: (text: string) => T): T {
  const value = iso.fields[de];
  if (typeof value !== 'string') throw new MissingError(de);
  try {
    return parse(value);
  } catch {
    throw new MissingError(de);
  }
}

function refusedAt(spec: Spec, packed: Uint8Array, reason: string): Reading {
  const { message } = unpackPartial(spec, packed);
  return { kind: 'refused', reason, head: headOf(message) };
}

function headOf(iso: UnpackedMessage): ReplyHead | null {
  const [stan, tid, mid, at] = [11, 41, 42, 7].map((de) => iso.fields[de]);
  // A message whose type could not be read keeps the default, and then has no fields either.
  if (typeof stan !== 'string' || typeof tid !== 'string' || !isAnswered(iso.mti)) return null;
  return {
    spec: iso.spec,
    mti: iso.mti,
    stan,
    tid,
    mid: typeof mid === 'string' ? mid : undefined,
    transmittedAt: typeof at === 'string' ? at : undefined,
  };
}

/** PAN, expiry, tracks, PIN. */
const CLEAR_ELEMENTS = [2, 14, 34, 35, 36, 45, 52];
/** Track 2 and its like, PAN, name, expiry, PIN; 56, 9F6B, 9F1F and 9F20 are tracks under other tags. */
const CLEAR_TAGS: ReadonlySet<string> = new Set('57 5A 5F20 5F24 99 56 9F6B 9F1F 9F20 9F0B'.split(' '));

/** The place of what may not come in clear on this leg, or null. Errors  CodecError TLV_MALFORMED */
function clearData(iso: UnpackedMessage): string | null {
  const element = CLEAR_ELEMENTS.find((de) => iso.fields[de] !== undefined);
  if (element !== undefined) return `de${element}`;
  const emv = iso.fields[55];
  return emv instanceof Uint8Array ? clearTag(emv, 0) : null;
}

const NESTED_MOST = 8;

function clearTag(bytes: Uint8Array, depth: number): string | null {
  if (depth > NESTED_MOST) throw new CodecError('TLV_MALFORMED', 55, 0);
  for (const { tag, value } of parseTlv(bytes, 55)) {
    if (CLEAR_TAGS.has(tag)) return `tag${tag}`;
    const inner = isConstructed(tag) ? clearTag(value, depth + 1) : null;
    if (inner !== null) return inner;
  }
  return null;
}

/** SHA-256, hexadecimal, of all that a repeat has in common with its first sending: everything but the last digit of the
 *  MTI, the MAC, and what DE59 says of the MAC's key, its own length and padding with it. */
export function bodyHash({ iso, spec, mti }: TillMessage): string {
  const { bytes } = iso;
  const end = iso.fields[64] === undefined && iso.fields[128] === undefined ? bytes.length : bytes.length - 8;
  const start = spec.mti === 'bcd' ? 2 : 4;
  const de59 = iso.fields[59];
  const prefixBytes = spec.plans[59]?.prefixBytes;
  if (!(de59 instanceof Uint8Array) || prefixBytes === undefined) {
    return hashOf(mti.slice(0, 3), [bytes.subarray(start, end)]);
  }
  const from = de59.byteOffset - bytes.byteOffset;
  let head = mti.slice(0, 3);
  const parts = [bytes.subarray(start, from - prefixBytes), bytes.subarray(from + de59.length, end)];
  for (const { tag, value } of parseTlv(de59, 59)) {
    if (tag === MAC_KEY) continue;
    head += ` ${tag} ${value.length}`;
    parts.push(value);
  }
  return hashOf(head, parts);
}

const MAC_KEY = 'E3';

/** `head` says what the parts are, and how long those that may stand in any order. */
function hashOf(head: string, parts: readonly Uint8Array[]): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${head}\n`, 'latin1'), ...parts]), 'hex');
}
