/** The thread of `checkpoints.ts`: a connection of its own that takes the log over into the database whenever it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { invariant } from '../../kernel/errors.ts';
import type { TakenOver } from './checkpoints.ts';
import { CHECKPOINT_PAGES, prepareConnection } from './connection.ts';

const port = parentPort;
invariant(port !== null, 'This program runs as a thread of the gateway.');
const db = new Database(String(workerData), { fileMustExist: true });
prepareConnection(db);

port.on('message', (order: 'checkpoint' | 'end') => {
  if (order === 'end') {
    db.close();
    port.close();
    return;
  }
  const pages = takeOver();
  if (pages >= CHECKPOINT_PAGES) takeOver();
  port.postMessage({ pages } satisfies TakenOver);
});

/** Waits for nobody: what is being written meanwhile is taken over the next time. */
function takeOver(): number {
  const [result] = db.pragma('wal_checkpoint(PASSIVE)') as readonly { readonly log: number }[];
  return result?.log ?? 0;
}
