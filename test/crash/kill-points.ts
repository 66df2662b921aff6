/** Loaded before a program (`node --import`), it wraps every commit and every send from outside, so that the process can be
 *  killed exactly before or after the one that was chosen. The programs themselves know nothing of it. */
import type HttpModule from 'node:http';
import type HttpsModule from 'node:https';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { watchCommits } from './commit-points.ts';
import { durableLabel } from './durable-labels.ts';
import { type Loose, type Method, mark, ports, reach, subject, wrap } from './kill-aim.ts';
import { frameLabel, requestLabel, responseLabel } from './send-labels.ts';

// ---------------------------------------------------------------- commits

const require = createRequire(import.meta.url);
// As a module of the newer kind each would load everything that it only offers, at every start.
const http = require('node:http') as typeof HttpModule;
const https = require('node:https') as typeof HttpsModule;
watchCommits((sql, bound) => durableLabel(subject, sql, bound));

// ---------------------------------------------------------------- sends

const WebSocketClass = require('ws') as { prototype: object };

wrap(
  WebSocketClass.prototype,
  'send',
  (send) =>
    function (this, data, ...rest) {
      const label = typeof data === 'string' ? frameLabel(subject, data) : null;
      if (label === null) return send.call(this, data, ...rest);
      mark(String(data));
      reach([label], 'before_send');
      const last = rest.at(-1);
      const callback = typeof last === 'function' ? last : null;
      const options = callback === null ? rest : rest.slice(0, -1);
      const sent = (error?: unknown): void => {
        if (error === undefined || error === null) reach([label], 'after_send');
        callback?.(error);
      };
      return send.call(this, data, ...options, sent);
    },
);

wrap(
  https,
  'request',
  (request) =>
    function (this, ...args) {
      const exchange = request.apply(this, args) as HttpModule.ClientRequest;
      const label = requestLabel(subject, exchange.path);
      if (label !== null) watchEnd(exchange, label);
      return exchange;
    },
);
wrap(
  http.ServerResponse.prototype,
  'end',
  (end) =>
    function (this, ...args) {
      const response = this as HttpModule.ServerResponse;
      const label = responseLabel(subject, response.req.url ?? '');
      if (label === null) return end.apply(this, args);
      reach([label], 'before_send');
      response.once('finish', () => reach([label], 'after_send'));
      return end.apply(this, args);
    },
);
wrap(
  net.Socket.prototype,
  'write',
  (write) =>
    function (this, ...args) {
      const toPrinter = subject === 'terminal' && (this as net.Socket).remotePort === ports.printer;
      // Small writes are questions about the printer's state.
      if (!toPrinter || (args[0] as Uint8Array).length < 100) return write.apply(this, args);
      reach(['printer.paper'], 'before_send');
      const callback = args.at(-1);
      const sent = (error?: unknown): void => {
        reach(['printer.paper'], 'after_send');
        if (typeof callback === 'function') callback(error);
      };
      return write.call(this, args[0], sent);
    },
);
syncBuiltinESMExports();

/** `finish` comes when the last byte of the request was handed to the operating system. */
function watchEnd(exchange: HttpModule.ClientRequest, label: string): void {
  const end = exchange.end.bind(exchange) as Method;
  (exchange as unknown as Loose).end = ((...args: unknown[]) => {
    mark(exchange.path);
    reach([label], 'before_send');
    exchange.once('finish', () => reach([label], 'after_send'));
    return end(...args);
  }) as never;
}

if (process.env.AMUR_CRASH_CARDS === 'yes') await import('./kill-card-points.ts');
