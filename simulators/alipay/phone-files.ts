/** The phone page's files, from a fixed list: nothing else on the disk can be asked for. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HttpRefusal, send } from '../http-exchange.ts';

const PAGE_FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/phone': ['index.html', 'text/html; charset=utf-8'],
  '/phone/phone.css': ['phone.css', 'text/css; charset=utf-8'],
  '/phone/phone.js': ['phone.js', 'text/javascript; charset=utf-8'],
  '/phone/screens.js': ['screens.js', 'text/javascript; charset=utf-8'],
  '/phone/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/phone/fonts.css': ['fonts.css', 'text/css; charset=utf-8'],
  '/phone/paying.css': ['paying.css', 'text/css; charset=utf-8'],
  '/phone/parts.js': ['parts.js', 'text/javascript; charset=utf-8'],
  '/phone/paying.js': ['paying.js', 'text/javascript; charset=utf-8'],
  '/phone/drawing.js': ['drawing.js', 'text/javascript; charset=utf-8'],
};

const FONT_FILES: Readonly<Record<string, readonly [family: string, file: string]>> = {
  '/phone/fonts/sc-400.woff2': ['noto-sans-sc', 'noto-sans-sc-chinese-simplified-400-normal.woff2'],
  '/phone/fonts/sc-700.woff2': ['noto-sans-sc', 'noto-sans-sc-chinese-simplified-700-normal.woff2'],
  '/phone/fonts/latin-ext-400.woff2': ['noto-sans', 'noto-sans-latin-ext-400-normal.woff2'],
  '/phone/fonts/latin-ext-700.woff2': ['noto-sans', 'noto-sans-latin-ext-700-normal.woff2'],
  '/phone/fonts/latin-400.woff2': ['noto-sans', 'noto-sans-latin-400-normal.woff2'],
  '/phone/fonts/latin-700.woff2': ['noto-sans', 'noto-sans-latin-700-normal.woff2'],
  '/phone/fonts/cyrillic-400.woff2': ['noto-sans', 'noto-sans-cyrillic-400-normal.woff2'],
  '/phone/fonts/cyrillic-700.woff2': ['noto-sans', 'noto-sans-cyrillic-700-normal.woff2'],
};

const packages = createRequire(import.meta.url);

export function phoneFile(response: ServerResponse, path: string): void {
  if (path === '/' || path === '/phone/') {
    response.writeHead(302, { location: '/phone' });
    response.end();
    return;
  }
  const page = Object.hasOwn(PAGE_FILES, path) ? PAGE_FILES[path] : undefined;
  if (page !== undefined) {
    send(response, 200, page[1], readFileSync(join(import.meta.dirname, 'phone', page[0])));
    return;
  }
  const font = Object.hasOwn(FONT_FILES, path) ? FONT_FILES[path] : undefined;
  if (font === undefined) throw new HttpRefusal(404, 'There is no such page.');
  const root = dirname(packages.resolve(`@fontsource/${font[0]}/package.json`));
  send(response, 200, 'font/woff2', readFileSync(join(root, 'files', font[1])));
}
