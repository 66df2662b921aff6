/** The gateway's one port: HTTPS and the terminals' WebSocket, TLS 1.3 and nothing older. */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { AmurError, failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type Runtime, sleep } from '../kernel/time.ts';
import type { CardService } from '../payments/card/ports.ts';
import type { PaymentStore } from '../payments/ports.ts';
import type { GatewayService } from '../payments/service.ts';
import type { NoticeParser } from '../payments/wallet-port.ts';
import { malformed } from '../wire/frame-text.ts';
import { buildErrorReply } from '../wire/frames.ts';
import { HANDSHAKE_BYTES_MAX } from '../wire/handshake-frames.ts';
import { addressKey } from './address.ts';
import { limitConnections } from './connections.ts';
import { Enrolment } from './enrolment.ts';
import type { EdgeLimits } from './limits.ts';
import type { TerminalLinks } from './links.ts';
import { takeNotice } from './notices.ts';
import { CLOSE } from './terminal-link.ts';
import { createTerminalPort } from './terminal-port.ts';

export interface EdgeOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly cert: string; readonly key: string };
  /** The gateway's own name, which terminals prove themselves to. */
  readonly gateway: string;
  readonly store: Pick<PaymentStore, 'commit' | 'terminal' | 'merchant'>;
  readonly service: Pick<GatewayService, 'handle' | 'walletNotice'>;
  /** Takes the terminals' binary frames; absent where this gateway takes no cards. */
  readonly cards?: Pick<CardService, 'message'> | undefined;
  readonly links: TerminalLinks;
  readonly notices: NoticeParser;
  readonly runtime: Runtime;
  readonly limits: EdgeLimits;
  readonly log: Log;
}

export interface Edge {
  readonly port: number;
  /** Takes no more connections, lets requests under way answer within `drainMs`, then ends every link. */
  close(): Promise<void>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

export async function openEdge(options: EdgeOptions): Promise<Edge> {
  const { limits, links, runtime, log } = options;
  const app = Fastify({
    https: { ...options.tls, minVersion: 'TLSv1.3', handshakeTimeout: limits.proofDeadlineMs },
    bodyLimit: limits.noticeBytes,
    requestTimeout: limits.proofDeadlineMs,
    forceCloseConnections: true,
    trustProxy: false,
    exposeHeadRoutes: false,
  });
  const port = createTerminalPort(options);
  app.server.on('upgrade', (request, socket, head) => port.upgrade(request, socket, head));
  limitConnections(app.server, limits, log);
  addRoutes(app, options);
  await app.listen({ host: options.listen.host, port: options.listen.port });
  links.watchRevocations(options.store, runtime, limits.revocationCheckMs, log);
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      links.stopWatching();
      app.server.removeAllListeners('upgrade');
      app.server.on('upgrade', (_request, socket) => socket.destroy());
      await drained(links, runtime, limits.drainMs);
      links.closeAll(CLOSE.goingAway);
      const cancel = runtime.timers.after(CLOSE_GRACE_MS, () => port.terminateAll());
      await app.close();
      cancel();
    },
  };
}

const DRAIN_STEP_MS = 20;
/** How long terminals have to take part in closing. */
const CLOSE_GRACE_MS = 500;

async function drained(links: TerminalLinks, runtime: Runtime, budgetMs: number): Promise<void> {
  for (let leftMs = budgetMs; leftMs > 0 && links.requestsInFlight > 0; leftMs -= DRAIN_STEP_MS) {
    await sleep(runtime.timers, DRAIN_STEP_MS);
  }
}

/** Bodies are kept as text: this file parses none, and a signature wants them as they came. */
function addRoutes(app: FastifyInstance, options: EdgeOptions): void {
  const enrolment = new Enrolment(options);
  app.removeAllContentTypeParsers();
  const asText = { parseAs: 'string' as const };
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    app.addContentTypeParser(type, asText, (_request, body, done) => done(null, body));
  }
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS);
  });
  app.setErrorHandler((error, _request, reply) => sendError(reply, asAmurError(error, options.log)));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(''));
  app.get('/health', async () => ({ status: 'up' }));
  app.post('/enrol', { bodyLimit: HANDSHAKE_BYTES_MAX }, async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const text = await enrolment.enrol(body, addressKey(request.socket.remoteAddress));
    return reply.type('application/json; charset=utf-8').send(text);
  });
  app.post('/notify/alipay', async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const answer = await takeNotice(body, options.notices, options.service, options.log);
    return reply.code(answer.status).type('text/plain; charset=utf-8').send(answer.body);
  });
}

function asAmurError(error: unknown, log: Log): AmurError {
  if (error instanceof AmurError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AmurError('MESSAGE_TOO_LARGE', {});
  if (code.startsWith('FST_ERR_')) return malformed('');
  log.alarm('http_failed', { error: failureName(error) });
  return new AmurError('INTERNAL', {});
}

function sendError(reply: FastifyReply, error: AmurError): FastifyReply {
  return reply
    .code(statusOf(error))
    .type('application/json; charset=utf-8')
    .send(buildErrorReply(null, error));
}

function statusOf(error: AmurError): number {
  switch (error.code) {
    case 'ACTIVATION_RATE_LIMITED':
      return 429;
    case 'MESSAGE_TOO_LARGE':
      return 413;
    case 'ACTIVATION_INVALID':
      return 403;
    case 'INTERNAL':
      return 500;
    default:
      return 400;
  }
}
