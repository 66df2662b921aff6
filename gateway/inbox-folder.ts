/** The inbox as a folder: `<party>/<file>` that partners have put there, and a folder beside them for what was read. */
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from './kernel/time.ts';
import type { InboxPort } from './settlement/ports.ts';

const ARCHIVE = '.archive';
const PARTY = /^[a-z0-9_-]{1,32}$/;

/** `restMs`: how long a file must not have changed, so that one that is still being written is left alone; 0 where whoever
 *  puts files there gives them their names only when they are whole. */
export function openInboxFolder(root: string, clock: Clock, restMs: number): InboxPort {
  return {
    async list(): Promise<readonly string[]> {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const names: string[] = [];
      for (const party of (await readdir(root, { withFileTypes: true })).filter(isParty)) {
        for (const file of await readdir(join(root, party.name), { withFileTypes: true })) {
          const name = `${party.name}/${file.name}`;
          if (file.isFile() && isWhole(file.name) && (await isAtRest(join(root, name)))) names.push(name);
        }
      }
      return names.sort();
    },
    async read(name): Promise<Uint8Array | null> {
      try {
        return await readFile(join(root, name));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async archive(name, fileId): Promise<void> {
      const [party = '', ...rest] = name.split('/');
      await mkdir(join(root, ARCHIVE, party), { recursive: true, mode: 0o700 });
      try {
        await rename(
          join(root, name),
          join(root, ARCHIVE, party, `${fileId.slice(0, 16)}-${rest.join('/')}`),
        );
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };

  async function isAtRest(path: string): Promise<boolean> {
    if (restMs === 0) return true;
    try {
      return clock.now() - (await stat(path)).mtimeMs >= restMs;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

function isParty(entry: { readonly name: string; isDirectory(): boolean }): boolean {
  return entry.isDirectory() && PARTY.test(entry.name);
}

function isWhole(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('.part');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
