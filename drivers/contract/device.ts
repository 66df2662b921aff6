/** What every device driver shows of its life. Written for implementers.
 *
 *  A driver opens when it is made, reopens by itself with backoff (0.5 s to 5 s) after a loss, discards partial frames
 *  on reopen, and reports each change once. `close` is final and idempotent; a closed driver never calls a listener. */

export type DeviceState = 'absent' | 'opening' | 'ready' | 'faulted';

export interface Device {
  readonly state: DeviceState;
  /** Returns the function that removes the listener. */
  onState(listener: (state: DeviceState) => void): () => void;
  close(): Promise<void>;
}

/** A duplex byte link under a driver: serial, HID or TCP. Device simulators sit below this line. */
export interface Transport {
  readonly state: DeviceState;
  onState(listener: (state: DeviceState) => void): () => void;
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Resolves when the bytes left this process; it says nothing of their arrival. Rejects with DriverError TRANSPORT_LOST. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type DriverErrorCode =
  | 'TRANSPORT_LOST'
  | 'TRANSPORT_BUSY'
  | 'TEXT_UNMAPPABLE'
  | 'RECEIPT_TOO_LONG'
  | 'QR_TOO_LONG'
  | 'VALUE_OUT_OF_RANGE'
  | 'PROFILE_INVALID'
  | 'PINPAD_REFUSED'
  | 'PINPAD_PROTOCOL';

/** `facts` name the thing (character, column, path), never a secret. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: DriverErrorCode;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: DriverErrorCode,
    message: string,
    facts: Readonly<Record<string, string | number | boolean>>,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }
}
