/** The thread of `checkpoints.ts`: takes the log over into the books whenever it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const db = new Database(String(workerData), { fileMustExist: true });
db.pragma('synchronous = FULL');

parentPort?.on('message', () => {
  db.pragma('wal_checkpoint(PASSIVE)');
  parentPort?.postMessage('done');
});
