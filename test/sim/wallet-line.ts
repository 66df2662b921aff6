/** The gateway's line to the wallet. */
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { HttpPost } from '../../gateway/wallets/alipay/http-post.ts';
import type { Living } from './living.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Reply, WalletHost, WireReply } from './wallet-host.ts';
import type { Weather } from './weather.ts';

export interface WalletLine {
  readonly world: VirtualWorld;
  readonly weather: Weather;
  readonly wallet: WalletHost;
}

/** One request to the wallet. It goes on its way whatever becomes of this process. */
export function walletPost(living: Living, { world, weather, wallet }: WalletLine): HttpPost {
  return (url, _headers, body) =>
    new Promise((resolve, reject) => {
      if (!living.passes()) return;
      // Most of the time of a payment is waiting, and a passage is no waiting: some deaths come while a call is away.
      if (weather.chance(4)) living.dieIn(weather.between(0, 250));
      const ill = weather.draw('wallet');
      if (ill === 'request_lost') return;
      const back: Reply = (reply, lost) => {
        if (ill === 'reply_lost') return lost();
        world.timers.after(ill === 'reply_late' ? weather.late() : weather.way(), () => {
          if (!living.passes()) return lost();
          if (reply === null) reject(new AmurError('LINK_DOWN', {}));
          else resolve({ status: reply.status, bodyBytes: reply.bytes });
        });
      };
      const again: Reply = (reply, lost) => {
        back(reply, lost);
        if (ill === 'twice' && !isRefusedRefund(url, reply)) {
          world.timers.after(weather.late(), () => wallet.receive(url, body, (_, unread) => unread()));
        }
      };
      const wayMs = ill === 'request_late' ? weather.late() : weather.way();
      world.timers.after(wayMs, () => wallet.receive(url, body, again));
    });
}

/** A refund that was definitely refused is not carried out when its request comes a second time: no wallet says both. A
 *  payment may be, and is then found and returned. */
function isRefusedRefund(url: string, reply: WireReply | null): boolean {
  if (reply === null || !url.includes('method=alipay.trade.refund')) return false;
  const text = Buffer.from(reply.bytes).toString('latin1');
  return /"code":"4000[1-6]"/.test(text) && !/SYSTEM_ERROR|PAYMENT_UNKNOWN/.test(text);
}
