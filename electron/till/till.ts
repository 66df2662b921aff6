/** The till: everything of a counter that is not a screen, a device or a network. One object, made by `createTill`. */
import type { FiscalRegister } from '../../drivers/contract/fiscal.ts';
import type { PinPad } from '../../drivers/contract/pin-pad.ts';
import type { ReceiptPrinter } from '../../drivers/contract/printer.ts';
import type { Scan, Scanner } from '../../drivers/contract/scanner.ts';
import type { ErrorFacts } from '../../gateway/kernel/errors.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { CardPolicy } from '../card/card-policy.ts';
import type { CashierView, CustomerView } from '../contract/view.ts';
import type { GatewayLink } from '../gateway-client/link.ts';

export type CommandReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly facts: ErrorFacts } };

export interface Till {
  /** Recovers from the journal, then listens to link and devices. */
  start(): Promise<void>;
  stop(): Promise<void>;
  cashierView(): CashierView;
  customerView(): CustomerView;
  /** Called after every change, at most once a microtask. Returns the function that removes the listener. */
  onChange(listener: () => void): () => void;
  /** Anything a screen sent; validated here. Never rejects. */
  command(message: unknown): Promise<CommandReply>;
  /** A scan from a device; the wedge's come as a command. */
  scan(scan: Scan): void;
}

/** The devices a till was configured with; null where it has none. */
export interface TillDevices {
  readonly printer: ReceiptPrinter | null;
  readonly scanner: Scanner | null;
  readonly fiscal: FiscalRegister;
  /** Left out or null: this counter takes no cards. */
  readonly pinPad?: PinPad | null;
}

export interface TillPolicy {
  /** How long one request to the gateway may take before it is asked again. */
  readonly replyTimeoutMs: number;
  /** After this the screen says "not confirmed yet" even while the request runs. */
  readonly unknownAfterMs: number;
  /** How often the till asks the gateway while a payment or refund is open. */
  readonly askEveryMs: number;
  /** How long after its start an attempt the gateway does not know is sent again with the same key; later it is given up. */
  readonly resendWithinMs: number;
  /** From when a supervisor may set an open sale aside; at once while the gateway does not answer. */
  readonly setAsideAfterMs: number;
  readonly utcOffsetMinutes: number;
  /** What differs from DEFAULT_CARD_POLICY. */
  readonly card?: Partial<CardPolicy>;
}

export interface TillIdentity {
  readonly tid: string;
  readonly name: string;
}

export interface TillWorld {
  readonly runtime: Runtime;
  readonly link: GatewayLink;
  readonly devices: TillDevices;
  readonly policy: TillPolicy;
  readonly identity: TillIdentity;
  /** For the log: what somebody must see to, by the bank's code (DE39) and why. */
  readonly onTrouble?: (
    trouble: 'card_alarm',
    facts: { readonly code: string; readonly cause: string },
  ) => void;
}
