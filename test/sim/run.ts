/** Runs worlds for so many shop days. A shop day is one till's day: four tills share a world, and a world lives two days,
 *  so that the second day can give back what the first one sold; then another begins with fresh disks. Each world has
 *  its own seed, so the worlds of one run may be shared out among processes without changing any of them. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { booksHash } from './books.ts';
import type { Planned } from './cards/bank-plan.ts';
import { countCards } from './cards/card-count.ts';
import { checkCardData } from './cards/disk-scan.ts';
import { makeCardKeys } from './cards/keys.ts';
import type { Census } from './census.ts';
import { checkAll } from './checks.ts';
import type { Breakage, GatewayKeys } from './gateway-host.ts';
import { Violation } from './violation.ts';
import type { WalletKeys } from './wallet-host.ts';
import type { Tally } from './weather.ts';
import { SimWorld } from './world.ts';

export type SimKeys = WalletKeys & GatewayKeys;

export const TILLS = 4;
const DAYS_OF_A_WORLD = 2;

const GOODS = readFileSync(join(import.meta.dirname, '../../electron/catalogue/sample/goods.csv'), 'utf8');

export interface RunOptions {
  readonly seed: number;
  readonly shopDays: number;
  readonly salesPerDay: number;
  readonly keys: SimKeys;
  readonly breakage: Breakage;
  readonly census: Census;
  readonly tally: Tally;
  readonly bankPlan?: readonly Planned[];
  readonly hasCard?: (name: string) => boolean;
  /** Which share of the worlds: `index` of `count`. All of them when left out. */
  readonly part?: Part;
  readonly progress: (line: string) => void;
}

export interface Part {
  readonly index: number;
  readonly count: number;
}

export interface RunViolation {
  readonly rule: string;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly seed: number;
  readonly shopDay: number;
}

export interface RunResult {
  readonly shopDays: number;
  readonly sales: number;
  readonly violation: RunViolation | null;
  /** Of each world's final books, in order of the worlds. */
  readonly hashes: readonly string[];
}

interface WorldPlan {
  readonly number: number;
  readonly tills: number;
  readonly days: number;
}

function plan(shopDays: number): readonly WorldPlan[] {
  const worlds: WorldPlan[] = [];
  for (let left = shopDays; left > 0; ) {
    const tills = Math.min(TILLS, left);
    const days = Math.min(DAYS_OF_A_WORLD, Math.ceil(left / tills));
    worlds.push({ number: worlds.length, tills, days });
    left -= tills * days;
  }
  return worlds;
}

/** Small keys: what is tested here is what is signed, not how hard it is to forge. */
export function makeKeys(): SimKeys {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 512 });
  const merchant = pair();
  const alipay = pair();
  return {
    cards: makeCardKeys(),
    merchantPublicKey: merchant.publicKey,
    alipayPrivateKey: alipay.privateKey,
    merchantPrivatePem: merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    alipayPublicPem: alipay.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export async function runDays(options: RunOptions): Promise<RunResult> {
  const { part = { index: 0, count: 1 } } = options;
  let shopDays = 0;
  let sales = 0;
  const hashes: string[] = [];
  for (const { number, tills, days } of plan(options.shopDays)) {
    if (number % part.count !== part.index) continue;
    const seed = options.seed * 100_003 + number;
    const { keys, breakage, census, tally, bankPlan = [], hasCard = () => true } = options;
    const parts = { keys, goodsCsv: GOODS, breakage, census, tally, bankPlan, hasCard };
    const world = await SimWorld.open({ seed, tills, ...parts });
    try {
      for (let day = 0; day < days; day += 1) {
        await world.day(options.salesPerDay);
        checkAll(world);
        shopDays += tills;
        options.progress(`${shopDays} shop days`);
      }
      checkCardData(world);
      countCards(world.gateway.db, tally.cards);
      hashes.push(booksHash(world));
    } catch (error) {
      const { rule, facts } = asViolation(error);
      const violation = {
        rule,
        facts: { ...facts, world: number },
        seed: options.seed,
        shopDay: shopDays + 1,
      };
      return { shopDays, sales, hashes, violation };
    } finally {
      sales += world.cashiers.reduce((sum, cashier) => sum + cashier.salesEnded, 0);
    }
  }
  return { shopDays, sales, hashes, violation: null };
}

/** One hash over the worlds' hashes in order. */
export function hashOf(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join(' ')).digest('hex');
}

function asViolation(error: unknown): Pick<RunViolation, 'rule' | 'facts'> {
  if (error instanceof Violation) return error;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: 'the program failed', facts: { stack: stack.slice(0, 2_000) } };
}
