/** From a use of a key to the cipher or MAC it means: a fixed key as it stands, or a terminal's key of one transaction. */
import { BlockCipher } from './cipher.ts';
import type { DukptUse } from './dukpt-devices.ts';
import type { Direction, KeyUse, MacRequest } from './hsm.ts';
import type { KeyCabinet } from './key-cabinet.ts';
import type { KeyOperation } from './key-permissions.ts';
import { KeysError } from './keys-error.ts';
import { cmac, retailMac } from './mac.ts';

type CipherOperation = Extract<KeyOperation, 'openPin' | 'sealPin' | 'openAccount'>;
type MacOperation = Extract<KeyOperation, 'makeMac' | 'checkMac'>;

const CIPHER_USES: Readonly<Record<CipherOperation, DukptUse>> = {
  openPin: 'pin',
  sealPin: 'pin',
  openAccount: 'dataRequest',
};

const MAC_USES: Readonly<Record<Direction, DukptUse>> = { request: 'macRequest', response: 'macResponse' };

/** Errors  KEY_UNKNOWN | KEY_USE_FORBIDDEN | KSN_MALFORMED */
export function workingCipher(keys: KeyCabinet, use: KeyUse, operation: CipherOperation): BlockCipher {
  if (use.kind === 'fixed') return keys.use(use.key, operation).cipher();
  // Whoever knows one terminal's key could otherwise have any PIN translated to it.
  if (operation === 'sealPin') throw new KeysError('KEY_USE_FORBIDDEN', { operation, usage: 'B0' });
  const { key, algorithm } = dukptKey(keys, use, CIPHER_USES[operation]);
  return new BlockCipher(algorithm, key);
}

/** The whole code: 8 bytes under TDES, 16 under AES.
 *  Errors  as workingCipher */
export function workingMac(keys: KeyCabinet, request: MacRequest, operation: MacOperation): Uint8Array {
  const { key: use, data } = request;
  const padding = request.padding ?? 1;
  if (use.kind === 'fixed') return keys.use(use.key, operation).mac(data, padding);
  // The host answers terminals and never speaks for one.
  if ((operation === 'makeMac') !== (request.direction === 'response'))
    throw new KeysError('KEY_USE_FORBIDDEN', { operation, direction: request.direction });
  const { key, algorithm } = dukptKey(keys, use, MAC_USES[request.direction]);
  return algorithm === 'aes' ? cmac(new BlockCipher('aes', key), data) : retailMac(key, data, padding);
}

function dukptKey(
  keys: KeyCabinet,
  use: Extract<KeyUse, { kind: 'dukpt' }>,
  usage: DukptUse,
): { readonly key: Uint8Array; readonly algorithm: 'tdes' | 'aes' } {
  const bdk = keys.use(use.bdk, 'deriveTransactionKey');
  const type = use.workingKey ?? 'AES128';
  const isAes = bdk.header.algorithm === 'A';
  // An HMAC key enciphers nothing, and a TDES device has keys of one length only.
  if (type.startsWith('HMAC') || (!isAes && use.workingKey !== undefined && type !== 'TDES2'))
    throw new KeysError('KEY_USE_FORBIDDEN', { operation: usage, algorithm: type });
  const key = bdk.devices().workingKey(use.ksn, usage, type);
  return { key, algorithm: isAes && type.startsWith('AES') ? 'aes' : 'tdes' };
}
