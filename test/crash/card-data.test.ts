/** No card data at terminal or gateway, looked for while they lie dead: killed in the middle of a PIN entry, and of an
 *  authorisation on either side of each message of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeededRandom } from '../sim/seeded-random.ts';
import { CardCounter } from './card-counter.ts';
import { CardDataScanner, type ScanReport } from './card-data-scan.ts';
import { drawer, WRONG_PIN } from './card-drawer.ts';
import { CARD_DRILLS } from './card-drills.ts';
import { CardHolder } from './card-holder.ts';
import { CARDS } from './card-trade.ts';
import { someBarcodes } from './goods.ts';
import { send, tidyUp, untilDone } from './hands.ts';
import type { Shop } from './shop.ts';

let shop: Shop;
const scanner = new CardDataScanner(drawer(), [WRONG_PIN]);
const random = new SeededRandom(11);

beforeAll(async () => {
  shop = await CARDS.openShop();
});

afterAll(() => shop.close(false));

const revive = (): Promise<boolean> => shop.revive(() => null);

function scan(): ScanReport {
  return scanner.scan(shop.directory);
}

async function killBoth(): Promise<void> {
  for (const name of ['terminal', 'gateway'] as const) await shop.estate.process(name).kill();
}

test('killed while a PIN is entered, nothing of it is left', async () => {
  const holder = new CardHolder(shop, 'mir-rub', 'insert', 0);
  await untilDone(shop, revive, 60_000, async (till, screen) => {
    if (screen.name === 'card') {
      if (till.view.devices.pinPad?.prompt.kind === 'enter_pin') return true;
      await holder.look(false);
    } else if (screen.name === 'not_paid') await send(till, { command: 'next' });
    else if (screen.name !== 'sale') await tidyUp(till, screen);
    else if (screen.basket.lines.length === 0)
      for (const text of someBarcodes(random)) await send(till, { command: 'scan', text });
    else if (till.view.cardKey.enabled) await send(till, { command: 'card_begin' });
    return false;
  });
  for (const key of holder.card.pin.slice(0, 7)) await holder.press(key);
  await killBoth();
  const report = scan();
  expect(report.findings).toEqual([]);
  expect(report.files).toEqual(
    expect.arrayContaining(['gateway.sqlite', 'gateway.sqlite-wal', 'logs/gateway.log', 'logs/terminal.log']),
  );
  await revive();
  shop.faults.splice(0);
});

test.each([
  ['terminal', 'card.sale:before_send'],
  ['terminal', 'card.sale:after_send'],
  ['gateway', 'sale.sent:after_commit'],
  ['gateway', 'bank.sale:before_send'],
  ['gateway', 'bank.sale:after_send'],
  ['gateway', 'card.approved:after_commit'],
  ['terminal', 'pad.complete:before_send'],
] as const)(
  'killed while a card is authorised (%s at %s), nothing of the card is left',
  async (name, point) => {
    const found: string[] = [];
    let deaths = 0;
    const look = async (): Promise<boolean> => {
      const dead = killsOf(name);
      if (dead > deaths) found.push(...scan().findings);
      deaths = dead;
      return revive();
    };
    deaths = killsOf(name);
    const before = deaths;
    const counter = new CardCounter(shop, CARD_DRILLS.wrong_pin, random, look);
    await counter.bank.forgiveTries(counter.holder.card.name);
    await shop.aim(name, point, 1);
    await counter.sell();
    expect(killsOf(name)).toBe(before + 1);
    const last = scan();
    expect([...found, ...last.findings]).toEqual([]);
  },
);

test('the scan has seen messages and the names that cards are shown by', () => {
  const { messages } = new CardDataScanner(drawer(), [WRONG_PIN]).scan(shop.directory);
  expect(messages).toBeGreaterThan(0);
  expect(readFileSync(join(shop.directory, 'gateway.sqlite-wal'), 'latin1')).toMatch(
    /[0-9]{6}\*{6,9}[0-9]{4}/,
  );
});

function killsOf(name: string): number {
  const file = join(shop.directory, `kills-${name}.jsonl`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}
