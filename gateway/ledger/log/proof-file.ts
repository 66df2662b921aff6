/** Proofs and disclosures as text, to be given away: with one of them, the log's key and nothing else, anybody can check. */
import { AmurError } from '../../kernel/errors.ts';
import { type Checkpoint, cosignedAt, openCheckpoint } from './checkpoint.ts';
import { saltedLeafHash } from './leaf.ts';
import type { Note, NoteKey } from './note.ts';
import type { Hash } from './tree.ts';
import { begins, includes } from './verify-proof.ts';

/** One leaf laid open to whom it concerns: a line of a disclosure file. */
export interface Disclosure {
  readonly index: number;
  readonly kind: string;
  readonly ref: string;
  readonly salt: Uint8Array;
  readonly content: readonly string[];
}

/** That a disclosed leaf stands in the log under a signed checkpoint. */
export interface InclusionProof {
  readonly proof: 'amur-inclusion-1';
  readonly checkpoint: string;
  readonly leaf: Disclosure;
  readonly path: readonly Hash[];
}

/** That the log of the newer checkpoint continues the one of the older. */
export interface ConsistencyProof {
  readonly proof: 'amur-consistency-1';
  readonly older: string;
  readonly newer: string;
  readonly path: readonly Hash[];
}

export type Proof = InclusionProof | ConsistencyProof;

export interface Verified {
  readonly proof: Proof;
  /** The checkpoint it was held against; of two the newer. */
  readonly checkpoint: Checkpoint;
  /** Witnesses whose cosignatures stand on it, by name. */
  readonly witnesses: readonly string[];
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const PATH_MOST = 128;

export function disclosureLine(disclosure: Disclosure): string {
  return JSON.stringify({ ...disclosure, salt: base64(disclosure.salt) });
}

/** Errors  LOG_PROOF_INVALID */
export function parseDisclosure(line: string): Disclosure {
  return disclosureOf(objectOf(line));
}

export function proofText(proof: Proof): string {
  const path = proof.path.map(base64);
  const value =
    proof.proof === 'amur-inclusion-1'
      ? { ...proof, leaf: { ...proof.leaf, salt: base64(proof.leaf.salt) }, path }
      : { ...proof, path };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Errors  LOG_PROOF_INVALID */
export function parseProof(text: string): Proof {
  const value = objectOf(text);
  const path = listOf(value.path).map(bytesOf);
  if (path.length > PATH_MOST || path.some((hash) => hash.length !== 32)) throw invalid();
  if (value.proof === 'amur-inclusion-1') {
    const leaf = disclosureOf(recordOf(value.leaf));
    return { proof: value.proof, checkpoint: textOf(value.checkpoint), leaf, path };
  }
  if (value.proof === 'amur-consistency-1') {
    return { proof: value.proof, older: textOf(value.older), newer: textOf(value.newer), path };
  }
  throw invalid();
}

/** Errors  LOG_PROOF_INVALID for a proof that does not hold; LOG_NOTE_INVALID | LOG_SIGNATURE_INVALID for its checkpoints;
 *  LOG_NOT_CONSISTENT for two checkpoints of which neither continues the other */
export function verifyProof(proof: Proof, log: NoteKey, witnesses: readonly NoteKey[] = []): Verified {
  if (proof.proof === 'amur-inclusion-1') {
    const { checkpoint, note } = openCheckpoint(proof.checkpoint, log);
    const { index, salt, content } = proof.leaf;
    const leaf = saltedLeafHash(salt, content);
    if (!includes(checkpoint.root, checkpoint.size, index, leaf, proof.path)) throw invalid();
    return { proof, checkpoint, witnesses: witnessesOf(note, witnesses) };
  }
  const older = openCheckpoint(proof.older, log);
  const newer = openCheckpoint(proof.newer, log);
  const [before, after] = [older.checkpoint, newer.checkpoint];
  if (!begins(before.root, before.size, after.root, after.size, proof.path)) {
    throw new AmurError('LOG_NOT_CONSISTENT', { older: before.size, newer: after.size });
  }
  return { proof, checkpoint: after, witnesses: witnessesOf(newer.note, witnesses) };
}

function witnessesOf(note: Note, witnesses: readonly NoteKey[]): readonly string[] {
  return witnesses.filter((witness) => cosignedAt(note, witness) !== null).map(({ name }) => name);
}

function disclosureOf(value: Readonly<Record<string, unknown>>): Disclosure {
  const { index } = value;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) throw invalid();
  const content = listOf(value.content).map(textOf);
  return { index, kind: textOf(value.kind), ref: textOf(value.ref), salt: bytesOf(value.salt), content };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw invalid();
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid();
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid();
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw invalid();
  return value;
}

function bytesOf(value: unknown): Uint8Array {
  const text = textOf(value);
  if (!BASE64.test(text)) throw invalid();
  return new Uint8Array(Buffer.from(text, 'base64'));
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const invalid = () => new AmurError('LOG_PROOF_INVALID', {});
