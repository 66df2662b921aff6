/** The built pages by address. The list is read once; an address not on it does not exist, so none can walk out of the folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly cache: string;
  read(): Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};
const PAGE = '/console/';

/** `/console/` and what it loads from `/assets/`; empty when the pages are not built. */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${path.slice(folder.length).split(sep).filter(Boolean).join('/')}`;
    const isAsset = address.startsWith('/assets/');
    if (!isAsset && address !== `${PAGE}index.html`) continue;
    // Built names carry a hash of their content; the page does not.
    const cache = isAsset ? 'public, max-age=31536000, immutable' : 'no-store';
    files.set(isAsset ? address : PAGE, { type, cache, read: () => readFileSync(path) });
  }
  return files;
}

export const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), serial=(), hid=(), usb=()',
} as const;
