/** RSA2 (SHA256withRSA, base64) as the Open Platform uses it. Source: the Open Platform's signing rules and the published
 *  test vectors of the official Node SDK. Node replies are signed as raw text: nobody ever serialises them twice. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export function signText(text: string, privateKey: KeyObject): string {
  return sign('RSA-SHA256', Buffer.from(text, 'utf8'), privateKey).toString('base64');
}

export function verifyText(text: string, signature: string, publicKey: KeyObject): boolean {
  return verify('RSA-SHA256', Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'));
}

/** The official rule drops empty values, the official Node SDK signs them: a request is good under either reading. */
export function verifyRequest(params: ReadonlyMap<string, string>, publicKey: KeyObject): boolean {
  const signature = params.get('sign') ?? '';
  const signed = [...params].filter(([name]) => name !== 'sign');
  const kept = signed.filter(([, value]) => value !== '');
  if (verifyText(joined(signed), signature, publicKey)) return true;
  return kept.length !== signed.length && verifyText(joined(kept), signature, publicKey);
}

/** Notification: neither `sign` nor `sign_type` takes part. */
export function signNotification(fields: ReadonlyMap<string, string>, privateKey: KeyObject): string {
  return signText(
    joined([...fields].filter(([name]) => name !== 'sign' && name !== 'sign_type')),
    privateKey,
  );
}

function joined(pairs: readonly (readonly [string, string])[]): string {
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A PEM, or the bare base64 that the Open Platform's console hands out. */
export function publicKeyFrom(text: string): KeyObject {
  return createPublicKey(text.includes('-----') ? text : pem('PUBLIC KEY', text));
}

export function privateKeyFrom(text: string): KeyObject {
  return createPrivateKey(text.includes('-----') ? text : pem('PRIVATE KEY', text));
}

function pem(label: string, base64: string): string {
  const lines = base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
