/** The operator's pages in a real Chromium, under their own content policy, served by their own server over a bank's books. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../build/browser.ts';
import { type ConsoleWorld, consoleWorld } from '../gateway/console/console-world.ts';
import { buildInto } from '../renderer/harness.ts';
import { CONTRAST_FAULTS, LAYOUT_FAULTS } from '../renderer/page-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'amur-console-pages-'));
const passwords = new Map<string, string>();
let world: ConsoleWorld;
let browser: Browser;
let complaints: string[] = [];

beforeAll(async () => {
  buildInto(folder);
  world = await consoleWorld(folder, 2);
  for (const name of ['anna', 'boris']) passwords.set(name, await world.user(name, 'approver'));
  passwords.set('olga', await world.user('olga', 'operator'));
  passwords.set('pavel', await world.user('pavel', 'partner', 'primtorg'));
  browser = await openBrowser();
});
afterEach(() => {
  expect(complaints).toEqual([]);
  complaints = [];
  world.now += 120_000;
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = (name: string) => `[data-testid="${name}"]`;

async function page(width = 1440, height = 900): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(10_000);
  const opened = await context.newPage();
  opened.on('console', (message) => {
    const text = message.text();
    // A refusal that a test asks for is told by the browser, too.
    if (['error', 'warning'].includes(message.type()) && !/status of 4(01|09)/.test(text))
      complaints.push(text);
  });
  opened.on('pageerror', (error) => complaints.push(String(error)));
  await opened.goto(world.pages.address);
  return opened;
}

async function signedIn(name: string, width?: number, height?: number): Promise<Page> {
  const opened = await page(width, height);
  await opened.fill(id('name'), name);
  await opened.fill(id('password'), passwords.get(name) ?? '');
  await opened.click(id('enter'));
  await opened.waitForSelector(id('turnover'));
  return opened;
}

describe('The operator’s pages', () => {
  test('let nobody in with a wrong password, and say so; and in with the right one', async () => {
    const opened = await page();
    await opened.fill(id('name'), 'anna');
    await opened.fill(id('password'), 'not her password');
    await opened.click(id('enter'));
    expect(await opened.getAttribute(id('failed'), 'data-code')).toBe('CONSOLE_SIGN_IN_REFUSED');
    expect(await opened.inputValue(id('password'))).toBe('');
    await opened.fill(id('password'), passwords.get('anna') ?? '');
    await opened.keyboard.press('Enter');
    await opened.waitForSelector(id('turnover'));
    expect(await opened.textContent(id('who'))).toContain('anna');
    expect(await opened.evaluate('document.cookie')).toBe('');
    await opened.click(id('sign-out'));
    await opened.waitForSelector(id('sign-in'));
    await opened.context().close();
  });

  test('show the day, and have a payout approved after its sum was shown once more', async () => {
    const opened = await signedIn('anna');
    const net = Number((await world.bank.store.cycle('khabkredit-RUB-20261117'))?.net?.amountMinor);
    expect(net).toBeGreaterThan(0);
    await opened.click(id('cycle-khabkredit-RUB-20261117'));
    expect(await opened.getAttribute(id('net'), 'data-minor')).toBe(`${net}`);
    await opened.click(id('approve'));
    const dialog = opened.locator(id('approve-dialog'));
    expect(await dialog.textContent()).toContain('khabkredit-RUB-20261117');
    await opened.click(id('approve-now'));
    await opened.waitForSelector(`${id('state-khabkredit-RUB-20261117')}.chip-river`);
    expect(await world.bank.store.cycle('khabkredit-RUB-20261117')).toMatchObject({
      state: 'APPROVED',
      approvedBy: 'anna',
    });
    await opened.click(id('room-journal'));
    await opened.waitForSelector('text=khabkredit-RUB-20261117');
    await opened.context().close();
  });

  test('have an exception ended by two persons, and offer the first one no approval', async () => {
    const first = await signedIn('anna');
    await first.click(id('room-reconciliation'));
    await first.click(id('exception-duplicate'));
    await first.fill(id('reason'), 'Письмо банка 17');
    await first.click(id('propose'));
    await first.waitForSelector('.chip-amber');
    await first.click(id('exception-duplicate'));
    expect(await first.isDisabled(id('approve-resolution'))).toBe(true);
    await first.context().close();
    const second = await signedIn('boris');
    await second.click(id('room-reconciliation'));
    await second.click(id('exception-duplicate'));
    await second.click(id('approve-resolution'));
    await second.waitForSelector(id('exception-duplicate'), { state: 'detached' });
    const [row] = await world.bank.store.exceptions({ states: ['written_off'] });
    expect(row).toMatchObject({ type: 'duplicate', proposedBy: 'anna', approvedBy: 'boris' });
    await second.context().close();
  });

  test('lead from a payment to its whole story, and give an operator a code for a terminal once', async () => {
    const opened = await signedIn('olga');
    await opened.click(id('room-payments'));
    await opened.locator(id('payment-row')).nth(3).click();
    await opened.waitForSelector(id('timeline'));
    await opened.waitForSelector('text=merchant_payable');
    await opened.click(id('room-terminals'));
    await opened.click(id('issue-00000005'));
    expect(await opened.textContent(id('activation-code'))).toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/);
    await opened.context().close();
  });

  test('show a partner bank its own rooms only', async () => {
    const opened = await signedIn('pavel');
    const rooms = await opened.evaluate(
      "[...document.querySelectorAll('nav a')].map((link) => link.dataset.testid)",
    );
    expect(rooms).toEqual(['room-today', 'room-payments', 'room-settlement']);
    expect(await opened.textContent('main')).not.toContain('Амур-Банк');
    await opened.goto(`${world.pages.address}#/journal`);
    await opened.waitForSelector(id('turnover'));
    await opened.context().close();
  });

  test.each([
    ['ru', 1440, 900],
    ['zh', 1366, 768],
    ['en', 1920, 1080],
  ] as const)('fit the window and can be read, in %s at %i x %i', async (language, width, height) => {
    const opened = await signedIn('boris', width, height);
    await opened.click(id(`language-${language}`));
    for (const room of [
      'today',
      'payments',
      'rates',
      'settlement',
      'reconciliation',
      'cards',
      'merchants',
      'terminals',
      'journal',
    ]) {
      await opened.click(id(`room-${room}`));
      await opened.waitForLoadState('networkidle');
      expect(await opened.evaluate(LAYOUT_FAULTS), room).toEqual([]);
      expect(await opened.evaluate(CONTRAST_FAULTS), room).toEqual([]);
    }
    await opened.context().close();
  });
});
