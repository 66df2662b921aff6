/** POST /gateway.do: system parameters may stand in the query or in the form; the reply is carried as the wallet says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Runtime, sleep } from '../../gateway/kernel/time.ts';
import { HttpRefusal, readBody } from '../http-exchange.ts';
import type { AlipayWallet, GatewayReply } from './wallet.ts';

export async function serveGateway(
  wallet: AlipayWallet,
  runtime: Runtime,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const form = new URLSearchParams((await readBody(request)).toString('utf8'));
  const reply = wallet.handle(mergedParams(query, form));
  if (reply.delayMs > 0) await sleep(runtime.timers, reply.delayMs);
  deliver(reply, response);
}

/** Errors  HttpRefusal 400 when a parameter is given twice: which of them was signed could not be told */
export function mergedParams(query: URLSearchParams, form: URLSearchParams): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const [name, value] of [...query, ...form]) {
    if (params.has(name)) throw new HttpRefusal(400, 'A parameter is given twice.');
    params.set(name, value);
  }
  return params;
}

function deliver(reply: GatewayReply, response: ServerResponse): void {
  const body = Buffer.from(reply.body, 'utf8');
  if (reply.delivery === 'none') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(reply.httpStatus, {
    'content-type': 'text/html;charset=utf-8',
    'content-length': body.length,
  });
  if (reply.delivery === 'whole') {
    response.end(body);
    return;
  }
  const part = reply.delivery === 'half' ? body.subarray(0, body.length >> 1) : body;
  response.write(part, () => response.socket?.destroy());
}
