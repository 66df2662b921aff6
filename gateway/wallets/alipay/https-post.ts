/** The real HttpPost: TLS 1.3 with the authority given, kept-alive connections, a bound on the reply's size. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { AmurError } from '../../kernel/errors.ts';
import type { Timers } from '../../kernel/time.ts';
import type { HttpPost, HttpPostReply } from './http-post.ts';

export interface HttpsPostOptions {
  /** PEM certificates to trust; null for the system's own. */
  readonly caPem: string | null;
  readonly timers: Timers;
  /** A longer reply is refused unread. */
  readonly replyLimitBytes: number;
  readonly connectionLimit: number;
}

export interface HttpsPost {
  readonly post: HttpPost;
  close(): void;
}

export function createHttpsPost(options: HttpsPostOptions): HttpsPost {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: options.connectionLimit,
    minVersion: 'TLSv1.3',
    // Said aloud, because an environment variable of Node would otherwise switch the check off.
    rejectUnauthorized: true,
    ...(options.caPem === null ? {} : { ca: options.caPem }),
  });
  return {
    post: (url, headers, body, timeoutMs) =>
      new Promise<HttpPostReply>((resolve, reject) => {
        const exchange = request(url, {
          agent,
          method: 'POST',
          headers: { ...headers, 'content-length': String(body.length) },
        });
        const stopTimer = options.timers.after(timeoutMs, () => fail(new AmurError('REPLY_TIMEOUT', {})));
        const fail = (error: AmurError): void => {
          stopTimer();
          exchange.destroy();
          reject(error);
        };
        exchange.on('error', (cause) => fail(new AmurError('LINK_DOWN', {}, { cause })));
        exchange.on('response', (reply) =>
          readBody(reply, exchange, options.replyLimitBytes).then((bodyBytes) => {
            stopTimer();
            resolve({ status: reply.statusCode ?? 0, bodyBytes });
          }, fail),
        );
        exchange.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function readBody(reply: IncomingMessage, exchange: ClientRequest, limitBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    reply.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > limitBytes) {
        reject(new AmurError('MESSAGE_TOO_LARGE', { limitBytes }));
        exchange.destroy();
        return;
      }
      chunks.push(chunk);
    });
    reply.on('end', () =>
      reply.complete ? resolve(Buffer.concat(chunks)) : reject(new AmurError('LINK_DOWN', {})),
    );
    // A connection cut inside the body ends here without `end`; the bytes that came are not a reply.
    reply.on('error', (cause) => reject(new AmurError('LINK_DOWN', {}, { cause })));
    reply.on('close', () => reject(new AmurError('LINK_DOWN', {})));
  });
}
