/** What a message is by the independent schema: still valid, or which refusal it deserves. */
import { isEnrolRequest, isEnvelope, requestBodies } from './schemas.ts';

export type Verdict =
  | { readonly valid: true; readonly value: Record<string, unknown> }
  | { readonly valid: false; readonly code: string };

const MALFORMED = { valid: false, code: 'MESSAGE_MALFORMED' } as const;

/** What JSON and UTF-8 alone say. Halves of letters are no text anywhere in a message. */
export function readJsonObject(
  bytes: Uint8Array,
  bytesMost: number,
  halfLetters: 'refused' | 'taken' = 'refused',
): Verdict {
  if (bytes.byteLength > bytesMost) return { valid: false, code: 'MESSAGE_TOO_LARGE' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || (halfLetters === 'refused' && hasHalfLetter(value))) return MALFORMED;
    return { valid: true, value: value as Record<string, unknown> };
  } catch {
    return MALFORMED;
  }
}

/** Level by level, since a message may be ten thousand levels deep. */
function hasHalfLetter(value: unknown): boolean {
  for (let level: unknown[] = [value]; level.length > 0; ) {
    const texts = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.keys(one) : [one],
    );
    if (texts.some((text) => typeof text === 'string' && /\p{Surrogate}/u.test(text))) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function versionFault(value: Record<string, unknown>): Verdict | null {
  const v = Object.hasOwn(value, 'v') ? value.v : undefined;
  if (v === 1) return null;
  return Number.isSafeInteger(v) ? { valid: false, code: 'MESSAGE_VERSION_UNSUPPORTED' } : MALFORMED;
}

export function judgeRequest(bytes: Uint8Array): Verdict {
  const read = readJsonObject(bytes, 65_536);
  if (!read.valid) return read;
  const fault = versionFault(read.value);
  if (fault !== null) return fault;
  if (!isEnvelope(read.value)) return MALFORMED;
  const body = requestBodies.get(read.value.type as string);
  if (body === undefined) return { valid: false, code: 'MESSAGE_TYPE_UNKNOWN' };
  return body(read.value.body) ? read : MALFORMED;
}

export function judgeEnrolment(bytes: Uint8Array): Verdict {
  const read = readJsonObject(bytes, 4_096);
  if (!read.valid) return read;
  return versionFault(read.value) ?? (isEnrolRequest(read.value) ? read : MALFORMED);
}

/** The id that a refusal has to name, or null where none can be read. */
export function readableId(bytes: Uint8Array): string | null {
  const read = readJsonObject(bytes, 65_536);
  if (!read.valid || !Object.hasOwn(read.value, 'id')) return null;
  const { id } = read.value;
  return typeof id === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(id) ? id : null;
}
