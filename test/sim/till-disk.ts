/** The disk of a till: a SQLite database in memory that outlives its process, and through which the process may die before
 *  a commit, which then never happens, or right after it, which then stands. */
import type Database from 'better-sqlite3';
import type { Living } from './living.ts';

type Act = (...values: unknown[]) => unknown;

export function openTillDisk(db: Database.Database, living: Living): Database.Database {
  const transaction = (act: Act) => {
    const inner = db.transaction((...values: unknown[]) => {
      const result = act(...values);
      living.mustPass();
      return result;
    });
    const run = (...values: unknown[]): unknown => {
      living.mustPass();
      const result = inner.immediate(...values);
      living.mustPass();
      return result;
    };
    return Object.assign(run, { immediate: run });
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return transaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
