/** Certificates of our own authority: X.509 version 3 (RFC 5280), ECDSA P-256 with SHA-256. */
import { createHash, type KeyObject, sign } from 'node:crypto';
import { bits, integer, octets, oid, sequence, set, tagged, time, tlv, truth, utf8 } from './der.ts';

export interface CertificateRequest {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly issuerName: string;
  readonly issuerKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  /** An authority signs certificates; a server proves the names and addresses it answers under; a client, who calls. */
  readonly use:
    | { readonly kind: 'authority' }
    | { readonly kind: 'client' }
    | {
        readonly kind: 'server';
        readonly names: readonly string[];
        readonly addresses: readonly Uint8Array[];
      };
}

/** PEM text. The serial number is a digest over key and time, so that it is unique without a register. */
export function certificatePem(request: CertificateRequest): string {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const spki = request.publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serialOf(spki, request.notBefore)),
    algorithm,
    nameOf(request.issuerName),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(request.commonName),
    spki,
    tagged(3, sequence(...extensionsOf(request, spki))),
  );
  const signature = sign('sha256', body, request.issuerKey);
  const der = sequence(body, algorithm, bits(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function serialOf(spki: Uint8Array, notBefore: number): Uint8Array {
  const digest = createHash('sha256').update(spki).update(String(notBefore)).digest().subarray(0, 16);
  return Buffer.concat([Buffer.from([0x01]), digest]);
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extensionsOf(request: CertificateRequest, spki: Uint8Array): Buffer[] {
  const issuerSpki = request.issuerPublicKey.export({ type: 'spki', format: 'der' });
  const common = [
    extension('2.5.29.14', false, octets(keyIdentifier(spki))),
    extension('2.5.29.35', false, sequence(tlv(0x80, keyIdentifier(issuerSpki)))),
  ];
  if (request.use.kind === 'authority') {
    return [
      ...common,
      extension('2.5.29.19', true, sequence(truth(), integer(Buffer.from([0])))),
      // keyCertSign and cRLSign.
      extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)),
    ];
  }
  const purpose = request.use.kind === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2';
  const leaf = [
    ...common,
    extension('2.5.29.19', true, sequence()),
    // digitalSignature, for the authentication that follows.
    extension('2.5.29.15', true, bits(Buffer.from([0x80]), 7)),
    extension('2.5.29.37', false, sequence(oid(purpose))),
  ];
  if (request.use.kind === 'client') return leaf;
  return [
    ...leaf,
    extension(
      '2.5.29.17',
      false,
      sequence(
        ...request.use.names.map((name) => tlv(0x82, Buffer.from(name, 'latin1'))),
        ...request.use.addresses.map((address) => tlv(0x87, address)),
      ),
    ),
  ];
}

function keyIdentifier(spki: Uint8Array): Buffer {
  return createHash('sha256').update(spki).digest().subarray(0, 20);
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return critical ? sequence(oid(id), truth(), octets(value)) : sequence(oid(id), octets(value));
}
