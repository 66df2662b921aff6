/** The thread of `checkpoints.ts`: a connection of its own that takes the log over into the database whenever it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { invariant } from '../../kernel/errors.ts';
import { prepareConnection } from './connection.ts';

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
  // Waits for nobody: what is being written meanwhile is taken over the next time.
  db.pragma('wal_checkpoint(PASSIVE)');
  port.postMessage('done');
});
