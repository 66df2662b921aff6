/** What the gateway's thread and that of the security module say to each other, many calls in one message. */
import type { ErrorFacts } from '../kernel/errors.ts';
import { openSecret, Secret } from '../kernel/secret.ts';
import type { AccountData } from '../keys/account-data.ts';
import type {
  BankAccountData,
  BankRequest,
  ExportedKey,
  InitialKeyRequest,
  MacRequest,
  MessageRequest,
  TakenMessage,
} from '../keys/hsm.ts';
import type { KeysErrorCode } from '../keys/keys-error.ts';

export type HsmCall =
  | { readonly op: 'generateMac'; readonly request: MacRequest }
  | { readonly op: 'takeMessage'; readonly request: MessageRequest }
  | { readonly op: 'deriveInitialKey'; readonly request: InitialKeyRequest };

export type HsmValue =
  | { readonly op: 'generateMac'; readonly mac: Uint8Array }
  | { readonly op: 'takeMessage'; readonly taken: TravellingMessage }
  | { readonly op: 'deriveInitialKey'; readonly key: ExportedKey };

export type HsmAnswer =
  | HsmValue
  | { readonly op: 'refused'; readonly code: KeysErrorCode; readonly facts: ErrorFacts }
  /** A fault of the module's own; `cause` is its name, never its words. */
  | { readonly op: 'failed'; readonly cause: string };

/** What the thread is started with. */
export interface HsmThreadKeys {
  readonly masterKey: Uint8Array;
  readonly keys: Readonly<Record<string, string>>;
}

/** A `Secret` does not travel; nobody but the two threads of one process hears this. */
interface OpenedCard extends Omit<BankAccountData, 'account' | 'pinBlock'> {
  readonly account: AccountData;
  readonly pinBlock: Uint8Array | null;
}

export interface TravellingMessage {
  readonly right: boolean;
  readonly card: OpenedCard | { readonly refused: KeysErrorCode } | null;
}

export function travellingMessage({ right, card }: TakenMessage): TravellingMessage {
  if (card === null || 'refused' in card) return { right, card };
  const { account, pinBlock, panHash, storedPan } = card;
  const opened = { panHash, storedPan, account: openSecret(account) };
  return { right, card: { ...opened, pinBlock: pinBlock === null ? null : alone(openSecret(pinBlock)) } };
}

export function takenMessage({ right, card }: TravellingMessage): TakenMessage {
  if (card === null || 'refused' in card) return { right, card };
  const { account, pinBlock, panHash, storedPan } = card;
  const secret = { panHash, storedPan, account: new Secret(account, account.pan.slice(-4)) };
  return { right, card: { ...secret, pinBlock: pinBlock === null ? null : new Secret(pinBlock) } };
}

/** The call with bytes that stand in memory of their own: what travels is always the whole memory that bytes stand in. */
export function travelling(call: HsmCall): HsmCall {
  switch (call.op) {
    case 'generateMac':
      return { op: call.op, request: { ...call.request, data: alone(call.request.data) } };
    case 'takeMessage': {
      const { mac, card } = call.request;
      const ofMac = { ...mac, data: alone(mac.data), mac: alone(mac.mac) };
      return { op: call.op, request: { mac: ofMac, card: card === null ? null : travellingCard(card) } };
    }
    case 'deriveInitialKey':
      return call;
  }
}

function travellingCard({ account, pin, ...rest }: BankRequest): BankRequest {
  const request = { ...rest, account: { ...account, ciphertext: alone(account.ciphertext) } };
  if (pin === undefined) return request;
  return { ...request, pin: { ...pin, from: { ...pin.from, block: alone(pin.from.block) } } };
}

export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
