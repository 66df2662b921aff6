/** RSA2 of Alipay's Open Platform: SHA256withRSA (PKCS #1 v1.5), base64, over a sorted parameter string or raw bytes.
 *  Source: Open Platform signing rules as its own Node SDK carries them out. */
import { type KeyObject, sign, verify } from 'node:crypto';

/** `k=v&k=v` with keys in ASCII order, values as they are (not URL-encoded), empty ones left out unless told to keep them. */
export function signedString(
  parameters: ReadonlyMap<string, string>,
  empties: 'left_out' | 'kept' = 'left_out',
): string {
  return [...parameters.keys()]
    .filter((key) => empties === 'kept' || parameters.get(key) !== '')
    .sort()
    .map((key) => `${key}=${parameters.get(key)}`)
    .join('&');
}

/** Signs every parameter given, `sign_type` included. */
export function signRequest(parameters: ReadonlyMap<string, string>, privateKey: KeyObject): string {
  return sign('RSA-SHA256', Buffer.from(signedString(parameters), 'utf8'), privateKey).toString('base64');
}

/** True only for canonical base64 of a signature over exactly these bytes. */
export function verifyBytes(bytes: Uint8Array, signature: string, publicKey: KeyObject): boolean {
  if (!/^[A-Za-z0-9+/]{1,1024}={0,2}$/.test(signature)) return false;
  return verify('RSA-SHA256', bytes, publicKey, Buffer.from(signature, 'base64'));
}
