/** The gateway as its edges see it: one method per way in. `gateway/run` implements it. */
import type { Tid } from '../kernel/identifiers.ts';
import type { ReplyBody, RequestBody, RequestType } from '../wire/messages.ts';
import type { WalletNotice } from './wallet-port.ts';

export interface GatewayService {
  /** The body has been validated. Rejects with AmurError for an operating failure; nothing is acknowledged before it is durable. */
  handle<T extends RequestType>(tid: Tid, type: T, body: RequestBody<T>): Promise<ReplyBody<T>>;
  /** Resolves when the notice may be acknowledged to the wallet. */
  walletNotice(notice: WalletNotice): Promise<void>;
  /** Somebody else booked on the same ledger: balances are folded soon. */
  booked(): void;
  /** Starts the background resolver and the ledger's sequencer. */
  start(): void;
  /** Lets calls under way finish their commits, then stops; leases run out by themselves after a kill. */
  stop(): Promise<void>;
}
