/** What the commands of the transparency log do, once their arguments are read. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AmurError } from './kernel/errors.ts';
import type { EpochMs } from './kernel/time.ts';
import { cosign, openCheckpoint, requireGrowth } from './ledger/log/checkpoint.ts';
import { saltedLeafHash } from './ledger/log/leaf.ts';
import {
  type NoteKey,
  type NoteKeyKind,
  noteKeyOf,
  noteKeyText,
  noteText,
  parseNoteKey,
} from './ledger/log/note.ts';
import {
  type Disclosure,
  disclosureLine,
  parseProof,
  proofText,
  verifyProof,
} from './ledger/log/proof-file.ts';
import { tiledNodes } from './ledger/log/tiles.ts';
import { consistencyPath, inclusionPath } from './ledger/log/tree.ts';
import { LogFolder, readDisclosures } from './log-files.ts';
import { auditDatabase, type DatabaseAudit } from './store/sqlite/log-audit.ts';
import {
  addCosignatures,
  type Concerned,
  disclosuresOf,
  latestNote,
  leafHashesFrom,
} from './store/sqlite/log-publish.ts';

/** What a command found, for a person and for a program. */
export interface Outcome {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
}

export function showKey(keyFile: string, name: string, kind: NoteKeyKind): Outcome {
  const text = noteKeyText(noteKeyOf(name, kind, privateKeyIn(keyFile)));
  return { ok: true, lines: [text], facts: { key: text } };
}

/** Errors  LOG_* for a folder that is of another log, or a checkpoint of another key */
export function publish(
  database: string,
  folder: string,
  key: NoteKey,
  cosigned: readonly string[],
): Outcome {
  const db = new Database(database, { fileMustExist: true });
  try {
    const refused = cosigned.filter((file) => !addCosignatures(db, readFileSync(file, 'utf8')));
    const latest = latestNote(db);
    if (latest === null) return { ok: true, lines: ['The log has no checkpoint yet.'], facts: { size: 0 } };
    const log = new LogFolder(folder);
    const before = log.checkpointText() === null ? 0 : log.checkpoint(key).checkpoint.size;
    openCheckpoint(latest.note, key);
    log.publish(before, leafHashesFrom(db, before, latest.size), latest.note);
    return {
      ok: refused.length === 0,
      lines: [
        `${latest.size - before} leaves added; the log has ${latest.size}.`,
        ...refused.map((file) => `${file} cosigns no checkpoint of this log; it was left out.`),
      ],
      facts: { size: latest.size, added: latest.size - before, cosignaturesRefused: refused.length },
    };
  } finally {
    db.close();
  }
}

export function disclose(database: string, concerned: Concerned, out: string): Outcome {
  const db = new Database(database, { fileMustExist: true, readonly: true });
  try {
    const lines = [...disclosuresOf(db, concerned)].map((leaf) => `${disclosureLine(leaf)}\n`);
    writeFileSync(out, lines.join(''));
    return {
      ok: true,
      lines: [`${lines.length} leaves written to ${out}.`],
      facts: { leaves: lines.length },
    };
  } finally {
    db.close();
  }
}

/** Errors  LOG_PROOF_INVALID when nothing of that name was disclosed, or the log does not hold it */
export function proveEntry(
  folder: string,
  key: NoteKey,
  disclosed: string,
  ref: string,
  out: string,
): Outcome {
  const leaf = readDisclosures(disclosed).find((candidate) => candidate.ref === ref);
  if (leaf === undefined) throw new AmurError('LOG_PROOF_INVALID', { ref });
  const log = new LogFolder(folder);
  const { checkpoint, text } = log.checkpoint(key);
  if (leaf.index >= checkpoint.size) throw new AmurError('LOG_PROOF_INVALID', { ref, size: checkpoint.size });
  const nodes = tiledNodes(log.readTile, checkpoint.size);
  const path = inclusionPath(nodes, leaf.index, checkpoint.size);
  return proved({ proof: 'amur-inclusion-1', checkpoint: text, leaf, path }, key, out);
}

export function proveGrowth(folder: string, key: NoteKey, since: string, out: string): Outcome {
  const older = readFileSync(since, 'utf8');
  const log = new LogFolder(folder);
  const { checkpoint, text } = log.checkpoint(key);
  const { size } = openCheckpoint(older, key).checkpoint;
  if (size > checkpoint.size)
    throw new AmurError('LOG_NOT_CONSISTENT', { older: size, newer: checkpoint.size });
  const path = consistencyPath(tiledNodes(log.readTile, checkpoint.size), size, checkpoint.size);
  return proved({ proof: 'amur-consistency-1', older, newer: text, path }, key, out);
}

/** A proof that does not hold is not written. */
function proved(proof: Parameters<typeof verifyProof>[0], key: NoteKey, out: string): Outcome {
  const { checkpoint } = verifyProof(proof, key);
  writeFileSync(out, proofText(proof));
  return {
    ok: true,
    lines: [`Proved under the checkpoint of ${checkpoint.size} leaves; written to ${out}.`],
    facts: { size: checkpoint.size, steps: proof.path.length },
  };
}

/** `seen` keeps the last checkpoint this witness has signed, and is written after it signed the next.
 *  Errors  LOG_NOT_CONSISTENT: then nothing is signed, and `seen` with the log's checkpoint is the evidence */
export function witness(
  folder: string,
  key: NoteKey,
  by: { readonly keyFile: string; readonly name: string; readonly at: EpochMs },
  seen: string,
  out: string,
): Outcome {
  const log = new LogFolder(folder);
  const { checkpoint, note } = log.checkpoint(key);
  const before = existsSync(seen) ? openCheckpoint(readFileSync(seen, 'utf8'), key).checkpoint : null;
  const older = before?.size ?? 0;
  const path =
    older > checkpoint.size
      ? []
      : consistencyPath(tiledNodes(log.readTile, checkpoint.size), older, checkpoint.size);
  requireGrowth(before, checkpoint, path);
  const line = cosign(note.text, by.name, privateKeyIn(by.keyFile), by.at);
  const cosigned = noteText({ text: note.text, signatures: [...note.signatures, line] });
  writeFileSync(out, cosigned);
  writeFileSync(seen, cosigned);
  return {
    ok: true,
    lines: [`Cosigned the log of ${checkpoint.size} leaves, which continues the one of ${older}.`],
    facts: { size: checkpoint.size, since: older },
  };
}

export function verifyProofFile(file: string, key: NoteKey, witnesses: readonly NoteKey[]): Outcome {
  const {
    proof,
    checkpoint,
    witnesses: signed,
  } = verifyProof(parseProof(readFileSync(file, 'utf8')), key, witnesses);
  const absent = witnesses.filter(({ name }) => !signed.includes(name)).map(({ name }) => name);
  const what =
    proof.proof === 'amur-inclusion-1'
      ? `${proof.leaf.ref} stands in the log of ${checkpoint.size} leaves.`
      : `The log of ${checkpoint.size} leaves continues the older one.`;
  const content = proof.proof === 'amur-inclusion-1' ? proof.leaf.content : [];
  return {
    ok: absent.length === 0,
    lines: [
      what,
      ...content,
      ...signed.map((name) => `Cosigned by ${name}.`),
      ...absent.map((name) => `Not cosigned by ${name}.`),
    ],
    facts: { size: checkpoint.size, cosignedBy: signed, notCosignedBy: absent },
  };
}

export function verifyFolder(folder: string, key: NoteKey, disclosed: string | null): Outcome {
  const log = new LogFolder(folder);
  const { size } = log.verify(key);
  const leaves = disclosed === null ? [] : readDisclosures(disclosed);
  const hashes = leaves.length === 0 ? [] : log.leafHashes(size);
  const isFalse = ({ index, salt, content }: Disclosure) =>
    Buffer.compare(hashes[index] ?? Buffer.alloc(0), saltedLeafHash(salt, content)) !== 0;
  const wrong = leaves.filter(isFalse);
  return {
    ok: wrong.length === 0,
    lines: [
      `The tiles make the signed root of ${size} leaves; ${leaves.length - wrong.length} disclosed leaves stand in it.`,
      ...wrong.map(({ ref, index }) => `${ref} is not what stands in the log at ${index}.`),
    ],
    facts: { size, disclosed: leaves.length, wrong: wrong.map(({ ref }) => ref) },
  };
}

export function verifyDatabase(database: string, key: NoteKey, brought: readonly string[]): Outcome {
  const db = new Database(database, { fileMustExist: true, readonly: true });
  try {
    const audit = auditDatabase(
      db,
      key,
      brought.map((file) => readFileSync(file, 'utf8')),
    );
    return { ok: audit.ok, lines: auditLines(audit), facts: { ...audit, ...violationsOf(audit) } };
  } finally {
    db.close();
  }
}

function violationsOf({ damage, strays, log }: DatabaseAudit): { readonly violations: number } {
  return { violations: damage.length + strays.length + (log?.faults.length ?? 1) };
}

function auditLines({ ok, damage, strays, log }: DatabaseAudit): readonly string[] {
  const lines = [
    ...damage.map((text) => `The file is damaged: ${text}.`),
    ...strays.map((id) => `${id} stands outside the order of the ledger.`),
  ];
  if (log === null) return [...lines, 'The books cannot be read to their end.'];
  for (const { kind, ref, lines: changed, leafIndex } of log.faults) {
    const where = changed === undefined ? '' : `, entry ${changed.join(' and ')}`;
    lines.push(`${kind}: ${ref}${where}${leafIndex === undefined ? '' : ` (leaf ${leafIndex})`}.`);
  }
  if (log.more) lines.push('There is more than is listed here.');
  const sums = `${log.transfers} transfers with ${log.entries} entries under ${log.checkpoints} checkpoints`;
  lines.push(ok ? `${sums} are as they were signed; ${log.unlogged} are newer.` : `${sums} were read.`);
  return lines;
}

function privateKeyIn(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    throw new AmurError('LOG_KEY_INVALID', { file }, { cause: error });
  }
}

/** A key's text, or a file that holds it. Errors  LOG_KEY_INVALID */
export function keyOf(text: string): NoteKey {
  return parseNoteKey(existsSync(text) ? readFileSync(text, 'utf8') : text);
}
