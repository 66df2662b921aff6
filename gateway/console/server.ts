/** The operator's pages over HTTP on loopback, or TLS 1.3 where a certificate is configured.
 *
 *  A page that a browser has open elsewhere can reach this port, so the Host of every request and the Origin of everything that
 *  changes something are checked, bodies are JSON and nothing else, and the session is a cookie that no script reads and no
 *  other site sends. */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { addressKey } from '../edge/address.ts';
import { AmurError, failureName } from '../kernel/errors.ts';
import { Secret } from '../kernel/secret.ts';
import { ACTS, mayDo } from './contract/roles.ts';
import type { SessionView } from './contract/views.ts';
import { type ConsoleDesk, type ConsoleRequest, type Download, journal, type Route, textIn } from './desk.ts';
import { PAGE_HEADERS, pageFiles } from './pages.ts';
import type { ConsoleUser } from './ports.ts';
import { ROUTES } from './routes.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits, Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { refusalOf, statusOf } from './status.ts';

export interface ConsoleOptions extends ConsoleDesk {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Further names the pages are reached by, `bank.example:8448`. */
  readonly hosts: readonly string[];
  /** Where the pages were built to. */
  readonly pagesFolder: string;
  readonly sessions?: SessionLimits;
}

export interface OpenedConsole {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Set by the pages on what they ask by themselves while nobody touches them. */
const UNATTENDED_HEADER = 'x-amur-unattended';
const BODY_BYTES_MOST = 16_384;
const REQUEST_MS_MOST = 30_000;
const CONNECTIONS_MOST = 500;

export async function openConsole(options: ConsoleOptions): Promise<OpenedConsole> {
  const { listen, tls } = options;
  const shared = {
    bodyLimit: BODY_BYTES_MOST,
    requestTimeout: REQUEST_MS_MOST,
    forceCloseConnections: true,
    trustProxy: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 100 },
  } as const;
  const app: FastifyInstance =
    tls === null
      ? Fastify(shared)
      : (Fastify({ ...shared, https: { ...tls, minVersion: 'TLSv1.3' } }) as unknown as FastifyInstance);
  app.server.maxConnections = CONNECTIONS_MOST;
  new ConsoleServer(app, options).addRoutes();
  await app.listen({ host: listen.host, port: listen.port });
  const { port } = app.server.address() as AddressInfo;
  const shown = listen.host === '0.0.0.0' || listen.host === '::' ? 'localhost' : listen.host;
  return {
    address: `${tls === null ? 'http' : 'https'}://${shown.includes(':') ? `[${shown}]` : shown}:${port}/console/`,
    port,
    close: () => app.close(),
  };
}

class ConsoleServer {
  readonly #app: FastifyInstance;
  readonly #options: ConsoleOptions;
  readonly #sessions: Sessions;
  readonly #signIn: SignIn;
  readonly #cookie: string;

  constructor(app: FastifyInstance, options: ConsoleOptions) {
    this.#app = app;
    this.#options = options;
    this.#sessions = new Sessions(options.runtime, options.sessions ?? DEFAULT_SESSION_LIMITS);
    this.#signIn = new SignIn(options, this.#sessions);
    // The prefix has a browser refuse the cookie from anywhere but this host over TLS.
    this.#cookie = options.tls === null ? 'amur_session' : '__Host-amur_session';
  }

  addRoutes(): void {
    const app = this.#app;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
    app.addHook('onRequest', async (request, reply) => {
      reply.headers(PAGE_HEADERS);
      if (this.#options.tls !== null) reply.header('strict-transport-security', 'max-age=31536000');
      this.#requireOwnHost(request);
    });
    app.setErrorHandler((error, _request, reply) => this.#refuse(reply, error));
    app.setNotFoundHandler((_request, reply) => this.#refuse(reply, new AmurError('CONSOLE_NOT_FOUND', {})));
    this.#addPages();
    app.post('/api/sign-in', (request, reply) => this.#enter(request, reply));
    app.post('/api/sign-out', (request, reply) => this.#leave(request, reply));
    app.post('/api/password', (request, reply) => this.#password(request, reply));
    app.get('/api/session', async (request, reply) => {
      const user = this.#userIn(request);
      return json(reply, user === null ? null : this.#sessionView(user));
    });
    for (const route of [...ROUTES]) this.#addRoute(route);
  }

  #addPages(): void {
    const files = pageFiles(this.#options.pagesFolder);
    this.#app.get('/', (_request, reply) => reply.redirect('/console/'));
    for (const [address, file] of files) {
      this.#app.get(address, (_request, reply) =>
        reply.header('cache-control', file.cache).type(file.type).send(file.read()),
      );
    }
    if (files.size > 0) return;
    this.#app.get('/console/', (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send('The pages are not built.'),
    );
  }

  #addRoute({ method, path, act, run }: Route): void {
    this.#app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const user = this.#userOf(request);
        if (!mayDo(user.role, act)) throw new AmurError('CONSOLE_NOT_ALLOWED', { act });
        const asked: ConsoleRequest = {
          user,
          scope: user.partner,
          params: request.params as Readonly<Record<string, string>>,
          query: request.query as Readonly<Record<string, string>>,
          body: bodyOf(request),
        };
        const answer = await run(this.#options, asked);
        return isDownload(answer) ? sendFile(reply, answer) : json(reply, answer);
      },
    });
  }

  async #enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = bodyOf(request);
    const password = new Secret(textIn(body, 'password', 200));
    const address = addressKey(request.socket.remoteAddress);
    const { user, token } = await this.#signIn.signIn(textIn(body, 'name', 60), password, address);
    this.#sessions.end(this.#tokenOf(request));
    return json(this.#withCookie(reply, token), this.#sessionView(user));
  }

  async #leave(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const user = this.#userOf(request);
    this.#sessions.end(this.#tokenOf(request));
    await journal(this.#options, user.name, 'sign_out', user.name);
    return json(this.#withCookie(reply, null), { signedOut: true });
  }

  async #password(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const user = this.#userOf(request);
    const body = bodyOf(request);
    const old = new Secret(textIn(body, 'old', 200));
    const next = typeof body.next === 'string' ? body.next : '';
    const token = await this.#signIn.changePassword(user, old, next);
    return json(this.#withCookie(reply, token), this.#sessionView(user));
  }

  #withCookie(reply: FastifyReply, token: string | null): FastifyReply {
    const secure = this.#options.tls === null ? '' : '; Secure';
    const life = token === null ? '; Max-Age=0' : '';
    return reply.header(
      'set-cookie',
      `${this.#cookie}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure}${life}`,
    );
  }

  #tokenOf(request: FastifyRequest): string {
    const pairs = (request.headers.cookie ?? '').split('; ');
    const own = pairs.find((pair) => pair.startsWith(`${this.#cookie}=`));
    return own?.slice(this.#cookie.length + 1) ?? '';
  }

  /** Errors  CONSOLE_SIGN_IN_NEEDED */
  #userOf(request: FastifyRequest): ConsoleUser {
    const user = this.#userIn(request);
    if (user === null) throw new AmurError('CONSOLE_SIGN_IN_NEEDED', {});
    return user;
  }

  /** A session ends with its user's version: a password was changed, or the user disabled. */
  #userIn(request: FastifyRequest): ConsoleUser | null {
    const isUse = request.headers[UNATTENDED_HEADER] === undefined;
    const session = this.#sessions.find(this.#tokenOf(request), isUse);
    const user = session === null ? null : this.#options.users.find(session.name);
    const isOver = user === null || user.disabledAt !== null || user.version !== session?.userVersion;
    return isOver ? null : user;
  }

  #sessionView({ name, role, partner }: ConsoleUser): SessionView {
    const names = this.#options.reads.partnerNames();
    return {
      ...{ name, role, partner },
      partnerName: partner === null ? null : (names.get(partner) ?? partner),
      acquirer: this.#options.day.terms.acquirer.name,
      acts: ACTS[role],
    };
  }

  #requireOwnHost(request: FastifyRequest): void {
    const { host = '', origin } = request.headers;
    const { port } = this.#app.server.address() as AddressInfo;
    const { listen, hosts, tls } = this.#options;
    const own = new Set([
      `${listen.host}:${port}`,
      `[${listen.host}]:${port}`,
      `localhost:${port}`,
      ...hosts,
    ]);
    const isRead = request.method === 'GET';
    const expected = `${tls === null ? 'http' : 'https'}://${host}`;
    const isForeign = origin === undefined ? !isRead : origin !== expected;
    if (!own.has(host) || isForeign) throw new AmurError('CONSOLE_ORIGIN_REFUSED', {});
  }

  #refuse(reply: FastifyReply, error: unknown): FastifyReply {
    const refusal = refusalOf(error);
    if (refusal.code === 'INTERNAL') this.#options.log.alarm('console_failed', { error: failureName(error) });
    return json(reply.code(statusOf(refusal.code)), { code: refusal.code, facts: refusal.facts });
  }
}

function json(reply: FastifyReply, value: unknown): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(value));
}

function isDownload(answer: unknown): answer is Download {
  return typeof answer === 'object' && answer !== null && 'download' in answer;
}

function sendFile(reply: FastifyReply, { download, bytes }: Download): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${download.replace(/[^\w.-]/g, '_')}"`)
    .type('application/octet-stream')
    .send(Buffer.from(bytes));
}

/** Errors  CONSOLE_REQUEST_INVALID */
function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  if (request.method === 'GET') return {};
  try {
    const value: unknown = JSON.parse(typeof request.body === 'string' ? request.body : '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    throw new AmurError('CONSOLE_REQUEST_INVALID', { field: 'body' }, { cause: error });
  }
  throw new AmurError('CONSOLE_REQUEST_INVALID', { field: 'body' });
}
