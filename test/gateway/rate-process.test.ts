import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../gateway/kernel/log.ts';
import { rateText } from '../../gateway/kernel/rate.ts';
import { openSecret } from '../../gateway/kernel/secret.ts';
import { type RateSettings, rateContradictions, ratePathsAt } from '../../gateway/rate-config.ts';
import { startRates } from '../../gateway/rate-process.ts';
import { decideRate, proposeRate } from '../../gateway/run/manual-rates.ts';
import { openPaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import { rateTables } from '../../gateway/store/sqlite/rate-tables.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';
import { dailyFile, rub } from './fx/samples.ts';

const EVERY_MS = 60_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-rates-'));
  mkdirSync(join(folder, 'dropped'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const settings = (more: Partial<RateSettings> = {}): RateSettings => ({
  ...{ file: at('XML_daily.xml'), rereadEveryMs: EVERY_MS, quoteLifeMs: 300_000, maxAgeDays: 14 },
  sanity: { lowest: '5', highest: '30' },
  ...more,
});

function estate() {
  const world = new VirtualWorld();
  const db = new Database(':memory:');
  openPaymentStore(db, world);
  const tables = rateTables(db);
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  const russian = today.split('-').reverse().join('.');
  const refused: string[] = [];
  const start = (more: Partial<RateSettings> = {}) => {
    const runtime = world.process();
    const log = createLog('gateway', world.clock, (line) => {
      const entry = JSON.parse(line) as { event: string; code?: string };
      if (entry.event === 'rates_refused') refused.push(entry.code ?? '');
    });
    return { ...startRates(settings(more), tables, { runtime, log }), runtime };
  };
  return { world, tables, today, russian, refused, start };
}

describe('Rates of a running gateway', () => {
  test('come from the file and the folder, are kept, and are there after a restart without any file', () => {
    const { start, tables, today, russian } = estate();
    writeFileSync(at('dropped/b.xml'), dailyFile(russian, { CNY: '11,5000' }));
    const { board, stop } = start({ folder: at('dropped') });
    expect(rateText(board.quoteTerms(0).rate)).toBe('11.5');
    expect(tables.inEffect('CBR', today)?.rates.length).toBeGreaterThan(10);
    stop();
    rmSync(at('dropped/b.xml'));
    const again = start();
    expect(rateText(again.board.quoteTerms(0).rate)).toBe('11.5');
    again.stop();
  });

  test('are held against the second source, and a refusal is an alarm', () => {
    const { start, tables, today, russian, refused } = estate();
    writeFileSync(at('cfets.csv'), `date,base,quote,nominal,value\n${today},CNY,RUB,1,11.30\n`);
    writeFileSync(at('XML_daily.xml'), dailyFile(russian, { CNY: '15,0000' }));
    const second = {
      file: at('cfets.csv'),
      shape: 'table',
      source: 'CFETS',
      widestBp: 300,
      apartDaysMost: 3,
    } as const;
    const { board, stop } = start({ second });
    expect(refused).toEqual(['FX_RATE_OUT_OF_BAND']);
    expect(() => board.quoteTerms(0)).toThrow(expect.objectContaining({ code: 'RATE_UNAVAILABLE' }));
    expect(tables.inEffect('CBR', today)).toBeNull();
    expect(tables.inEffect('CFETS', today)?.source).toBe('CFETS');
    stop();
  });

  test('set by hand in the same database come into force on the board', async () => {
    const { start, tables, world, russian } = estate();
    writeFileSync(at('XML_daily.xml'), dailyFile(russian));
    const { board, runtime, stop } = start();
    const proposal = {
      rate: rub('CNY', 115n, 1),
      from: runtime.clock.now(),
      until: null,
      reason: 'The source is late.',
    };
    const { manualId } = proposeRate(tables, { ...proposal, by: 'anna' }, runtime);
    await world.advance(EVERY_MS);
    expect(board.quoteTerms(0).source).toBe('CBR');
    decideRate(tables, { manualId, by: 'boris', decision: 'approve' }, runtime);
    await world.advance(EVERY_MS);
    expect(board.quoteTerms(0)).toMatchObject({ source: 'MANUAL' });
    expect(tables.manual(manualId)?.state).toBe('in_force');
    stop();
  });

  test('sign quotes under a key of 64 hexadecimal digits, and no other', () => {
    const { start } = estate();
    writeFileSync(at('quote.key'), `${'0a'.repeat(32)}\n`);
    const { quoteKey, stop } = start({ quoteKeyFile: at('quote.key') });
    expect(quoteKey === undefined ? [] : [...openSecret(quoteKey)]).toEqual(Array(32).fill(10));
    stop();
    expect(start().quoteKey).toBeUndefined();
    writeFileSync(at('quote.key'), 'short');
    expect(() => start({ quoteKeyFile: at('quote.key') })).toThrow('64 hexadecimal digits');
    expect(() => start({ quoteKeyFile: at('none.key') })).toThrow('cannot be read');
  });
});

describe('The section of rates', () => {
  test('has its paths beside the configuration file', () => {
    const second = { file: 's.csv', shape: 'alipay', widestBp: 1, apartDaysMost: 1 } as const;
    const address = { url: 'https://x/', everyMs: 1, retryMs: 1, timeoutMs: 1, caFile: 'ca.pem' };
    const rates = settings({ file: 'f.xml', folder: 'd', quoteKeyFile: 'k', second, address });
    expect(ratePathsAt(rates, (path) => `/etc/${path}`)).toMatchObject({
      ...{ file: '/etc/f.xml', folder: '/etc/d', quoteKeyFile: '/etc/k' },
      ...{ second: { file: '/etc/s.csv' }, address: { caFile: '/etc/ca.pem' } },
    });
  });

  test('says where it contradicts itself', () => {
    const row = { group: 'hotels', currency: null, inForceFrom: '2026-01-01', markupBp: 1 };
    const second = { file: 's', shape: 'table' as const, widestBp: 1, apartDaysMost: 1, traded: ['QQQ'] };
    expect(rateContradictions(settings({ second, markups: [row, row] }))).toEqual([
      'rates: QQQ is not a currency of ISO 4217',
      'rates: the mark-up of hotels any 2026-01-01 is given twice',
      'rates: a table does not say whose it is, so the second source is named',
    ]);
    expect(rateContradictions(settings())).toEqual([]);
  });
});
