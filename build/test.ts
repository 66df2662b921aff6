/** `npm test`: everything. Each step's output goes straight through; the first failure ends the run with its name. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'node_modules', '.bin');

const STEPS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the screens', command: ['tsc', '-p', 'renderer/tsconfig.json'] },
  { name: 'bundles', command: [process.execPath, 'build/bundle.ts'] },
  { name: 'tests', command: ['vitest', 'run', ...process.argv.slice(2)] },
];

for (const step of STEPS) {
  const [program = '', ...args] = step.command;
  const startedAt = performance.now();
  process.stderr.write(`\n— ${step.name}\n`);
  const done = spawnSync(
    program.startsWith('/') || program.includes(':') ? program : join(BIN, program),
    args,
    {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (done.status !== 0) {
    process.stderr.write(`\n"${step.name}" failed (${step.command.join(' ')}).\n`);
    process.exit(1);
  }
  process.stderr.write(`— ${step.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
process.stdout.write('\nEverything passed.\n');
