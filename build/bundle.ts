/** Bundles what ships: the shell, the terminal's process and the served terminal as one module each, the preload as one
 *  CommonJS file (a sandboxed preload can load nothing else), and the screens. Native modules stay outside.
 *
 *  `node build/bundle.ts [--programs-only]` */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const DIST_ELECTRON = join(ROOT, 'dist', 'electron');

const NATIVE = ['electron', 'better-sqlite3', 'serialport', '@serialport/*', 'bufferutil', 'utf-8-validate'];

const SHARED: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  external: NATIVE,
  sourcemap: 'linked',
  legalComments: 'linked',
  logLevel: 'warning',
};

/** CommonJS packages inside a module bundle ask for `require`. */
const REQUIRE_BANNER =
  "import { createRequire as amurCreateRequire } from 'node:module'; const require = amurCreateRequire(import.meta.url);";

export async function bundlePrograms(outDir: string = DIST_ELECTRON): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  await build({
    ...SHARED,
    entryPoints: ['electron/main.ts', 'electron/host.ts', 'electron/serve.ts'],
    outdir: outDir,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    banner: { js: REQUIRE_BANNER },
  });
  await build({
    ...SHARED,
    entryPoints: ['electron/preload.ts'],
    outfile: join(outDir, 'preload.cjs'),
    format: 'cjs',
    sourcemap: false,
  });
}

export async function bundleScreens(): Promise<void> {
  // Vite is loaded only when it is needed: it is most of this program's start.
  const vite = await import('vite');
  await vite.build({ configFile: join(ROOT, 'renderer', 'vite.config.ts'), logLevel: 'warn' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundlePrograms();
  if (!process.argv.includes('--programs-only') && existsSync(join(ROOT, 'renderer', 'vite.config.ts'))) {
    await bundleScreens();
  }
}
