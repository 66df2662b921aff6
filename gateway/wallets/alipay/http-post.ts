/** The port a connector sends through, so that a simulated world can stand in for the network. */

export interface HttpPostReply {
  readonly status: number;
  readonly bodyBytes: Uint8Array;
}

/** One POST, one reply, no redirects and no retries.
 *  Errors  AmurError REPLY_TIMEOUT | LINK_DOWN | MESSAGE_TOO_LARGE */
export type HttpPost = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  timeoutMs: number,
) => Promise<HttpPostReply>;
