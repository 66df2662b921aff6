/** Who this terminal is: its Ed25519 key, made here and never leaving the data directory, and what enrolment gave it. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InvariantError } from '../../gateway/kernel/errors.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import { MerchantWire } from '../../gateway/wire/messages.ts';
import { writeWhole } from './write-whole.ts';

/** What the link needs of an identity. */
export interface TerminalSigner {
  readonly tid: string;
  /** The gateway this terminal enrolled at, by its own name. */
  readonly gateway: string;
  /** Ed25519, base64url. */
  sign(bytes: Uint8Array): string;
}

const Enrolled = Type.Object(
  {
    tid: Type.String({ pattern: '^[0-9]{8}$' }),
    gateway: Type.String({ minLength: 1, maxLength: 64 }),
    merchant: MerchantWire,
  },
  { additionalProperties: false },
);
export type Enrolled = Static<typeof Enrolled>;
const enrolledFile = Compile(Enrolled);

/** A PKCS #8 envelope of an Ed25519 seed (RFC 8410, section 7): the seed follows these bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

export interface TerminalIdentity {
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  /** Null before enrolment. */
  readonly enrolled: Enrolled | null;
  /** Null before enrolment. */
  readonly signer: TerminalSigner | null;
  /** Keeps what an activation gave; the file is on disk when this returns. */
  enrol(enrolled: Enrolled): TerminalIdentity;
}

/** Loads the key from the directory or makes it there. A damaged key is an error and is never replaced: a new key would
 *  be another terminal. */
export function openIdentity(directory: string, random: Random): TerminalIdentity {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keyPath = join(directory, 'terminal-key.pem');
  if (!existsSync(keyPath)) writeWhole(keyPath, newKeyPem(random));
  const key = createPrivateKey(readFileSync(keyPath));
  return identityOf(key, readEnrolled(enrolledPath(directory)), directory);
}

function identityOf(key: KeyObject, enrolled: Enrolled | null, directory: string): TerminalIdentity {
  const publicKey = createPublicKey(key).export({ format: 'jwk' }).x;
  if (key.asymmetricKeyType !== 'ed25519' || publicKey === undefined) {
    throw new InvariantError('The terminal key file does not hold an Ed25519 key.');
  }
  return {
    publicKey,
    enrolled,
    signer: enrolled === null ? null : signerOf(key, enrolled),
    enrol: (fresh) => {
      writeWhole(enrolledPath(directory), `${JSON.stringify(fresh, null, 2)}\n`);
      return identityOf(key, fresh, directory);
    },
  };
}

function signerOf(key: KeyObject, { tid, gateway }: Enrolled): TerminalSigner {
  return { tid, gateway, sign: (bytes) => sign(null, bytes, key).toString('base64url') };
}

function newKeyPem(random: Random): string {
  const der = Buffer.concat([PKCS8_ED25519, random.bytes(SEED_BYTES)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function enrolledPath(directory: string): string {
  return join(directory, 'terminal.json');
}

function readEnrolled(path: string): Enrolled | null {
  if (!existsSync(path)) return null;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!enrolledFile.Check(value)) throw new InvariantError('The terminal enrolment file is damaged.');
  return value;
}
