/** One request to the gateway, with its end fed back as a transition: an answer, or a code. */
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { ReplyBody, RequestBody, RequestType } from '../../gateway/wire/messages.ts';
import type { TillCore } from './core.ts';

export interface AskHandlers<T extends RequestType> {
  readonly answered: (reply: ReplyBody<T>) => void;
  readonly failed: (code: string) => void;
  /** The end could not be journaled: whatever waits for it must ask again. */
  readonly lost?: () => void;
}

export function askGateway<T extends RequestType>(
  core: TillCore,
  type: T,
  body: RequestBody<T>,
  handlers: AskHandlers<T>,
  replyTimeoutMs = core.parts.policy.replyTimeoutMs,
): void {
  core.parts.link.request(type, body, replyTimeoutMs).then(
    (reply) => core.happen(() => handlers.answered(reply), handlers.lost),
    (error: unknown) => {
      // What is not a code of the gateway says nothing about the request: it may have arrived.
      const code = error instanceof AmurError ? error.code : 'REPLY_TIMEOUT';
      core.happen(() => handlers.failed(code), handlers.lost);
    },
  );
}
