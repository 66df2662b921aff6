/** Whether a proof is that of an enrolled terminal. An unknown terminal costs the same work and gets the same answer as a
 *  wrong signature, so that nobody can ask which terminals exist; only who has proved a key learns that it was revoked. */
import { createPublicKey, verify } from 'node:crypto';
import { AmurError } from '../kernel/errors.ts';
import { parseTid } from '../kernel/identifiers.ts';
import type { MerchantRecord, PaymentStore, TerminalRecord } from '../payments/ports.ts';
import type { Proof } from '../wire/handshake-frames.ts';
import { type ProofClaim, proofBytes } from '../wire/proof.ts';

export interface ProvenTerminal {
  readonly terminal: TerminalRecord & { readonly publicKey: string };
  readonly merchant: MerchantRecord;
}

export interface ProofContext {
  readonly nonce: Uint8Array;
  readonly gateway: string;
  readonly exporter: Uint8Array;
}

/** Stands in where there is no key to check against: the public key of RFC 8032, 7.1, test 1. Its answer is not used. */
const NOBODYS_KEY = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';

/** Errors  PROOF_INVALID | TERMINAL_REVOKED */
export async function checkProof(
  store: Pick<PaymentStore, 'terminal' | 'merchant'>,
  context: ProofContext,
  proof: Proof,
): Promise<ProvenTerminal> {
  const terminal = await store.terminal(parseTid(proof.tid));
  const claim: ProofClaim = { ...context, tid: proof.tid };
  const publicKey = terminal?.publicKey ?? null;
  const signed = verifyEd25519(publicKey ?? NOBODYS_KEY, claim, proof.signature);
  if (terminal === null || publicKey === null || !signed) throw new AmurError('PROOF_INVALID', {});
  if (terminal.revokedAt !== null) throw new AmurError('TERMINAL_REVOKED', {});
  const merchant = await store.merchant(terminal.mid);
  if (merchant === null) throw new AmurError('PROOF_INVALID', {});
  return { terminal: { ...terminal, publicKey }, merchant };
}

function verifyEd25519(publicKey: string, claim: ProofClaim, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, proofBytes(claim), key, Buffer.from(signature, 'base64url'));
}
