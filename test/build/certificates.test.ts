import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CertificatePaths, ensureCertificates, spkiPin } from '../../build/certificates.ts';

const NOW = Date.UTC(2026, 10, 22, 9);
const DAY_MS = 86_400_000;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amur-certificates-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const certificate = (path: string) => new X509Certificate(readFileSync(path));
const everything = (paths: CertificatePaths) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, readFileSync(path, 'utf8')]));

describe('the certificates of a set-up', () => {
  test('chain to their authority and name the loopback addresses', async () => {
    const paths = await ensureCertificates(directory, NOW);
    const ca = certificate(paths.caCert);
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    for (const path of [paths.gatewayCert, paths.alipayCert, paths.bankCert]) {
      const leaf = certificate(path);
      expect(leaf.ca).toBe(false);
      expect(leaf.verify(ca.publicKey)).toBe(true);
      expect(leaf.checkIssued(ca)).toBe(true);
      expect(leaf.checkHost('localhost')).toBe('localhost');
      expect(leaf.checkHost('example.com')).toBeUndefined();
      expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(leaf.checkIP('::1')).toBe('::1');
      expect(Date.parse(leaf.validTo)).toBe(NOW + 397 * DAY_MS);
    }
  });

  test('have one for the gateway as a caller, which proves no address', async () => {
    const paths = await ensureCertificates(directory, NOW);
    const leaf = certificate(paths.gatewayClientCert);
    expect(leaf.checkIssued(certificate(paths.caCert))).toBe(true);
    expect(leaf.subjectAltName).toBeUndefined();
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(leaf.checkPrivateKey(createPrivateKey(readFileSync(paths.gatewayClientKey)))).toBe(true);
  });

  test('satisfy OpenSSL as well, strictly and for their own purpose', async () => {
    const paths = await ensureCertificates(directory, NOW);
    if (spawnSync('openssl', ['version']).error !== undefined)
      return expect(certificate(paths.gatewayCert)).toBeDefined();
    const seconds = String(NOW / 1000);
    const args = ['verify', '-x509_strict', '-attime', seconds, '-CAfile', paths.caCert];
    for (const [purpose, path] of [
      ['sslserver', paths.gatewayCert],
      ['sslserver', paths.alipayCert],
      ['sslserver', paths.bankCert],
      ['sslclient', paths.gatewayClientCert],
    ] as const) {
      const verified = execFileSync('openssl', [...args, '-purpose', purpose, path], { encoding: 'utf8' });
      expect(verified).toBe(`${path}: OK\n`);
    }
    expect(spawnSync('openssl', [...args, '-purpose', 'sslserver', paths.gatewayClientCert]).status).not.toBe(
      0,
    );
  });

  test('have keys that only their owner can read and that fit together', async () => {
    const paths = await ensureCertificates(directory, NOW);
    if (process.platform !== 'win32') {
      for (const path of Object.values(paths)) expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(directory, 'ca-key.pem')).mode & 0o777).toBe(0o600);
    }
    const key = createPrivateKey(readFileSync(paths.gatewayKey));
    expect(certificate(paths.gatewayCert).checkPrivateKey(key)).toBe(true);
    for (const [own, other] of [
      [paths.alipayAppPrivateKey, paths.alipayAppPublicKey],
      [paths.alipayPlatformPrivateKey, paths.alipayPlatformPublicKey],
    ] as const) {
      const signature = sign('sha256', Buffer.from('bytes'), createPrivateKey(readFileSync(own)));
      const publicKey = createPublicKey(readFileSync(other));
      expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
      expect(verify('sha256', Buffer.from('bytes'), publicKey, signature)).toBe(true);
    }
  });

  test('are left alone by a second set-up', async () => {
    const first = everything(await ensureCertificates(directory, NOW));
    expect(everything(await ensureCertificates(directory, NOW + 300 * DAY_MS))).toEqual(first);
  });

  test('are renewed near their end over the same key, so that the pin still holds', async () => {
    const paths = await ensureCertificates(directory, NOW);
    const before = everything(paths);
    const pin = spkiPin(before.gatewayCert ?? '');
    await ensureCertificates(directory, NOW + 380 * DAY_MS);
    const after = everything(paths);
    expect(after.gatewayCert).not.toBe(before.gatewayCert);
    expect(after.gatewayKey).toBe(before.gatewayKey);
    expect(spkiPin(after.gatewayCert ?? '')).toBe(pin);
    expect(after.caCert).toBe(before.caCert);
  });

  test('are made again where a file is damaged or another key lies beside a certificate', async () => {
    const paths = await ensureCertificates(directory, NOW);
    const pin = spkiPin(readFileSync(paths.gatewayCert));
    writeFileSync(paths.gatewayKey, readFileSync(paths.alipayKey));
    writeFileSync(paths.caCert, 'half a file');
    writeFileSync(paths.alipayAppPrivateKey, '');
    await ensureCertificates(directory, NOW);
    const ca = certificate(paths.caCert);
    const leaf = certificate(paths.gatewayCert);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(readFileSync(paths.gatewayKey)))).toBe(true);
    expect(spkiPin(readFileSync(paths.gatewayCert))).not.toBe(pin);
    const app = createPublicKey(createPrivateKey(readFileSync(paths.alipayAppPrivateKey)));
    expect(app.export({ type: 'spki', format: 'pem' })).toBe(readFileSync(paths.alipayAppPublicKey, 'utf8'));
  });
});
