/** The real RateFetch: one GET with a bound on its time and on the reply's size. Follows no redirect. */
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { AmurError } from './kernel/errors.ts';
import type { Timers } from './kernel/time.ts';
import type { RateFetch } from './run/rate-fetching.ts';

export interface RateAddress {
  /** `https://...`; `http://` is for a loopback relay only, which the configuration checks. */
  readonly url: string;
  /** PEM certificates to trust; null for the system's own. */
  readonly caPem: string | null;
  readonly timeoutMs: number;
  readonly timers: Timers;
}

const REPLY_BYTES_MOST = 262_144;

/** Errors of a fetch  REPLY_TIMEOUT | LINK_DOWN | MESSAGE_TOO_LARGE | RATE_FILE_INVALID for a status other than 200 */
export function createRateFetch({ url, caPem, timeoutMs, timers }: RateAddress): RateFetch {
  const open = url.startsWith('https:') ? request : plainRequest;
  const ca = caPem === null ? {} : { ca: caPem };
  return () =>
    new Promise<Uint8Array>((resolve, reject) => {
      const exchange = open(url, { method: 'GET', rejectUnauthorized: true, agent: false, ...ca });
      const stopTimer = timers.after(timeoutMs, () => fail(new AmurError('REPLY_TIMEOUT', {})));
      const fail = (error: AmurError): void => {
        stopTimer();
        exchange.destroy();
        reject(error);
      };
      exchange.on('error', (cause) => fail(new AmurError('LINK_DOWN', {}, { cause })));
      exchange.on('response', (reply) => {
        if (reply.statusCode !== 200) {
          fail(new AmurError('RATE_FILE_INVALID', { reason: 'status', status: reply.statusCode ?? 0 }));
          return;
        }
        const chunks: Uint8Array[] = [];
        let length = 0;
        reply.on('data', (chunk: Uint8Array) => {
          length += chunk.length;
          if (length > REPLY_BYTES_MOST)
            fail(new AmurError('MESSAGE_TOO_LARGE', { limitBytes: REPLY_BYTES_MOST }));
          else chunks.push(chunk);
        });
        reply.on('end', () => {
          stopTimer();
          resolve(new Uint8Array(Buffer.concat(chunks)));
        });
        // A connection cut inside the body ends here without `end`; what came is not a file.
        reply.on('error', (cause) => fail(new AmurError('LINK_DOWN', {}, { cause })));
        reply.on('close', () => fail(new AmurError('LINK_DOWN', {})));
      });
      exchange.end();
    });
}
