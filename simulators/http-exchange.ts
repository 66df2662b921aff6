/** Small pieces of HTTP that the simulators' routes and pages share: bounded bodies, JSON answers, careful headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_BYTES_MOST = 64 * 1024;

export type JsonBody = Readonly<Record<string, unknown>>;

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Addressed to this machine, and by no page but its own: no web page elsewhere can drive a simulator. */
export function isLocal({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  return (
    /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$/.test(host) &&
    (origin === undefined || origin === `http://${host}` || origin === `https://${host}`)
  );
}

/** Errors  HttpRefusal 413 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MOST) throw new HttpRefusal(413, 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Errors  HttpRefusal 400 | 413 */
export async function readJson(request: IncomingMessage): Promise<JsonBody> {
  const text = (await readBody(request)).toString('utf8');
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonBody;
  } catch {
    throw new HttpRefusal(400, 'The body is not JSON.');
  }
  throw new HttpRefusal(400, 'The body is not a JSON object.');
}

/** Whole numbers of any size go as decimal texts. */
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
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; " +
      "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
  response.end(body);
}

/** Errors  HttpRefusal 400 */
export function textField(body: JsonBody, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '' || value.length > 2_048)
    throw new HttpRefusal(400, `${name} must be a text.`);
  return value;
}

/** Null when absent. Errors  HttpRefusal 400 */
export function optionalText(body: JsonBody, name: string): string | null {
  return body[name] === undefined || body[name] === null ? null : textField(body, name);
}

/** Null when absent. Errors  HttpRefusal 400 */
export function optionalCount(body: JsonBody, name: string, least = 0): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > 86_400_000)
    throw new HttpRefusal(400, `${name} must be a whole number from ${least} to 86400000.`);
  return value;
}

/** A whole number of minor units as text. Errors  HttpRefusal 400 */
export function minorField(body: JsonBody, name: string): bigint {
  const text = textField(body, name);
  if (!/^-?(0|[1-9][0-9]{0,15})$/.test(text)) throw new HttpRefusal(400, `${name} must be minor units.`);
  return BigInt(text);
}
