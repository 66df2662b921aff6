/** Loaded before a program, it breaks its store on purpose: every database is opened without syncing to disk. What checks
 *  the syncing must notice. */
import './kill-points.ts';
import { createRequire } from 'node:module';

type Pragma = (this: unknown, source: string, options?: unknown) => unknown;

const require = createRequire(import.meta.url);
const { prototype } = require('better-sqlite3') as { prototype: { pragma: Pragma } };
const { pragma } = prototype;

prototype.pragma = function (source, options) {
  return pragma.call(this, source.replace(/synchronous = FULL/, 'synchronous = OFF'), options);
};
