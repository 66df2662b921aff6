/** Signed notes: a text, an empty line, and a line for each signature. A log signs its checkpoints so, and witnesses add
 *  their own lines below without touching the text. Source  c2sp.org/signed-note (Ed25519 keys) */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { AmurError } from '../../kernel/errors.ts';

/** What a key signs with: the log's own checkpoints, or a witness's cosignatures, which carry their time. */
export type NoteKeyKind = 'ed25519' | 'cosignature';

/** Whom a signature is by: a name without spaces and plus signs, and the raw 32-byte public key. */
export interface NoteKey {
  readonly name: string;
  readonly kind: NoteKeyKind;
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** First 4 bytes: the key's id; the rest as the kind has it. */
  readonly bytes: Uint8Array;
}

export interface Note {
  /** Ends in a line feed, which is signed too. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const ALGORITHM: Readonly<Record<NoteKeyKind, number>> = { ed25519: 1, cosignature: 4 };
const SIGNATURES_MOST = 64;
const NOTE_BYTES_MOST = 100_000;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** SHA-256 of the name, a line feed, the algorithm's number and the public key: the first four bytes. */
export function noteKeyId(key: NoteKey): Uint8Array {
  return createHash('sha256')
    .update(`${key.name}\n`)
    .update(Uint8Array.of(ALGORITHM[key.kind]))
    .update(key.publicKey)
    .digest()
    .subarray(0, 4);
}

/** `<name>+<key id>+<base64 of algorithm and key>`, the form in which keys are given away. */
export function noteKeyText(key: NoteKey): string {
  const body = Buffer.concat([Uint8Array.of(ALGORITHM[key.kind]), key.publicKey]);
  return `${key.name}+${Buffer.from(noteKeyId(key)).toString('hex')}+${body.toString('base64')}`;
}

/** Errors  LOG_KEY_INVALID */
export function parseNoteKey(text: string): NoteKey {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  const body = Buffer.from(match?.[3] ?? '', 'base64');
  const kind = body[0] === ALGORITHM.ed25519 ? 'ed25519' : 'cosignature';
  const key = { name: match?.[1] ?? '', kind, publicKey: new Uint8Array(body.subarray(1)) } as const;
  if (body.length !== 33 || body[0] !== ALGORITHM[kind] || noteKeyText(key) !== text.trim()) {
    throw new AmurError('LOG_KEY_INVALID', {});
  }
  return key;
}

/** Errors  LOG_KEY_INVALID for a private key that is not Ed25519 */
export function noteKeyOf(name: string, kind: NoteKeyKind, privateKey: KeyObject): NoteKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new AmurError('LOG_KEY_INVALID', { name });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { name, kind, publicKey: new Uint8Array(spki.subarray(ED25519_SPKI.length)) };
}

/** A signature of the log itself. */
export function signText(text: string, name: string, privateKey: KeyObject): NoteSignature {
  const key = noteKeyOf(name, 'ed25519', privateKey);
  return {
    name,
    bytes: Buffer.concat([noteKeyId(key), sign(null, Buffer.from(text, 'utf8'), privateKey)]),
  };
}

export function noteText(note: Note): string {
  const lines = note.signatures.map(
    ({ name, bytes }) => `— ${name} ${Buffer.from(bytes).toString('base64')}\n`,
  );
  return `${note.text}\n${lines.join('')}`;
}

/** Errors  LOG_NOTE_INVALID */
export function parseNote(source: string): Note {
  const refuse = () => new AmurError('LOG_NOTE_INVALID', {});
  if (source.length > NOTE_BYTES_MOST) throw refuse();
  const split = source.lastIndexOf('\n\n');
  if (split < 0 || !source.endsWith('\n')) throw refuse();
  const lines = source.slice(split + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MOST) throw refuse();
  const signatures = lines.map((line) => {
    const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
    const bytes = Buffer.from(match?.[2] ?? '', 'base64');
    if (match === null || bytes.length < 5) throw refuse();
    return { name: match[1] ?? '', bytes: new Uint8Array(bytes) };
  });
  return { text: source.slice(0, split + 1), signatures };
}

/** The signatures of a note that name this key, by name and id. */
export function signaturesBy(note: Note, key: NoteKey): readonly Uint8Array[] {
  const id = noteKeyId(key);
  return note.signatures
    .filter(({ name, bytes }) => name === key.name && Buffer.compare(bytes.subarray(0, 4), id) === 0)
    .map(({ bytes }) => bytes.subarray(4));
}

export function isSignedBy(note: Note, key: NoteKey): boolean {
  return signaturesBy(note, key).some((signature) =>
    ed25519Verifies(key, Buffer.from(note.text, 'utf8'), signature),
  );
}

export function ed25519Verifies(key: NoteKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const publicKey = createPublicKey({
    key: Buffer.concat([ED25519_SPKI, key.publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, message, publicKey, signature);
}
