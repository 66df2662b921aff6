/** The outbox as a folder: `<party>/<file>` for partners to fetch, and a folder beside them where files are staged.
 *  A file's bytes are on the disk when `stage` returns, its name in a folder when `sync` does. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AmurError } from './kernel/errors.ts';
import type { Random } from './kernel/time.ts';
import type { OutboxPort, StagedFile } from './settlement/ports.ts';

const STAGING = '.staging';
const NAME = /^[a-z0-9_-]{1,32}\/[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;
const STAGED = /^\.staging\/[0-9a-f]{32}$/;

export function openOutboxFolder(root: string, random: Random): OutboxPort {
  const at = (name: string, shape: RegExp): string => {
    if (!shape.test(name))
      throw new AmurError('IDENTIFIER_MALFORMED', { identifier: 'file', length: name.length });
    return join(root, name);
  };
  const unsynced = new Set<string>();
  return {
    async sync(): Promise<void> {
      const folders = [...unsynced];
      unsynced.clear();
      for (const folder of folders) await syncFolder(folder);
    },
    async stage(_name, content): Promise<StagedFile> {
      await mkdir(join(root, STAGING), { recursive: true, mode: 0o700 });
      const stagedAs = `${STAGING}/${Buffer.from(random.bytes(16)).toString('hex')}`;
      const hash = createHash('sha256');
      let bytes = 0;
      const handle = await open(join(root, stagedAs), 'wx', 0o600);
      try {
        for await (const chunk of content) {
          hash.update(chunk);
          bytes += chunk.length;
          await handle.writeFile(chunk);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      unsynced.add(join(root, STAGING));
      return { stagedAs, fileId: hash.digest('hex'), bytes };
    },
    read: (stagedAs) => readFile(at(stagedAs, STAGED)),
    async publish(stagedAs, name): Promise<boolean> {
      const from = at(stagedAs, STAGED);
      const to = at(name, NAME);
      if (!(await exists(from))) return false;
      if (await exists(to)) throw new AmurError('OUTBOX_NAME_TAKEN', { file: name });
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      try {
        await rename(from, to);
      } catch (error) {
        // Another process that delivers the same record was first.
        if (isMissing(error)) return false;
        throw error;
      }
      unsynced.add(dirname(to)).add(join(root, STAGING)).add(root);
      return true;
    },
    discard: (stagedAs) => rm(at(stagedAs, STAGED), { force: true }),
    async staged(): Promise<readonly string[]> {
      try {
        const names = (await readdir(join(root, STAGING))).map((name) => `${STAGING}/${name}`);
        return names.filter((name) => STAGED.test(name)).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Makes the folder's entries durable, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error))) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
