/** From the bytes of a frame to a JSON object, and from a schema's verdict to a typed error. Everything here is bounded
 *  by the size of the frame, and no error ever carries a value or a name that the other side chose. */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { AmurError } from '../kernel/errors.ts';
import { FRAME_BYTES_MAX, WIRE_VERSION } from './messages.ts';

export type JsonObject = Readonly<Record<string, unknown>>;
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: AmurError };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const PATH_LENGTH_MAX = 120;

export function refuse(error: AmurError): { readonly ok: false; readonly error: AmurError } {
  return { ok: false, error };
}

export function malformed(path: string): AmurError {
  return new AmurError('MESSAGE_MALFORMED', { path });
}

/** Repeated names: the last one counts, as JSON.parse has it; nothing here is signed or read by a second parser.
 *  Errors  MESSAGE_TOO_LARGE | MESSAGE_MALFORMED */
export function readObject(frame: string | Uint8Array, bytesMax = FRAME_BYTES_MAX): Checked<JsonObject> {
  if (frameBytes(frame, bytesMax) > bytesMax) {
    return refuse(new AmurError('MESSAGE_TOO_LARGE', { limitBytes: bytesMax }));
  }
  let value: unknown;
  try {
    const text = typeof frame === 'string' ? frame : utf8.decode(frame);
    value = JSON.parse(text);
    if (LONE_SURROGATE_ESCAPE.test(text) && !isWellFormed(value)) return refuse(malformed(''));
  } catch {
    // Whatever the parser found wrong, its message quotes the input; the caller learns only that it is not JSON.
    return refuse(malformed(''));
  }
  return isObject(value) ? { ok: true, value } : refuse(malformed(''));
}

/** Errors  MESSAGE_VERSION_UNSUPPORTED | MESSAGE_MALFORMED */
export function versionError(value: JsonObject): AmurError | null {
  const version = value.v;
  if (version === WIRE_VERSION) return null;
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return malformed('/v');
  return new AmurError('MESSAGE_VERSION_UNSUPPORTED', { supported: WIRE_VERSION });
}

export type Checker = (value: unknown, at: string) => AmurError | null;

/** Compiles a schema into a function that answers null or MESSAGE_MALFORMED with the path of the first fault. */
export function checkerOf(schema: TSchema): Checker {
  const compiled = Compile(schema);
  return (value, at) => {
    if (compiled.Check(value)) return null;
    return malformed(at + faultPath(compiled.Errors(value)));
  };
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
}

/** A superfluous property is reported at its owner, because its name is the sender's to choose. */
function faultPath(faults: readonly Fault[]): string {
  const superfluous = faults.find((fault) => fault.keyword === 'additionalProperties');
  const fault = superfluous ?? faults.find((each) => each.keyword !== 'anyOf') ?? faults[0];
  return (fault?.instancePath ?? '').slice(0, PATH_LENGTH_MAX);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Strings with half a surrogate pair would change when written to a database or a wire. Walks without recursion, as
 *  nesting is the sender's to choose. */
function isWellFormed(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      if (!name.isWellFormed()) return false;
      open.push(child);
    }
  }
  return true;
}

function frameBytes(frame: string | Uint8Array, bytesMax: number): number {
  if (typeof frame !== 'string') return frame.byteLength;
  if (frame.length > bytesMax || frame.length * 3 <= bytesMax) return frame.length;
  return new TextEncoder().encode(frame).byteLength;
}
