/** The zone keys of one link in a file of their own: key blocks under the HSM's master key, replaced as a whole and synced
 *  before the save counts. A file that cannot be read stops the link rather than being taken for a new one. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { KeyStore, ZoneKeySets } from './key-store.ts';

const exact = { additionalProperties: false } as const;
const Key = Type.Object(
  {
    block: Type.String({ pattern: '^[\\x20-\\x7e]{16,9999}$' }),
    kcv: Type.String({ pattern: '^[0-9A-F]{6}$' }),
    since: Type.Integer({ minimum: 0 }),
  },
  exact,
);
const MaybeKey = Type.Union([Key, Type.Null()]);
const KeySet = Type.Object({ current: MaybeKey, previous: MaybeKey, pending: MaybeKey }, exact);
const File = Type.Object({ version: Type.Literal(1), bank: Type.String(), ZPK: KeySet, ZAK: KeySet }, exact);
const COMPILED = Compile(File);

/** The file holds no zone keys of this bank. The message names the file and nothing of what is in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code = 'KEY_FILE_MALFORMED';

  constructor(file: string) {
    super(`${file} does not hold the zone keys of this bank; restore it, or remove it to exchange new keys.`);
  }
}

/** The folder must exist. Owner only may read the file. */
export function keyFile(file: string, bank: string): KeyStore {
  return {
    load: async () => {
      const text = readIfThere(file);
      return text === null ? null : parsed(file, bank, text);
    },
    save: async (sets) => replace(file, JSON.stringify({ version: 1, bank, ...sets })),
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parsed(file: string, bank: string, text: string): ZoneKeySets {
  const value = json(text);
  if (!COMPILED.Check(value)) throw new KeyFileError(file);
  const { ZPK, ZAK, bank: named } = value as Static<typeof File>;
  if (named !== bank) throw new KeyFileError(file);
  return { ZPK, ZAK };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the file.
    return null;
  }
}

function replace(file: string, text: string): void {
  const beside = `${file}.new`;
  const handle = openSync(beside, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
