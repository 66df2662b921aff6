/** Bundles the screens (and the shell) when their sources are newer than what was bundled last. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process.ts';

const SOURCES = [
  'renderer',
  'electron',
  'drivers',
  ...['gateway/kernel', 'gateway/wire', 'gateway/iso8583', 'gateway/console/contract'],
  'package-lock.json',
];
const BUILT = [
  'dist/renderer/cashier/index.html',
  'dist/renderer/console/index.html',
  'dist/electron/preload.cjs',
];

export function ensureBundles(say: (text: string) => void): void {
  const built = BUILT.map((path) => join(ROOT, path));
  const oldest = built.every((path) => existsSync(path))
    ? Math.min(...built.map((path) => statSync(path).mtimeMs))
    : 0;
  if (SOURCES.every((source) => newest(join(ROOT, source)) <= oldest)) return;
  say('Bundling the screens …');
  const done = spawnSync(process.execPath, [join(ROOT, 'build', 'bundle.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) throw new Error('The screens could not be bundled; see the messages above.');
}

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
