/** The operator's pages in a real Chromium, under their own content policy, served by their own server over a bank's books. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../build/browser.ts';
import { type ConsoleWorld, consoleWorld } from '../gateway/console/console-world.ts';
import { selfSigned } from '../gateway/wallets/alipay/self-signed.ts';
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
  for (const name of ['anna', 'boris', 'vera.with.a.rather.long.name'])
    passwords.set(name, await world.user(name, 'approver'));
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

  test('hand out a cycle’s files as they lie in the outbox, byte for byte', async () => {
    const opened = await signedIn('olga');
    await opened.click(id('room-settlement'));
    await opened.click(id('cycle-amurbank-RUB-20261117'));
    const files = await world.bank.store.files({ cycleId: 'amurbank-RUB-20261117' });
    const kinds = ['payment_order_1c', 'partner_detail', 'merchant_statement'];
    for (const kind of kinds) {
      const link = opened.locator(id(`download-${kind}`)).first();
      const [download] = await Promise.all([opened.waitForEvent('download'), link.click()]);
      const name = download.suggestedFilename();
      const file = files.find((one) => one.kind === kind && one.name === name);
      const onDisk = readFileSync(join(world.directory, 'outbox', file?.party ?? '', name));
      expect(onDisk.length).toBeGreaterThan(100);
      expect(readFileSync(await download.path()).equals(onDisk), name).toBe(true);
    }
    await opened.context().close();
  });

  test('have a matter of cards agreed by two persons, the first of whom cannot approve', async () => {
    const first = await signedIn('anna');
    await first.click(id('room-cards'));
    await first.click(id('matter-reversal_refused'));
    await first.selectOption(id('outcome'), 'bank_undid');
    expect(await first.isDisabled(id('matter-propose'))).toBe(true);
    await first.fill(id('agreement'), 'Письмо банка 17/04');
    await first.click(id('matter-propose'));
    await first.waitForSelector('.chip-amber');
    await first.click(id('matter-reversal_refused'));
    expect(await first.textContent(id('matter-dialog'))).toContain('Письмо банка 17/04');
    expect(await first.isDisabled(id('matter-approve'))).toBe(true);
    await first.context().close();
    const second = await signedIn('boris');
    await second.click(id('room-cards'));
    await second.click(id('matter-reversal_refused'));
    await second.click(id('matter-approve'));
    await second.waitForSelector(id('matter-reversal_refused'), { state: 'detached' });
    await second.click(id('matter-bank_day_different'));
    await second.fill(id('agreement'), 'Сверили по реестру');
    await second.click(id('matter-propose'));
    await second.waitForSelector('.chip-amber');
    await second.click(id('matter-bank_day_different'));
    await second.click(id('matter-refuse'));
    await second.waitForSelector('.chip-amber', { state: 'detached' });
    await second.click(id('room-journal'));
    await second.waitForLoadState('networkidle');
    const actions = (await world.bank.store.audit({ most: 10 })).map(({ action }) => action);
    for (const action of ['matter.propose', 'matter.approved', 'matter.rejected'])
      expect(actions).toContain(action);
    await second.context().close();
  });

  test('keep somebody out at once, whoever it is but oneself', async () => {
    const out = await signedIn('vera.with.a.rather.long.name');
    const opened = await signedIn('anna');
    await opened.click(id('room-users'));
    await opened.waitForSelector(id('disable-vera.with.a.rather.long.name'));
    expect(await opened.locator(id('disable-anna')).count()).toBe(0);
    await opened.click(id('disable-vera.with.a.rather.long.name'));
    await opened.click(id('disable-now'));
    await opened.waitForSelector(`${id('user-vera.with.a.rather.long.name')}.chip-plain`);
    await out.click(id('room-payments'));
    await out.waitForSelector(id('sign-in'));
    await out.context().close();
    await opened.context().close();
  });

  test('can be used by the keyboard alone, and show where it is', async () => {
    const opened = await signedIn('olga');
    const focused = () =>
      opened.evaluate(
        "({ id: document.activeElement.dataset.testid ?? '', ring: getComputedStyle(document.activeElement).outlineStyle })",
      ) as Promise<{ readonly id: string; readonly ring: string }>;
    const tabTo = async (wanted: string) => {
      for (let steps = 0; steps < 80; steps += 1) {
        await opened.keyboard.press('Tab');
        const now = await focused();
        expect(now.ring, now.id).toBe('solid');
        if (now.id === wanted) return;
      }
      throw new Error(`${wanted} was not reached.`);
    };
    await tabTo('room-reconciliation');
    await opened.keyboard.press('Enter');
    await opened.waitForSelector(id('exception-missing_ours'));
    await tabTo('exception-missing_ours');
    await opened.keyboard.press('Enter');
    await opened.waitForSelector(id('exception-dialog'));
    await tabTo('reason');
    await opened.keyboard.press('Escape');
    await opened.waitForSelector(id('exception-dialog'), { state: 'detached' });
    // Given back in the frame after the dialog is gone.
    await expect.poll(async () => (await focused()).id).toBe('exception-missing_ours');
    await opened.context().close();
  });

  test('say that the server does not answer, and keep what was known', async () => {
    const opened = await signedIn('olga');
    await opened.route('**/api/**', (route) => route.abort());
    complaints = [];
    await opened.click(id('room-terminals'));
    await opened.waitForSelector(`${id('failed')}[data-code="SERVER_UNREACHABLE"]`);
    await opened.unroute('**/api/**');
    complaints = [];
    await opened.context().close();
  });

  test('stay usable in a narrow window: nothing but a wide table scrolls sideways, and that in its place', async () => {
    const opened = await signedIn('boris', 600, 900);
    for (const room of ['today', 'payments', 'rates', 'settlement', 'reconciliation', 'merchants', 'users']) {
      await opened.click(id(`room-${room}`));
      await opened.waitForLoadState('networkidle');
      const sideways = '[document.documentElement.scrollWidth, innerWidth]';
      const [whole = 0, window = 0] = (await opened.evaluate(sideways)) as number[];
      expect(whole, room).toBeLessThanOrEqual(window);
    }
    await opened.context().close();
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

  test('take a rate set by hand out of force by two persons, and tell of calendars that end soon', async () => {
    const anna = await signedIn('anna');
    expect(await anna.textContent(id('calendars-ending'))).toContain('31.12.2026');
    await anna.click(id('room-rates'));
    await anna.fill(id('rate-value'), '11,35');
    await anna.fill(id('rate-reason'), 'ЦБ молчит');
    await anna.click(id('rate-propose'));
    await anna.waitForSelector('text=ждёт утверждения');
    const boris = await signedIn('boris');
    await boris.click(id('room-rates'));
    await boris.click(id('rate-approve'));
    await boris.click(id('rate-withdraw'));
    await boris.fill(id('withdrawal-reason'), 'Описка: не та запятая');
    await boris.click(id('withdrawal-propose'));
    await boris.waitForSelector('text=boris предлагает снять: Описка: не та запятая');
    expect(await boris.locator(id('withdrawal-approve')).count()).toBe(0);
    await anna.reload();
    await anna.waitForSelector(id('withdrawal-approve'));
    await anna.click(id('withdrawal-approve'));
    await anna.waitForSelector('text=снят');
    expect(await anna.locator(id('withdrawal-approve')).count()).toBe(0);
    await anna.click(id('room-today'));
    await anna.waitForSelector(id('turnover'));
    for (const opened of [anna, boris]) await opened.context().close();
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
    ['ru', 1024, 768],
    ['zh', 1440, 900],
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
      'users',
      'journal',
    ]) {
      await opened.click(id(`room-${room}`));
      await opened.waitForLoadState('networkidle');
      expect(await opened.evaluate(LAYOUT_FAULTS), room).toEqual([]);
      expect(await opened.evaluate(CONTRAST_FAULTS), room).toEqual([]);
      expect(await opened.locator('.stale').count()).toBe(0);
      // No code or name of a field shines through.
      expect(await opened.textContent('main'), room).not.toMatch(/undefined|null|NaN|[a-z]+_[a-z]+ /);
    }
    await opened.context().close();
  });
});

describe('Over TLS', () => {
  test('the pages are served by TLS 1.3 alone, with a cookie that goes nowhere else', async () => {
    const keys = mkdtempSync(join(tmpdir(), 'amur-console-tls-'));
    const made = selfSigned();
    const files = { certFile: join(keys, 'cert.pem'), keyFile: join(keys, 'key.pem') };
    writeFileSync(files.certFile, made.cert);
    writeFileSync(files.keyFile, made.key, { mode: 0o600 });
    const secure = await consoleWorld(folder, 1, files);
    try {
      const password = await secure.user('olga', 'operator');
      const { address, port } = secure.pages;
      expect(address).toBe(`https://127.0.0.1:${port}/console/`);
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const opened = await context.newPage();
      const response = await opened.goto(address);
      expect(await response?.headerValue('strict-transport-security')).toBe('max-age=31536000');
      expect((await response?.securityDetails())?.protocol).toBe('TLS 1.3');
      await opened.fill(id('name'), 'olga');
      await opened.fill(id('password'), password);
      await opened.click(id('enter'));
      await opened.waitForSelector(id('turnover'));
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({
        ...{ name: '__Host-amur_session', secure: true, httpOnly: true, sameSite: 'Strict', path: '/' },
        expires: -1,
      });
      expect(await opened.evaluate('document.cookie')).toBe('');
      await opened.click(id('room-settlement'));
      await opened.click(id('cycle-amurbank-RUB-20261117'));
      await opened.waitForSelector(id('net'));
      await context.close();
      const old = { host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' } as const;
      await expect(
        new Promise((done, fail) => {
          connect(old, () => done('connected')).on('error', fail);
        }),
      ).rejects.toThrow(/protocol version/i);
      // Somebody who speaks without TLS hears nothing.
      await expect(fetch(`http://127.0.0.1:${port}/console/`)).rejects.toThrow();
    } finally {
      await secure.close();
      rmSync(keys, { recursive: true, force: true });
    }
  });
});
