/** The bytes a terminal signs to prove itself: who it is, to whom, answering which challenge, on which TLS connection. */

export const PROOF_CONTEXT = 'amur terminal proof';
export const EXPORTER_LABEL = 'EXPORTER-amur-terminal-v1';
export const EXPORTER_BYTES = 32;
export const NONCE_BYTES = 32;
const PROOF_VERSION = 1;

export interface ProofClaim {
  /** As the gateway sent it, decoded. */
  readonly nonce: Uint8Array;
  readonly tid: string;
  /** The gateway's own name, from the challenge. */
  readonly gateway: string;
  /** Keying material both ends of one TLS connection derive (RFC 8446, 7.5): a proof cannot be relayed over another. */
  readonly exporter: Uint8Array;
}

/** Shape   context | version | nonce | tid | gateway | exporter, each field after its length in two big-endian bytes, so
 *          that no two claims have the same bytes. Text is UTF-8.
 *  Errors  RangeError where a field cannot be of its length: a bug, not an input. */
export function proofBytes(claim: ProofClaim): Uint8Array {
  requireLength('nonce', claim.nonce, NONCE_BYTES);
  requireLength('exporter', claim.exporter, EXPORTER_BYTES);
  const text = new TextEncoder();
  const fields = [
    text.encode(PROOF_CONTEXT),
    Uint8Array.of(PROOF_VERSION),
    claim.nonce,
    text.encode(claim.tid),
    text.encode(claim.gateway),
    claim.exporter,
  ];
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + 2 + field.length, 0));
  let at = 0;
  for (const field of fields) {
    if (field.length > 0xffff)
      throw new RangeError('A field of the proof is longer than its length can say.');
    bytes[at] = field.length >> 8;
    bytes[at + 1] = field.length & 0xff;
    bytes.set(field, at + 2);
    at += 2 + field.length;
  }
  return bytes;
}

function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new RangeError(`The proof's ${name} has ${bytes.length} bytes, not ${length}.`);
}
