/** The built screens as files by address. The list is read once; an address not on it does not exist, so no address can
 *  walk out of the folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

export interface ScreenFile {
  readonly type: string;
  readonly cache: string;
  read(): Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/** Addresses such as `/assets/cashier-1a2b.js`; `/cashier` and `/customer` are the two pages. Empty when not built. */
export function screenFiles(folder: string): ReadonlyMap<string, ScreenFile> {
  const files = new Map<string, ScreenFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${path.slice(folder.length).split(sep).filter(Boolean).join('/')}`;
    // Built names carry a hash of their content; pages do not.
    const cache = address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
    files.set(address, { type, cache, read: () => readFileSync(path) });
  }
  for (const page of ['cashier', 'customer']) {
    const file = files.get(`/${page}/index.html`);
    if (file === undefined) continue;
    files.set(`/${page}`, file);
    files.set(`/${page}/`, file);
  }
  return files;
}
