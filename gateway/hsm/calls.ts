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
  MacVerification,
} from '../keys/hsm.ts';
import type { KeysErrorCode } from '../keys/keys-error.ts';

export type HsmCall =
  | { readonly op: 'generateMac'; readonly request: MacRequest }
  | { readonly op: 'verifyMac'; readonly request: MacVerification }
  | { readonly op: 'translateForBank'; readonly request: BankRequest }
  | { readonly op: 'deriveInitialKey'; readonly request: InitialKeyRequest };

export type HsmValue =
  | { readonly op: 'generateMac'; readonly mac: Uint8Array }
  | { readonly op: 'verifyMac'; readonly right: boolean }
  | { readonly op: 'translateForBank'; readonly card: OpenedCard }
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
export interface OpenedCard extends Omit<BankAccountData, 'account' | 'pinBlock'> {
  readonly account: AccountData;
  readonly pinBlock: Uint8Array | null;
}

export function openedCard({ account, pinBlock, panHash, storedPan }: BankAccountData): OpenedCard {
  return {
    ...{ panHash, storedPan, account: openSecret(account) },
    pinBlock: pinBlock === null ? null : alone(openSecret(pinBlock)),
  };
}

export function secretCard({ account, pinBlock, panHash, storedPan }: OpenedCard): BankAccountData {
  return {
    ...{ panHash, storedPan, account: new Secret(account, account.pan.slice(-4)) },
    pinBlock: pinBlock === null ? null : new Secret(pinBlock),
  };
}

/** The call with bytes that stand in memory of their own: what travels is always the whole memory that bytes stand in. */
export function travelling(call: HsmCall): HsmCall {
  switch (call.op) {
    case 'generateMac':
      return { op: call.op, request: { ...call.request, data: alone(call.request.data) } };
    case 'verifyMac': {
      const { data, mac } = call.request;
      return { op: call.op, request: { ...call.request, data: alone(data), mac: alone(mac) } };
    }
    case 'translateForBank': {
      const { account, pin, ...rest } = call.request;
      const request = { ...rest, account: { ...account, ciphertext: alone(account.ciphertext) } };
      if (pin === undefined) return { op: call.op, request };
      const from = { ...pin.from, block: alone(pin.from.block) };
      return { op: call.op, request: { ...request, pin: { ...pin, from } } };
    }
    case 'deriveInitialKey':
      return call;
  }
}

export function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
