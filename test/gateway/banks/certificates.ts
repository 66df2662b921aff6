/** An authority, a bank's certificate and a gateway's under it, and a stranger's authority, for TLS tests. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type CertificateRequest, certificatePem } from '../../../build/x509.ts';

export interface PemPair {
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY_MS = 86_400_000;

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function certificate(
  commonName: string,
  key: KeyObject,
  issuer: readonly [string, KeyObject],
  use: CertificateRequest['use'],
): string {
  const [issuerName, issuerKey] = issuer;
  const now = Date.now();
  return certificatePem({
    commonName,
    publicKey: createPublicKey(key),
    issuerName,
    issuerKey,
    issuerPublicKey: createPublicKey(issuerKey),
    notBefore: now - DAY_MS,
    notAfter: now + DAY_MS,
    use,
  });
}

export function makeCertificates() {
  const authority = newKey();
  const stranger = newKey();
  const pair = (name: string): PemPair => {
    const key = newKey();
    const use = { kind: 'server', names: [name], addresses: [] } as const;
    return {
      certPem: certificate(name, key, ['Test authority', authority], use),
      keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  const self = (name: string, key: KeyObject) => certificate(name, key, [name, key], { kind: 'authority' });
  return {
    caPem: self('Test authority', authority),
    strangerCaPem: self('Stranger', stranger),
    bank: pair('host.bank.test'),
    gateway: pair('gateway.test'),
  };
}
