import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePrograms } from '../../build/bundle.ts';

let folder: string;

beforeAll(async () => {
  // Inside the project, so that the modules left outside the bundle are found as they are when it is installed.
  folder = mkdtempSync(join(import.meta.dirname, '..', '..', 'node_modules', '.amur-bundle-'));
  await bundlePrograms(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the programs and the preload come out under the names that the shell looks for', () => {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.map'));
  expect(names).toEqual(expect.arrayContaining(['host.mjs', 'main.mjs', 'preload.cjs', 'serve.mjs']));
});

test('the terminal itself never imports Electron, and the shell never a database or a port', () => {
  const imports = (name: string): string[] =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|require\()\s*["']([^"']+)["']/g)].map(
      (match) => match[1] ?? '',
    );
  for (const name of ['host.mjs', 'serve.mjs']) expect(imports(name)).not.toContain('electron');
  expect(imports('main.mjs').filter((name) => !name.startsWith('node:'))).toEqual(['electron']);
});

test.each(['host.mjs', 'serve.mjs'])(
  'the bundled %s starts and says in one sentence what it lacks',
  (name) => {
    const done = spawnSync(process.execPath, [join(folder, name)], { encoding: 'utf8' });
    expect([done.status, done.stdout, done.stderr]).toEqual([1, '', 'Say --config <file.json>.\n']);
  },
);
