/** The one thing that events made by a debugger cannot show: a real X keyboard under a Russian layout, a real window, and
 *  a scanner that presses keys by number. The exact string must reach the terminal. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASHIER_SCREEN, openBrowser, openPage } from '../../build/browser.ts';
import { ROOT } from '../../build/process.ts';
import { openScreenServer, type ScreenServer } from '../../electron/screens/screen-server.ts';
import { realRuntime } from '../drivers/real-runtime.ts';
import { doubleTill } from '../electron/screens/double-till.ts';
import { cashier } from '../fixtures/views/cashier-views.ts';
import { basket } from '../fixtures/views/goods.ts';

/** X key numbers run along the rows of the keyboard, as the evdev keymap has them. */
const ROWS: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [10, '1234567890-=', '!@#$%^&*()_+'],
  [24, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [38, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [51, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
];
const SHIFT = 50;
const ENTER = 36;
const TRIES = 12;

/** Short enough that a busy machine seldom holds the injector back within one of them for longer than scanners pause. */
const READS = ['AMUR1:01M80s_S8', 'Ab%x5;[z]"{Q}', "<,>./?=+-&9~'"] as const;

let x: ChildProcess;
let display: string;
let server: ScreenServer;
let browser: Browser;
let page: Page;
const till = doubleTill();

beforeAll(async () => {
  x = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x900x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  display = `:${await firstLine(x.stdio[3] as Readable)}`;
  execFileSync('setxkbmap', ['-display', display, 'ru']);
  server = await openScreenServer({
    till: { ...till, cashierView: () => cashier({ name: 'sale', basket }) },
    runtime: realRuntime,
    log: () => undefined,
    host: '127.0.0.1',
    port: 0,
    rendererDir: join(ROOT, 'dist', 'renderer'),
  });
  browser = await openBrowser({ display });
  page = await openPage(browser, server.addresses.cashier, CASHIER_SCREEN);
  await page.getByTestId('search').click();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  x?.kill('SIGKILL');
});

test.each(READS)(
  '%s typed by a real keyboard under a Russian layout arrives letter for letter',
  async (read) => {
    const search = page.getByTestId('search');
    const arrived = () =>
      till.commands.some((sent) => {
        const { command, text } = sent as { command: string; text?: string };
        return command === 'scan' && text === read;
      });
    const keys = [...[...read].map(keyNumbers), String(ENTER)];
    for (let tries = 0; tries < TRIES && !arrived(); tries += 1) {
      await search.fill('');
      execFileSync('xdotool', ['key', '--delay', '0', ...keys], {
        env: { ...process.env, DISPLAY: display },
      });
      await page.waitForTimeout(200);
    }
    expect(arrived()).toBe(true);
    expect(await search.inputValue()).toBe('');
  },
);

function keyNumbers(character: string): string {
  for (const [first, plain, shifted] of ROWS) {
    const at = plain.indexOf(character);
    if (at !== -1) return String(first + at);
    const above = shifted.indexOf(character);
    if (above !== -1) return `${SHIFT}+${first + above}`;
  }
  throw new Error(`No key for "${character}".`);
}

function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    stream.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()));
    stream.once('close', () => reject(new Error('Xvfb ended before it named its display.')));
  });
}
