/** Chromium without a person: for the tests of the screens, the benchmarks and the pictures. A fresh profile each time;
 *  nothing of it talks to anybody but this machine. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** The longest that anything on a screen is waited for. */
const PATIENCE_MS = 10_000;

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;

export interface BrowserOptions {
  /** An X display to open windows on; without one there is no window. */
  readonly display?: string;
}

export function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error('No Chromium was found; install the package "chromium".');
  return chromium.launch({
    executablePath,
    args: [...FLAGS],
    headless: options.display === undefined,
    ...(options.display === undefined ? {} : { env: { ...process.env, DISPLAY: options.display } }),
  });
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly density?: number;
}

export const CASHIER_SCREEN: Screen = { width: 1366, height: 768 };
export const CUSTOMER_SCREEN: Screen = { width: 1024, height: 600 };
export const PHONE_SCREEN: Screen = { width: 390, height: 844, density: 2 };

/** A page of its own in a profile of its own. The simulators' certificates are signed by the estate's own authority,
 *  which no browser knows. */
export async function openPage(browser: Browser, address: string, screen: Screen): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: screen.width, height: screen.height },
    deviceScaleFactor: screen.density ?? 1,
    ignoreHTTPSErrors: true,
    locale: 'ru-RU',
    // What is drawn by motion would differ from run to run; the screens have a still form for people who ask for one.
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
