/** The rules that may be broken on purpose, by name. Each is a wrapper at a port: nothing in the product knows of it. */
import type { Breakage } from '../gateway-host.ts';
import { newKeyOnRetry } from './new-key-on-retry.ts';
import { noReversal } from './no-reversal.ts';
import { overtakenReversalLost } from './overtaken-reversal-lost.ts';
import { pinBlockReused } from './pin-block-reused.ts';
import { refundOverSum } from './refund-over-sum.ts';
import { replyBeforeCommit } from './reply-before-commit.ts';
import { replyByOrder } from './reply-by-order.ts';
import { secondLiveAttempt } from './second-live-attempt.ts';
import { timeoutAsDecline } from './timeout-as-decline.ts';

export const BROKEN_RULES: Readonly<Record<string, Breakage>> = {
  new_key_on_retry: newKeyOnRetry,
  timeout_as_decline: timeoutAsDecline,
  reply_before_commit: replyBeforeCommit,
  second_live_attempt: secondLiveAttempt,
  refund_over_sum: refundOverSum,
  no_reversal: noReversal,
  reply_by_order: replyByOrder,
  overtaken_reversal_lost: overtakenReversalLost,
  pin_block_reused: pinBlockReused,
};
