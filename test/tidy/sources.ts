import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { ROOMS, type Room } from './rooms.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that is tracked or about to be, with `/` paths. */
export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
  });
  return listed
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

export function sourceFiles(): readonly string[] {
  return projectFiles().filter((path) => /\.(ts|tsx|mts|mjs|js)$/.test(path) && !path.endsWith('.d.ts'));
}

export function readSource(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Static imports, re-exports and literal `import()` of a file. */
export function importsOf(path: string, text: string): readonly Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const found: Import[] = [];
  for (const one of module.staticImports) {
    found.push({
      specifier: one.moduleRequest.value,
      typeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
    });
  }
  for (const one of module.staticExports) {
    for (const entry of one.entries) {
      if (entry.moduleRequest !== null)
        found.push({ specifier: entry.moduleRequest.value, typeOnly: entry.isType });
    }
  }
  for (const one of module.dynamicImports) {
    const literal = text.slice(one.moduleRequest.start, one.moduleRequest.end);
    if (/^['"]/.test(literal)) found.push({ specifier: literal.slice(1, -1), typeOnly: false });
  }
  // `import('…').Type` in a type position is not a dynamic import; read it from the text.
  for (const match of text.matchAll(/\bimport\('([^']+)'\)\./g)) {
    found.push({ specifier: match[1] ?? '', typeOnly: true });
  }
  return found;
}

/** Project path of a relative specifier, or null for a package. */
export function resolveRelative(from: string, specifier: string): string | null {
  return specifier.startsWith('.')
    ? posix.normalize(posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')))
    : null;
}

export function roomOf(path: string): Room | null {
  const fitting = ROOMS.filter((room) => path.startsWith(room.room));
  return fitting.sort((a, b) => b.room.length - a.room.length)[0] ?? null;
}
