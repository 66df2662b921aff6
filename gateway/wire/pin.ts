/** The pin by which a terminal knows its gateway: SHA-256 of the certificate's public key (SubjectPublicKeyInfo), base64.
 *  A renewed certificate over the same key keeps its pin; another key under the same authority does not have it. */
import { createHash, X509Certificate } from 'node:crypto';

/** Shape   44 characters of base64. Takes PEM text or DER bytes. */
export function spkiPin(certificate: string | Uint8Array): string {
  const parsed = new X509Certificate(certificate);
  const spki = parsed.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}
