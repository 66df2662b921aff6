/** Every frame of the terminal link, parsed and built. Parsing never throws: it answers the frame or a typed error that
 *  names the offending path and never a value. */
import { AmurError, ERROR_CATALOGUE, type ErrorFacts, isErrorCode } from '../kernel/errors.ts';
import {
  type Checked,
  type Checker,
  checkerOf,
  type JsonObject,
  readObject,
  refuse,
  versionError,
} from './frame-text.ts';
import {
  type ErrorWire,
  EVENTS,
  type EventBody,
  EventEnvelope,
  type EventType,
  FRAME_BYTES_MAX,
  REQUESTS,
  type ReplyBody,
  ReplyEnvelope,
  type RequestBody,
  RequestEnvelope,
  type RequestType,
  WIRE_VERSION,
} from './messages.ts';

/** One member per request type, so that `type` tells what `body` is. */
export type ParsedRequest = {
  readonly [T in RequestType]: {
    readonly ok: true;
    readonly id: string;
    readonly type: T;
    readonly body: RequestBody<T>;
  };
}[RequestType];
export type RefusedRequest = { readonly ok: false; readonly re: string | null; readonly error: AmurError };

export type ParsedEvent = {
  readonly [E in EventType]: { readonly kind: 'event'; readonly event: E; readonly body: EventBody<E> };
}[EventType];
/** `re` is null where the gateway could not read the id of what it refuses. */
export interface ParsedReply {
  readonly kind: 'reply';
  readonly re: string | null;
  readonly outcome:
    | { readonly ok: true; readonly body: unknown }
    | { readonly ok: false; readonly error: AmurError };
}

const requestEnvelope = checkerOf(RequestEnvelope);
const requestId = checkerOf(RequestEnvelope.properties.id);
const replyEnvelope = checkerOf(ReplyEnvelope);
const eventEnvelope = checkerOf(EventEnvelope);
const requestBodies = checkers(REQUESTS, (row) => checkerOf(row.body));
const replyBodies = checkers(REQUESTS, (row) => checkerOf(row.reply));
const eventBodies = checkers(EVENTS, checkerOf);

/** Errors  MESSAGE_TOO_LARGE | MESSAGE_MALFORMED | MESSAGE_VERSION_UNSUPPORTED | MESSAGE_TYPE_UNKNOWN */
export function parseRequest(frame: string | Uint8Array): ParsedRequest | RefusedRequest {
  const read = readObject(frame);
  if (!read.ok) return { ok: false, re: null, error: read.error };
  const re = requestId(read.value.id, '') === null ? (read.value.id as string) : null;
  const error = versionError(read.value) ?? requestEnvelope(read.value, '') ?? bodyError(read.value);
  if (error !== null) return { ok: false, re, error };
  const { id, type, body } = read.value;
  return { ok: true, id, type, body } as ParsedRequest;
}

function bodyError(envelope: JsonObject): AmurError | null {
  const check = requestBodies.get(envelope.type as string);
  return check === undefined ? new AmurError('MESSAGE_TYPE_UNKNOWN', {}) : check(envelope.body, '/body');
}

/** What the gateway sends after its welcome. A reply's body is checked apart, with `parseReplyBody`, by whoever knows what
 *  was asked. Errors as `parseRequest`. */
export function parseGatewayFrame(frame: string | Uint8Array): Checked<ParsedReply | ParsedEvent> {
  const read = readObject(frame);
  if (!read.ok) return read;
  const error = versionError(read.value);
  if (error !== null) return refuse(error);
  return Object.hasOwn(read.value, 'event') ? eventOf(read.value) : replyOf(read.value);
}

/** Errors as `parseRequest`. */
export function parseReply(frame: string | Uint8Array): Checked<ParsedReply> {
  const read = readObject(frame);
  if (!read.ok) return read;
  const error = versionError(read.value);
  return error === null ? replyOf(read.value) : refuse(error);
}

/** Errors as `parseRequest`. */
export function parseEvent(frame: string | Uint8Array): Checked<ParsedEvent> {
  const read = readObject(frame);
  if (!read.ok) return read;
  const error = versionError(read.value);
  return error === null ? eventOf(read.value) : refuse(error);
}

/** Errors  MESSAGE_MALFORMED */
export function parseReplyBody<T extends RequestType>(type: T, body: unknown): Checked<ReplyBody<T>> {
  const error = replyBodies.get(type)?.(body, '/body') ?? null;
  return error === null ? { ok: true, value: body as ReplyBody<T> } : refuse(error);
}

function replyOf(value: JsonObject): Checked<ParsedReply> {
  const error = replyEnvelope(value, '');
  if (error !== null) return refuse(error);
  const reply = value as ReplyEnvelope;
  const outcome = reply.ok
    ? ({ ok: true, body: reply.body } as const)
    : ({ ok: false, error: errorOf(reply.error) } as const);
  return { ok: true, value: { kind: 'reply', re: reply.re, outcome } };
}

function eventOf(value: JsonObject): Checked<ParsedEvent> {
  const error = eventEnvelope(value, '');
  if (error !== null) return refuse(error);
  const check = eventBodies.get(value.event as string);
  if (check === undefined) return refuse(new AmurError('MESSAGE_TYPE_UNKNOWN', {}));
  const fault = check(value.body, '/body');
  if (fault !== null) return refuse(fault);
  return { ok: true, value: { kind: 'event', event: value.event, body: value.body } as ParsedEvent };
}

/** A code this side does not know stays visible as a fact of INTERNAL, whose retry rule is the cautious one. */
function errorOf(error: ErrorWire): AmurError {
  if (isErrorCode(error.code)) return new AmurError(error.code, error.facts);
  return new AmurError('INTERNAL', { ...error.facts, code: error.code });
}

export function buildRequest<T extends RequestType>(id: string, type: T, body: RequestBody<T>): string {
  return JSON.stringify({ v: WIRE_VERSION, id, type, body });
}

/** Errors  MESSAGE_TOO_LARGE where the body could not be read by the other side anyway. */
export function buildReply<T extends RequestType>(re: string, body: ReplyBody<T>): string {
  const text = JSON.stringify({ v: WIRE_VERSION, re, ok: true, body });
  if (new TextEncoder().encode(text).byteLength > FRAME_BYTES_MAX) {
    throw new AmurError('MESSAGE_TOO_LARGE', { limitBytes: FRAME_BYTES_MAX });
  }
  return text;
}

export function buildErrorReply(re: string | null, error: unknown): string {
  return JSON.stringify({ v: WIRE_VERSION, re, ok: false, error: buildError(error) });
}

/** The answer to a binary frame that was not, or not wholly, taken as a card message. Such a frame has no id: it is named by its
 *  last eight bytes, its MAC, which no other message of the terminal has. */
export function buildCardRefusal(packed: Uint8Array, error: unknown): string {
  const { code, message, facts } = buildError(error);
  const named = { ...facts, cardMessage: cardMessageName(packed) };
  return JSON.stringify({ v: WIRE_VERSION, re: null, ok: false, error: { code, message, facts: named } });
}

/** Hexadecimal. */
export function cardMessageName(packed: Uint8Array): string {
  return Array.from(packed.subarray(-8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function buildEvent<E extends EventType>(event: E, body: EventBody<E>): string {
  return JSON.stringify({ v: WIRE_VERSION, event, body });
}

/** One less than the envelope allows: a card message's name may join them. */
const FACTS_MAX = 15;

/** Anything but an AmurError becomes INTERNAL without facts: its message may hold what a terminal must not see. */
export function buildError(error: unknown): ErrorWire {
  const known = error instanceof AmurError ? error : new AmurError('INTERNAL', {});
  return { code: known.code, message: ERROR_CATALOGUE[known.code].message, facts: boundedFacts(known.facts) };
}

function boundedFacts(facts: ErrorFacts): Record<string, string | number | boolean> {
  const bounded: [string, string | number | boolean][] = [];
  for (const [name, fact] of Object.entries(facts).slice(0, FACTS_MAX)) {
    if (name.length > 40 || (typeof fact === 'number' && !Number.isFinite(fact))) continue;
    bounded.push([name, typeof fact === 'string' ? fact.slice(0, 200).toWellFormed() : fact]);
  }
  return Object.fromEntries(bounded);
}

function checkers<Row>(
  rows: Readonly<Record<string, Row>>,
  compile: (row: Row) => Checker,
): ReadonlyMap<string, Checker> {
  return new Map(Object.entries(rows).map(([name, row]) => [name, compile(row)]));
}
