/** Checkpoints: what the log says of itself, signed, and what witnesses add. A partner bank cosigns a checkpoint only after
 *  it has seen that the tree it signed before is the beginning of this one; so no two banks can be shown two histories.
 *  Source  c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature */
import type { KeyObject } from 'node:crypto';
import { sign } from 'node:crypto';
import { AmurError } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';
import {
  ed25519Verifies,
  isSignedBy,
  type Note,
  type NoteKey,
  type NoteSignature,
  noteKeyId,
  noteKeyOf,
  parseNote,
  signaturesBy,
  signText,
} from './note.ts';
import type { Hash } from './tree.ts';
import { begins } from './verify-proof.ts';

export interface Checkpoint {
  /** The log's own name; also the name of its key. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  readonly root: Hash;
}

const TIME_BYTES = 8;

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): Note {
  const text = checkpointText(checkpoint);
  return { text, signatures: [signText(text, checkpoint.origin, privateKey)] };
}

/** Errors  LOG_NOTE_INVALID for a note that is no checkpoint; LOG_SIGNATURE_INVALID unless `log` signed it */
export function openCheckpoint(source: string, log: NoteKey): { checkpoint: Checkpoint; note: Note } {
  const note = parseNote(source);
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n/.exec(note.text);
  if (match === null) throw new AmurError('LOG_NOTE_INVALID', {});
  const [, origin = '', size = '', root = ''] = match;
  if (origin !== log.name || !isSignedBy(note, log)) {
    throw new AmurError('LOG_SIGNATURE_INVALID', { origin: log.name });
  }
  return {
    checkpoint: { origin, size: Number(size), root: new Uint8Array(Buffer.from(root, 'base64')) },
    note,
  };
}

/** A witness's line for a checkpoint it has found consistent. Units  `at` is kept in whole seconds */
export function cosign(text: string, name: string, privateKey: KeyObject, at: EpochMs): NoteSignature {
  const key = noteKeyOf(name, 'cosignature', privateKey);
  const seconds = Math.floor(at / 1000);
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, cosignedBytes(text, seconds), privateKey);
  return { name, bytes: Buffer.concat([noteKeyId(key), time, signature]) };
}

/** When this witness cosigned the note, or null when it did not. */
export function cosignedAt(note: Note, witness: NoteKey): EpochMs | null {
  for (const bytes of signaturesBy(note, witness)) {
    if (bytes.length <= TIME_BYTES) continue;
    const seconds = Number(Buffer.from(bytes.subarray(0, TIME_BYTES)).readBigUInt64BE());
    if (ed25519Verifies(witness, cosignedBytes(note.text, seconds), bytes.subarray(TIME_BYTES))) {
      return seconds * 1000;
    }
  }
  return null;
}

/** What a witness keeps between two checkpoints; null before the first. */
export type Witnessed = Pick<Checkpoint, 'size' | 'root'>;

/** Whether a witness may sign: the log has only grown since the last time.
 *  Errors  LOG_NOT_CONSISTENT, and then the two checkpoints are evidence that the log has told two stories */
export function requireGrowth(seen: Witnessed | null, next: Checkpoint, path: readonly Hash[]): void {
  if (seen === null) return;
  if (!begins(seen.root, seen.size, next.root, next.size, path)) {
    throw new AmurError('LOG_NOT_CONSISTENT', { older: seen.size, newer: next.size });
  }
}

function cosignedBytes(text: string, seconds: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`, 'utf8');
}
