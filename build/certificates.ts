/** Makes, at set-up, every certificate and key the processes of one machine need, and makes them again when they near
 *  their end. Running it twice changes nothing; being killed in the middle leaves nothing half made, since a file
 *  appears under its name only when it is complete, and a certificate is kept only while its key is beside it. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type CertificateRequest, certificatePem } from './x509.ts';

export { spkiPin } from '../gateway/wire/pin.ts';

export interface CertificatePaths {
  /** The authority every TLS link of this machine trusts. */
  readonly caCert: string;
  readonly gatewayCert: string;
  readonly gatewayKey: string;
  readonly alipayCert: string;
  readonly alipayKey: string;
  /** The partner banks of this machine, which are one process. */
  readonly bankCert: string;
  readonly bankKey: string;
  /** What the gateway shows a bank it calls. */
  readonly gatewayClientCert: string;
  readonly gatewayClientKey: string;
  /** The merchant's RSA keys at Alipay: ours signs requests, its public half is registered with the application. */
  readonly alipayAppPrivateKey: string;
  readonly alipayAppPublicKey: string;
  /** The simulated platform's RSA keys: they sign replies and notifications. */
  readonly alipayPlatformPrivateKey: string;
  readonly alipayPlatformPublicKey: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;
/** Clocks of one shop differ; a fresh certificate is valid from a little before it was made. */
const BACKDATE_MS = 3_600_000;

const AUTHORITY_NAME = 'Amur set-up authority';
const NAMES = ['localhost'];
const ADDRESSES = [Buffer.from([127, 0, 0, 1]), Buffer.concat([Buffer.alloc(15), Buffer.from([1])])];
const SERVER = { kind: 'server', names: NAMES, addresses: ADDRESSES } as const;
const CLIENT = { kind: 'client' } as const;

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** `now` in epoch milliseconds. */
export async function ensureCertificates(directory: string, now: number): Promise<CertificatePaths> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const at = (name: string) => join(directory, name);
  const paths: CertificatePaths = {
    caCert: at('ca-cert.pem'),
    gatewayCert: at('gateway-cert.pem'),
    gatewayKey: at('gateway-key.pem'),
    alipayCert: at('alipay-cert.pem'),
    alipayKey: at('alipay-key.pem'),
    bankCert: at('bank-cert.pem'),
    bankKey: at('bank-key.pem'),
    gatewayClientCert: at('gateway-client-cert.pem'),
    gatewayClientKey: at('gateway-client-key.pem'),
    alipayAppPrivateKey: at('alipay-app-private.pem'),
    alipayAppPublicKey: at('alipay-app-public.pem'),
    alipayPlatformPrivateKey: at('alipay-platform-private.pem'),
    alipayPlatformPublicKey: at('alipay-platform-public.pem'),
  };
  const authority = ensureAuthority(paths.caCert, at('ca-key.pem'), now);
  ensureLeaf('Amur gateway', SERVER, paths.gatewayCert, paths.gatewayKey, authority, now);
  ensureLeaf('Amur Alipay simulator', SERVER, paths.alipayCert, paths.alipayKey, authority, now);
  ensureLeaf('Amur bank simulator', SERVER, paths.bankCert, paths.bankKey, authority, now);
  ensureLeaf('Amur gateway', CLIENT, paths.gatewayClientCert, paths.gatewayClientKey, authority, now);
  ensureRsaPair(paths.alipayAppPrivateKey, paths.alipayAppPublicKey);
  ensureRsaPair(paths.alipayPlatformPrivateKey, paths.alipayPlatformPublicKey);
  return paths;
}

function ensureAuthority(certPath: string, keyPath: string, now: number): Authority {
  const found = readPair(certPath, keyPath);
  if (found !== null && isFresh(found.certificate, now)) return found;
  const key = found?.key ?? newEcKey(keyPath);
  const publicKey = createPublicKey(key);
  const pem = certificatePem({
    commonName: AUTHORITY_NAME,
    publicKey,
    issuerName: AUTHORITY_NAME,
    issuerKey: key,
    issuerPublicKey: publicKey,
    notBefore: now - BACKDATE_MS,
    notAfter: now + AUTHORITY_DAYS * DAY_MS,
    use: { kind: 'authority' },
  });
  writeWhole(certPath, pem);
  return { certificate: new X509Certificate(pem), key };
}

/** A renewed certificate keeps its key, so that terminals that pinned the key go on trusting it. */
function ensureLeaf(
  name: string,
  use: CertificateRequest['use'],
  certPath: string,
  keyPath: string,
  authority: Authority,
  now: number,
): void {
  const found = readPair(certPath, keyPath);
  const authorityKey = authority.certificate.publicKey;
  if (found !== null && isFresh(found.certificate, now) && found.certificate.verify(authorityKey)) return;
  const key = readKey(keyPath) ?? newEcKey(keyPath);
  const pem = certificatePem({
    commonName: name,
    publicKey: createPublicKey(key),
    issuerName: AUTHORITY_NAME,
    issuerKey: authority.key,
    issuerPublicKey: authorityKey,
    notBefore: now - BACKDATE_MS,
    notAfter: now + LEAF_DAYS * DAY_MS,
    use,
  });
  writeWhole(certPath, pem);
}

function ensureRsaPair(privatePath: string, publicPath: string): void {
  const found = readKey(privatePath);
  const key = found ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  if (found === null) writeWhole(privatePath, key.export({ type: 'pkcs8', format: 'pem' }).toString());
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  if (readText(publicPath) !== publicPem) writeWhole(publicPath, publicPem);
}

function isFresh(certificate: X509Certificate, now: number): boolean {
  const from = Date.parse(certificate.validFrom);
  const until = Date.parse(certificate.validTo);
  return from <= now && until - now > RENEW_BEFORE_DAYS * DAY_MS;
}

/** Null where either file is missing or unreadable, or the two do not belong together. */
function readPair(certPath: string, keyPath: string): Authority | null {
  const key = readKey(keyPath);
  const pem = readText(certPath);
  if (key === null || pem === null) return null;
  try {
    const certificate = new X509Certificate(pem);
    return certificate.checkPrivateKey(key) ? { certificate, key } : null;
  } catch {
    // A file that is no certificate is made again like one that is missing.
    return null;
  }
}

function readKey(path: string): KeyObject | null {
  const pem = readText(path);
  if (pem === null) return null;
  try {
    const key = createPrivateKey(pem);
    chmodSync(path, 0o600);
    return key;
  } catch {
    // A file that is no key is made again like one that is missing.
    return null;
  }
}

function readText(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function newEcKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeWhole(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

/** Under a second name first, on the disk before it takes its own. */
function writeWhole(path: string, text: string): void {
  const partial = `${path}.new`;
  const file = openSync(partial, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(partial, 0o600);
  renameSync(partial, path);
}
