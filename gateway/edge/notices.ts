/** POST /notify/alipay: the wallet's notifications. The body stays as it came, since the signature is over its fields;
 *  `success` is said only after the gateway has taken the notice, anything else makes the wallet send it again. */

import { failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { GatewayService } from '../payments/service.ts';
import type { NoticeParser } from '../payments/wallet-port.ts';

export interface NoticeAnswer {
  readonly status: 200 | 400;
  readonly body: 'success' | 'failure';
}

/** Never rejects. */
export async function takeNotice(
  rawBody: string,
  parser: NoticeParser,
  service: Pick<GatewayService, 'walletNotice'>,
  log: Log,
): Promise<NoticeAnswer> {
  try {
    const notice = parser.verify(rawBody);
    if (notice === null) {
      log.warn('notice_refused', { bytes: rawBody.length });
      return { status: 400, body: 'failure' };
    }
    await service.walletNotice(notice);
    return { status: 200, body: 'success' };
  } catch (error) {
    log.alarm('notice_failed', { error: failureName(error) });
    return { status: 200, body: 'failure' };
  }
}
