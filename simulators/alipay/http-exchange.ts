/** Small pieces of HTTP that the simulator's routes share: bounded bodies, JSON answers, headers of a careful server. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const GREATEST_BODY_BYTES = 64 * 1024;

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Errors  HttpRefusal 413 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > GREATEST_BODY_BYTES) throw new HttpRefusal(413, 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Errors  HttpRefusal 400 | 413 */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readBody(request)).toString('utf8');
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    throw new HttpRefusal(400, 'The body is not JSON.');
  }
  throw new HttpRefusal(400, 'The body is not a JSON object.');
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'bigint' ? field.toString() : field,
  );
  send(response, status, 'application/json; charset=utf-8', Buffer.from(body));
}

export function send(response: ServerResponse, status: number, type: string, body: Uint8Array): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

/** Errors  HttpRefusal 400 */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '' || value.length > 2_048)
    throw new HttpRefusal(400, `${name} must be a text.`);
  return value;
}

/** Null when absent. Errors  HttpRefusal 400 */
export function optionalText(body: Readonly<Record<string, unknown>>, name: string): string | null {
  return body[name] === undefined || body[name] === null ? null : textField(body, name);
}

/** Null when absent. Errors  HttpRefusal 400 */
export function optionalCount(body: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 86_400_000)
    throw new HttpRefusal(400, `${name} must be a whole number from 0 to 86400000.`);
  return value;
}

/** A whole number of minor units as text. Errors  HttpRefusal 400 */
export function minorField(body: Readonly<Record<string, unknown>>, name: string): bigint {
  const text = textField(body, name);
  if (!/^-?(0|[1-9][0-9]{0,15})$/.test(text)) throw new HttpRefusal(400, `${name} must be minor units.`);
  return BigInt(text);
}
