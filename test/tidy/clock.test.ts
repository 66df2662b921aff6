import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { CLOCK_ALLOWED } from './rooms.ts';
import { readSource, sourceFiles } from './sources.ts';

const BANNED_CALLS = new Set([
  'Date.now',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'hrtime',
  'Math.random',
  'AbortSignal.timeout',
  'crypto.randomUUID',
  'crypto.randomBytes',
  'crypto.getRandomValues',
  'randomBytes',
  'randomInt',
  'randomUUID',
  'getRandomValues',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'globalThis.setTimeout',
  'globalThis.setInterval',
  'window.setTimeout',
  'window.setInterval',
]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Reads of clock, timer or randomness in a source, as `line: what`. Parsed, so that comments and strings do not count,
 *  but SQL inside strings does. */
function worldReads(path: string, text: string): readonly string[] {
  const found: string[] = [];
  const at = (node: Node, what: string) =>
    found.push(`${path}:${text.slice(0, node.start).split('\n').length}: ${what}`);
  const sql = (node: Node, value: string) => {
    if (/\b(CURRENT_TIMESTAMP|CURRENT_TIME|CURRENT_DATE|now\(\)|'now'|unixepoch\(\))/i.test(value))
      at(node, 'SQL clock');
  };
  new Visitor({
    CallExpression(node) {
      const callee = text.slice(node.callee.start, node.callee.end).replace(/\s+/g, '');
      if (BANNED_CALLS.has(callee)) at(node, callee);
    },
    NewExpression(node) {
      const callee = text.slice(node.callee.start, node.callee.end);
      if (callee === 'Date' && node.arguments.length === 0) at(node, 'new Date()');
    },
    Literal(node) {
      if (typeof node.value === 'string') sql(node, node.value);
    },
    TemplateElement(node) {
      sql(node, node.value.raw);
    },
  }).visit(parseSync(path, text).program);
  return found;
}

test('clocks, timers and randomness are read only in composition roots and adapters of the clock', () => {
  const found = sourceFiles()
    .filter((path) => !CLOCK_ALLOWED.some((allowed) => allowed.test(path)))
    .flatMap((path) => worldReads(path, readSource(path)));
  expect(found).toEqual([]);
});

test('each kind of reading the world is recognised', () => {
  const source = [
    'Date.now();',
    'new Date();',
    'new Date(5);',
    'setTimeout(f, 1);',
    'timers.after(1, f);',
    "db.prepare('SELECT CURRENT_TIMESTAMP');",
    '// Math.random()',
    'Math.random();',
  ].join('\n');
  expect(worldReads('a.ts', source)).toEqual([
    'a.ts:1: Date.now',
    'a.ts:2: new Date()',
    'a.ts:4: setTimeout',
    'a.ts:6: SQL clock',
    'a.ts:8: Math.random',
  ]);
});
