/** The built screens in a real Chromium, under the terminal's own content policy, with the host played by the test. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { CashierView, CustomerView } from '../../electron/contract/view.ts';
import { screenFiles } from '../../electron/screens/screen-files.ts';
import { screenHeaders } from '../../electron/screens/screen-headers.ts';
import { saleDetail } from '../fixtures/views/cashier-views.ts';
import { found, quickGroups } from '../fixtures/views/goods.ts';

export interface OpenScreen {
  readonly page: Page;
  /** What the page complained of: policy breaches, exceptions, missing files. */
  readonly complaints: readonly string[];
  push(view: CashierView | CustomerView): Promise<void>;
  sent(): Promise<readonly Record<string, unknown>[]>;
}

export interface ScreenHarness {
  readonly browser: Browser;
  readonly origin: string;
  readonly server: Server;
  open(role: 'cashier' | 'customer', view: CashierView | CustomerView, size: Size): Promise<OpenScreen>;
  close(): Promise<void>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export async function screenHarness(): Promise<ScreenHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'amur-screens-'));
  buildInto(folder);
  const server = await serve(folder);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const browser = await chromium.launch({
    executablePath: process.env.AMUR_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
  return {
    browser,
    origin,
    server,
    open: (role, view, size) => openScreen(browser, `${origin}/${role}/`, view, size),
    async close() {
      await browser.close();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In a process of its own, because the test runner's NODE_ENV would put React's development build into the bundle. */
export function buildInto(folder: string): void {
  const root = join(import.meta.dirname, '../..');
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      join(root, 'renderer/vite.config.ts'),
      '--outDir',
      folder,
      '--logLevel',
      'error',
    ],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
}

function serve(folder: string): Promise<Server> {
  const files = screenFiles(folder);
  const headers = screenHeaders("'self'");
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? '').replace(/\?.*$/, ''));
    if (file === undefined) response.writeHead(404, headers).end();
    else response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.read());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Runs in the page before its own script: a bridge that records what is sent and answers as a willing host would. */
const DOUBLE = `
  const listeners = new Set();
  let view = __VIEW__;
  const results = __RESULTS__;
  window.amurSent = [];
  window.amurAnswer = {};
  window.amurPush = (next) => { view = next; for (const l of listeners) l({ view }); };
  window.amur = {
    post(frame) {
      const { id, ...command } = frame;
      window.amurSent.push(command);
      const refusal = window.amurAnswer[command.command];
      const answer = refusal === undefined
        ? { re: id, ok: true, result: results[command.command] ?? null }
        : { re: id, ok: false, error: { code: refusal, facts: {} } };
      queueMicrotask(() => { for (const l of listeners) l(answer); });
    },
    onFrame(listener) {
      listeners.add(listener);
      listener({ view });
      return () => listeners.delete(listener);
    },
  };
`;

async function openScreen(
  browser: Browser,
  url: string,
  view: CashierView | CustomerView,
  size: Size,
): Promise<OpenScreen> {
  const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const results = {
    search: { goods: found },
    quick_keys: { groups: quickGroups },
    today_sale: { sale: saleDetail },
  };
  await page.addInitScript(
    DOUBLE.replace('__VIEW__', JSON.stringify(view)).replace('__RESULTS__', JSON.stringify(results)),
  );
  await page.goto(url);
  await page.waitForSelector('#root > *');
  await page.evaluate('document.fonts.ready.then(() => true)');
  return {
    page,
    complaints,
    push: async (next) => {
      await page.evaluate(`window.amurPush(${JSON.stringify(next)})`);
    },
    sent: async () => (await page.evaluate('window.amurSent')) as readonly Record<string, unknown>[],
  };
}
