/** Wraps every commit of a program's databases from outside: what it makes durable is read off the statements since BEGIN. */
import { createRequire } from 'node:module';
import { reach, wrap } from './kill-aim.ts';
import type { Bound } from './label-rules.ts';

interface Statement {
  readonly source: string;
  readonly database: { readonly inTransaction: boolean };
}

const require = createRequire(import.meta.url);

/** `labelOf` answers null for statements that are no point. */
export function watchCommits(labelOf: (sql: string, bound: Bound) => string | null): void {
  const Database = require('better-sqlite3') as new (
    file: string,
  ) => {
    prepare(sql: string): object;
    close(): void;
  };
  const sample = new Database(':memory:');
  const statementPrototype = Object.getPrototypeOf(sample.prepare('SELECT 1')) as object;
  sample.close();

  /** Labels written since BEGIN, and how many there were at the last savepoint. */
  const written = new WeakMap<object, { labels: string[]; mark: number }>();

  wrap(
    statementPrototype,
    'run',
    (run) =>
      function (this, ...bound) {
        const statement = this as Statement;
        const { source, database } = statement;
        const open = written.get(database);
        if (/^BEGIN/.test(source)) written.set(database, { labels: [], mark: 0 });
        else if (/^SAVEPOINT/.test(source) && open !== undefined) open.mark = open.labels.length;
        else if (/^ROLLBACK TO/.test(source) && open !== undefined) open.labels.length = open.mark;
        else if (/^COMMIT/.test(source)) {
          const labels = new Set(open?.labels);
          reach(labels, 'before_commit');
          const result = run.apply(this, bound);
          reach(labels, 'after_commit');
          return result;
        } else {
          const label = labelOf(source, bound);
          if (label !== null && database.inTransaction) open?.labels.push(label);
          if (label !== null && !database.inTransaction) {
            reach([label], 'before_commit');
            const result = run.apply(this, bound);
            reach([label], 'after_commit');
            return result;
          }
        }
        return run.apply(this, bound);
      },
  );
}
