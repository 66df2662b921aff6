/** The PIN pad's page: its screen, keys and slots, and the drawer of cards. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HttpRefusal, type JsonBody, send } from '../http-exchange.ts';
import { openLocalPage } from '../local-page.ts';
import type { TcpPort } from '../tcp-port.ts';
import { controlPad, padState } from './control.ts';
import type { PinPadDevice } from './pin-pad-device.ts';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/pad.css': ['pad.css', 'text/css; charset=utf-8'],
  '/cards.css': ['cards.css', 'text/css; charset=utf-8'],
  '/fonts.css': ['fonts.css', 'text/css; charset=utf-8'],
  '/pad.js': ['pad.js', 'text/javascript; charset=utf-8'],
  '/cards.js': ['cards.js', 'text/javascript; charset=utf-8'],
  '/words.js': ['words.js', 'text/javascript; charset=utf-8'],
};

const FONTS: Readonly<Record<string, readonly [family: string, file: string]>> = Object.fromEntries(
  ([400, 700] as const).flatMap((weight) => [
    [`/fonts/sc-${weight}.woff2`, ['noto-sans-sc', `noto-sans-sc-chinese-simplified-${weight}-normal.woff2`]],
    ...['latin', 'latin-ext', 'cyrillic'].map((part) => [
      `/fonts/${part}-${weight}.woff2`,
      ['noto-sans', `noto-sans-${part}-${weight}-normal.woff2`],
    ]),
  ]),
);

const packages = createRequire(import.meta.url);

/** `failed` is told of an error that is a bug, for the log. */
export async function openPadPage(
  device: PinPadDevice,
  host: string,
  port: number,
  failed: (error: unknown) => void,
): Promise<Pick<TcpPort, 'port' | 'close'>> {
  const page = await openLocalPage(
    {
      state: () => padState(device),
      serve: serveFile,
      act: (path, body) => act(device, path, body),
      failed,
    },
    { host, port },
  );
  const stopFace = device.onFace(() => page.refresh());
  return {
    port: page.port,
    close: () => {
      stopFace();
      return page.close();
    },
  };
}

function act(device: PinPadDevice, path: string, body: JsonBody): object {
  const result = controlPad(device, path, body);
  if (result === 'unknown') throw new HttpRefusal(404, 'There is no such action.');
  if (result === 'malformed') throw new HttpRefusal(400, 'The action lacks what it needs.');
  return result;
}

function serveFile(path: string, response: ServerResponse): boolean {
  const file = fileOf(path);
  if (file !== null) send(response, 200, file.type, readFileSync(file.path));
  return file !== null;
}

/** Files from a fixed list: nothing else on the disk can be asked for. */
function fileOf(path: string): { readonly path: string; readonly type: string } | null {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (file !== undefined) return { path: join(import.meta.dirname, 'page', file[0]), type: file[1] };
  const font = Object.hasOwn(FONTS, path) ? FONTS[path] : undefined;
  if (font === undefined) return null;
  const root = dirname(packages.resolve(`@fontsource/${font[0]}/package.json`));
  return { path: join(root, 'files', font[1]), type: 'font/woff2' };
}
