/** The documents' pictures of the operator's pages: business days played through gateway, wallet, card banks and the bank's day,
 *  with faults planted in a wallet's file, until the afternoon of one of them; and then the pages, by a person who may approve. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readBankConfig } from '../../gateway/bank-config.ts';
import { userCommand } from '../../gateway/bank-users.ts';
import type { Role } from '../../gateway/console/contract/roles.ts';
import { startConsole } from '../../gateway/console-process.ts';
import { rateFromJson } from '../../gateway/kernel/rate.ts';
import { systemRuntime } from '../../gateway/system-runtime.ts';
import { type DefectKind, plant } from '../../simulators/alipay/settlement-files/defects.ts';
import { openBrowser, openPage } from '../browser.ts';
import { dayAfter, FIRST_DAY } from './days.ts';
import { Week } from './week.ts';

export interface ConsoleAlbum {
  take(name: string, page: Page): Promise<void>;
}

const SCREEN = { width: 1440, height: 900 };
const SALES = 22;
/** Monday, whose wallet file comes with faults on Tuesday: the day of the pictures. */
const FAULTY_DAY = dayAfter(FIRST_DAY, 3);
const FAULTS: readonly DefectKind[] = ['extra', 'wrong_amount', 'duplicate'];
const OPENS = ['10:25', '11:25', '12:25', '13:25', '14:25', '15:25', '16:25'];
const UNSIGNED = ['khabcredit', 'vostok'];
const PEOPLE: readonly (readonly [string, Role, string?])[] = [
  ['anna.sokolova', 'approver'],
  ['boris.kim', 'approver'],
  ['olga.pak', 'operator'],
  ['vera.audit', 'auditor'],
  ['pavel.primorsky', 'partner', 'primbank'],
];

export async function consolePictures(album: ConsoleAlbum, say: (text: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-console-pictures-'));
  const week = await Week.open({ directory, seed: 12, salesPerDay: SALES });
  try {
    keepRatesBefore(week);
    for (let day = FIRST_DAY; day <= FAULTY_DAY; day = dayAfter(day, 1)) {
      await week.day(day, week.usualSales(day), { unsigned: day === FAULTY_DAY ? UNSIGNED : [] });
      say(`  ${day} is played`);
    }
    const { desk } = week.world.wallet.open ?? {};
    if (desk === undefined) throw new Error('In calm weather the wallet is there.');
    for (const kind of FAULTS) plant(desk, { kind, day: FAULTY_DAY, file: 'settlement', ours: null });
    const today = dayAfter(FAULTY_DAY, 1);
    await week.day(
      today,
      week.usualSales(today).map((most) => most * 2),
      { opens: OPENS, sold: () => takePages(week, directory, album) },
    );
  } finally {
    await week.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the Bank of Russia had set before the first of the played days. */
function keepRatesBefore(week: Week): void {
  for (let ago = 27; ago > 0; ago -= 1) {
    const effectiveOn = dayAfter(FIRST_DAY, -ago);
    const value = `${112_000 + ((27 - ago) * 53) + ((ago * 37) % 11) * 90}`;
    const rate = rateFromJson({ base: 'CNY', quote: 'RUB', value, scale: 4 });
    week.bank.keepRates({
      ...{ source: 'CBR', side: 'middle', effectiveOn, rates: [rate] },
      loadedAt: week.world.time.now() - ago * 86_400_000,
    });
  }
}

async function takePages(week: Week, directory: string, album: ConsoleAlbum): Promise<void> {
  const { bank, world } = week;
  const settings = readBankConfig(join(directory, 'bank.json'));
  const listen = { host: '127.0.0.1', port: 0 };
  const section = { listen, tls: null, hosts: [], pagesFolder: null, activationLifeMs: 3_600_000 };
  const system = systemRuntime();
  const clock = { now: () => world.time.now() };
  const log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
  const pages = await startConsole({ ...settings, console: section }, bank, {
    runtime: { ...system, clock },
    ...{ log, defer: setImmediate },
  });
  const browser = await openBrowser();
  try {
    const [first] = await Promise.all(
      PEOPLE.map(([name, role, partner]) => addPerson(bank, name, role, partner)),
    );
    const page = await openPage(browser, pages.address, SCREEN);
    await page.fill('[data-testid="name"]', PEOPLE[0]?.[0] ?? '');
    await page.fill('[data-testid="password"]', first ?? '');
    await page.click('[data-testid="enter"]');
    await page.waitForSelector('[data-testid="turnover"]');
    await quiet(page);
    await album.take('console-today-1440.png', page);
    await page.click('[data-testid="room-settlement"]');
    await page.locator('.waiting-card a').first().click();
    await page.waitForSelector('[data-testid="net-parts"]');
    await quiet(page);
    await album.take('console-cycle-1440.png', page);
    await page.click('[data-testid="room-payments"]');
    await page
      .locator('tr', { hasText: 'Alipay' })
      .filter({ hasText: 'Возвраты' })
      .locator('a')
      .first()
      .click();
    await page.waitForSelector('[data-testid="timeline"]');
    await quiet(page);
    await album.take('console-payment-1440.png', page);
    await page.click('[data-testid="room-reconciliation"]');
    await page.waitForSelector('[data-testid="account-check"]');
    await quiet(page);
    await album.take('console-reconciliation-1440.png', page);
    await page.context().close();
  } finally {
    await browser.close();
    await pages.close();
  }
}

/** The made password. */
async function addPerson(bank: Week['bank'], name: string, role: Role, partner?: string): Promise<string> {
  const args = { action: 'add', name, role, partner: partner ?? null, by: 'admin' };
  const { facts } = await userCommand(bank, args);
  return (facts as { readonly password: string }).password;
}

async function quiet(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.mouse.move(SCREEN.width - 2, SCREEN.height - 2);
}
