/** Loaded before the bank's process (`node --import`): wraps every commit, and every step of a file on the disk, so that the
 *  process can be killed exactly there. It also sets the process's clock to the day that is played. */
import type FileSystem from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { watchCommits } from '../commit-points.ts';
import { reach, wrap } from '../kill-aim.ts';
import { dayLabel } from './day-labels.ts';

const shiftMs = Number(process.env.AMUR_CRASH_SHIFT_MS ?? '0');
const ownNow = Date.now;
Date.now = () => ownNow() + shiftMs;

watchCommits(dayLabel);

const files = createRequire(import.meta.url)('node:fs/promises') as typeof FileSystem;

wrap(
  files,
  'open',
  (open) =>
    async function (this, ...args) {
      const [path, flags] = args.map(String);
      const handle = (await open.apply(this, args)) as FileHandle;
      if (flags === 'wx' && path?.includes('/.staging/') === true) return stagedHandle(handle);
      if (flags === 'r' && path?.includes('/outbox') === true) watchSync(handle, 'folder_sync');
      return handle;
    },
);
wrap(
  files,
  'rename',
  (rename) =>
    async function (this, ...args) {
      const label = `${args[1]}`.includes('/.archive/') ? 'archive' : 'publish';
      reach([label], 'before');
      await rename.apply(this, args);
      reach([label], 'after');
    },
);
wrap(
  files,
  'readFile',
  (readFile) =>
    async function (this, ...args) {
      const bytes = await readFile.apply(this, args);
      if (`${args[0]}`.includes('/inbox/')) reach(['inbox_read'], 'after');
      return bytes;
    },
);
syncBuiltinESMExports();
reach(['loaded'], 'now');

/** What is written goes in two halves, so that the process can die between them. */
function stagedHandle(handle: FileHandle): FileHandle {
  reach(['stage_open'], 'after');
  wrap(
    handle,
    'writeFile',
    (writeFile) =>
      async function (this, ...args) {
        const bytes = args[0] as Uint8Array;
        const middle = bytes.length >> 1;
        reach(['stage_write'], 'before');
        await writeFile.call(handle, bytes.subarray(0, middle));
        reach(['stage_write'], 'half');
        await writeFile.call(handle, bytes.subarray(middle));
        reach(['stage_write'], 'after');
      },
  );
  watchSync(handle, 'stage_sync');
  return handle;
}

function watchSync(handle: FileHandle, label: string): void {
  wrap(
    handle,
    'sync',
    (sync) =>
      async function (this) {
        reach([label], 'before');
        await sync.call(handle);
        reach([label], 'after');
      },
  );
}
