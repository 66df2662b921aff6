/** Opens a reply of the gateway: finds the bytes that were signed, checks them, and only then reads them.
 *
 *  Shape   {"alipay_trade_pay_response":{...},"sign":"..."}, or `error_response`; other members are passed over
 *  Errors  none: a reply that cannot be trusted is a cause word
 *  Source  Open Platform: the signature covers the node as it was sent, escapes and spaces kept. Reading the node and
 *          writing it again would not give the same bytes, so its braces are looked for in the text itself. */
import type { KeyObject } from 'node:crypto';
import { verifyBytes } from './signing.ts';

export type ReplyCause =
  | 'http_status'
  | 'reply_malformed'
  | 'reply_unsigned'
  | 'signature_invalid'
  | 'node_unexpected';
export type Fields = Readonly<Record<string, unknown>>;
export type OpenedReply =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly cause: ReplyCause };

const ERROR_NODE = 'error_response';

export function openReply(bytes: Uint8Array, method: string, publicKey: KeyObject): OpenedReply {
  // A reply that is damaged anywhere is not believed in part, even where the damage is outside of what was signed.
  const members = readJson(bytes) === undefined ? null : topMembers(bytes);
  if (members === null) return { ok: false, cause: 'reply_malformed' };
  const node = members.get(`${method.replaceAll('.', '_')}_response`) ?? members.get(ERROR_NODE);
  if (node === undefined) return { ok: false, cause: 'node_unexpected' };
  const signatureRange = members.get('sign');
  if (signatureRange === undefined) return { ok: false, cause: 'reply_unsigned' };
  const signature = readJson(signatureRange);
  if (typeof signature !== 'string' || !verifyBytes(node, signature, publicKey)) {
    return { ok: false, cause: 'signature_invalid' };
  }
  const fields = readJson(node);
  return isFields(fields) ? { ok: true, fields } : { ok: false, cause: 'reply_malformed' };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined when the bytes are not UTF-8 or not JSON. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The members of the outermost object as ranges of the bytes; null when it is not one whole object or repeats a name,
 *  since a repeated name would let the checked node and the read node differ. */
function topMembers(bytes: Uint8Array): Map<string, Uint8Array> | null {
  const members = new Map<string, Uint8Array>();
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== 0x7b) return null;
  at = skipSpace(bytes, at + 1);
  for (;;) {
    const nameEnd = stringEnd(bytes, at);
    if (nameEnd === null) return null;
    const name = readJson(bytes.subarray(at, nameEnd));
    at = skipSpace(bytes, nameEnd);
    if (typeof name !== 'string' || members.has(name) || bytes[at] !== 0x3a) return null;
    const start = skipSpace(bytes, at + 1);
    const end = valueEnd(bytes, start);
    if (end === null) return null;
    members.set(name, bytes.subarray(start, end));
    at = skipSpace(bytes, end);
    if (bytes[at] === 0x7d) return skipSpace(bytes, at + 1) === bytes.length ? members : null;
    if (bytes[at] !== 0x2c) return null;
    at = skipSpace(bytes, at + 1);
  }
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (SPACE.has(bytes[at] ?? -1)) at += 1;
  return at;
}

/** Just past the closing quote of the string that starts here. */
function stringEnd(bytes: Uint8Array, from: number): number | null {
  if (bytes[from] !== QUOTE) return null;
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return null;
}

/** Just past the value that starts here: a string, an object or list with balanced brackets, or a bare word. */
function valueEnd(bytes: Uint8Array, from: number): number | null {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      if (end === null || depth === 0) return end;
      at = end;
    } else if (OPEN.has(byte)) {
      depth += 1;
      at += 1;
    } else if (CLOSE.has(byte)) {
      if (depth === 0) return at > from ? at : null;
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
    } else if (byte === 0x2c && depth === 0) {
      return at > from ? at : null;
    } else {
      at += 1;
    }
  }
  return null;
}
