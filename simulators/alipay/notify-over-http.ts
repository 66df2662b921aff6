/** Sends notifications over HTTP or HTTPS: five seconds, no redirects, at most 1 KB of answer. */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { NotificationSender } from './notification-pump.ts';

const TIMEOUT_MS = 5_000;
const GREATEST_ANSWER = 1_024;

export function notifyOverHttp(ca: string | null): NotificationSender {
  return {
    post: (url, form) =>
      new Promise((resolve) => {
        const target = URL.canParse(url) ? new URL(url) : null;
        if (target === null || !/^https?:$/.test(target.protocol)) {
          resolve(null);
          return;
        }
        const options = {
          method: 'POST',
          timeout: TIMEOUT_MS,
          headers: {
            'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
            'content-length': Buffer.byteLength(form),
          },
        };
        const request =
          target.protocol === 'https:'
            ? secureRequest(target, { ...options, ...(ca === null ? {} : { ca }) })
            : plainRequest(target, options);
        request.on('timeout', () => request.destroy());
        request.on('error', () => resolve(null));
        request.on('close', () => resolve(null));
        request.on('response', (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            answer += chunk;
            if (answer.length > GREATEST_ANSWER) request.destroy();
          });
          response.on('end', () => resolve(response.statusCode === 200 ? answer : null));
          response.on('error', () => resolve(null));
        });
        request.end(form);
      }),
  };
}
