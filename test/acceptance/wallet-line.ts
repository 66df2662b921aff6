/** The network between the gateway and the simulated wallet: the wallet's replies as it says they travel, and its
 *  notifications on their way back. */
import { takeNotice } from '../../gateway/edge/notices.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { Log } from '../../gateway/kernel/log.ts';
import { type Runtime, sleep } from '../../gateway/kernel/time.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import type { NoticeParser } from '../../gateway/payments/wallet-port.ts';
import type { HttpPost } from '../../gateway/wallets/alipay/http-post.ts';
import { mergedParams } from '../../simulators/alipay/gateway-route.ts';
import type { NotificationSender } from '../../simulators/alipay/notification-pump.ts';
import type { AlipayWallet } from '../../simulators/alipay/wallet.ts';

const LATENCY_MS = 30;

export interface WalletCall {
  readonly method: string;
  readonly at: number;
}

/** `calls` is filled with every request that left, whether or not it arrived. */
export function postToWallet(wallet: AlipayWallet, runtime: Runtime, calls: WalletCall[]): HttpPost {
  return async (url, _headers, body) => {
    const query = new URL(url).searchParams;
    calls.push({ method: query.get('method') ?? '', at: runtime.clock.now() });
    await sleep(runtime.timers, LATENCY_MS);
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    const reply = wallet.handle(mergedParams(query, form));
    await sleep(runtime.timers, reply.delayMs + LATENCY_MS);
    if (reply.delivery === 'none' || reply.delivery === 'half') throw new AmurError('LINK_DOWN', {});
    return { status: reply.httpStatus, bodyBytes: Buffer.from(reply.body, 'utf8') };
  };
}

export interface Delivered {
  readonly form: string;
  readonly at: number;
  readonly answer: string;
}

/** Carries notifications to the gateway's own route; what was delivered and answered is kept in `delivered`. */
export function notifyGateway(
  gateway: { readonly parser: NoticeParser; readonly service: () => GatewayService; readonly log: Log },
  runtime: Runtime,
  delivered: Delivered[],
): NotificationSender {
  return {
    post: async (_url, form) => {
      await sleep(runtime.timers, LATENCY_MS);
      const answer = await takeNotice(form, gateway.parser, gateway.service(), gateway.log);
      delivered.push({ form, at: runtime.clock.now(), answer: answer.body });
      return answer.status === 200 ? answer.body : null;
    },
  };
}
