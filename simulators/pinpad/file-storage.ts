/** The device's memory as one file, replaced whole: written aside, synchronised, renamed, and the folder synchronised. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type PadStorage, recordOf, recordText } from './pad-storage.ts';

export function fileStorage(path: string): PadStorage {
  mkdirSync(dirname(path), { recursive: true });
  return {
    load: () => (existsSync(path) ? recordOf(readFileSync(path, 'utf8')) : null),
    save: (record) => {
      const aside = `${path}.new`;
      synchronised(aside, 'w', (file) => writeSync(file, recordText(record)));
      renameSync(aside, path);
      // Windows has no folders to synchronise and refuses to open one.
      if (process.platform !== 'win32') synchronised(dirname(path), 'r', () => undefined);
    },
  };
}

function synchronised(path: string, flags: string, write: (file: number) => unknown): void {
  const file = openSync(path, flags, 0o600);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
