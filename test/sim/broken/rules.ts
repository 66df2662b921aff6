/** The rules that may be broken on purpose, by name. Each is a wrapper at a port: nothing in the product knows of it. */
import type { Breakage } from '../gateway-host.ts';
import { newKeyOnRetry } from './new-key-on-retry.ts';
import { refundOverSum } from './refund-over-sum.ts';
import { replyBeforeCommit } from './reply-before-commit.ts';
import { secondLiveAttempt } from './second-live-attempt.ts';
import { timeoutAsDecline } from './timeout-as-decline.ts';

export const BROKEN_RULES: Readonly<Record<string, Breakage>> = {
  new_key_on_retry: newKeyOnRetry,
  timeout_as_decline: timeoutAsDecline,
  reply_before_commit: replyBeforeCommit,
  second_live_attempt: secondLiveAttempt,
  refund_over_sum: refundOverSum,
};
