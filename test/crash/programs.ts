/** The estate's programs, each bundled into one file: whoever is killed hundreds of times is started as often, and half of a start
 *  from the sources is finding and reading them. The packages that the hooks wrap stay outside, and the native ones. The name is of the
 *  content, so that what is changed in the sources while processes die does not change who comes back. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ENTRIES, type ProcessName } from '../../build/estate.ts';
import { ROOT } from '../../build/process.ts';

const FOLDER = join(ROOT, 'dist', 'crash');
const KEPT_MS = 86_400_000;

const OUTSIDE = [
  ...['ws', 'better-sqlite3'],
  ...['serialport', '@serialport/*', '@napi-rs/*', 'electron', 'bufferutil', 'utf-8-validate'],
];

/** Packages of the older kind ask for `require`. */
const REQUIRE = `import { createRequire as ownRequire } from 'node:module'; const require = ownRequire(import.meta.url);`;

/** What lies beside a source is still found there. */
const OWN_PLACE: Plugin = {
  name: 'own-place',
  setup: (own) => {
    own.onLoad({ filter: /\.ts$/ }, ({ path }) =>
      path.includes('node_modules')
        ? null
        : {
            contents: readFileSync(path, 'utf8')
              .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
              .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
            loader: 'ts',
          },
    );
  },
};

/** Paths from the project's root. */
export type Programs = ReadonlyMap<ProcessName, string>;

export async function bundledPrograms(names: readonly ProcessName[]): Promise<Programs> {
  mkdirSync(FOLDER, { recursive: true });
  forgetOld();
  const files = await Promise.all(
    names.map(async (name) => [name, await bundledProgram(name, ENTRIES[name])] as const),
  );
  return new Map(files);
}

/** One program that is none of the estate's. Answers its path from the project's root. */
export async function bundledProgram(name: string, entry: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: OUTSIDE,
    banner: { js: REQUIRE },
    plugins: [OWN_PLACE],
    write: false,
    logLevel: 'warning',
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const file = join(FOLDER, `${name}-${hash}.mjs`);
  if (!existsSync(file)) {
    writeFileSync(`${file}.${process.pid}`, contents);
    renameSync(`${file}.${process.pid}`, file);
  }
  return relative(ROOT, file);
}

function forgetOld(): void {
  for (const name of readdirSync(FOLDER)) {
    const file = join(FOLDER, name);
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (mtimeMs < Date.now() - KEPT_MS) rmSync(file, { force: true });
  }
}
