import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BankArguments } from '../../gateway/bank-answers.ts';
import { COMMANDS } from '../../gateway/bank-commands.ts';
import { readBankConfig } from '../../gateway/bank-config.ts';
import { type OpenedBank, openBank } from '../../gateway/bank-process.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { Mid } from '../../gateway/kernel/identifiers.ts';
import { money } from '../../gateway/kernel/money.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { cardSaleTransfer } from '../../gateway/ledger/card-postings.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { BANK_SETTINGS } from './bank-settings.ts';
import { statement } from './run/day/day-world.ts';
import { SUBSET_SCHEMA } from './settlement/files/pain001-subset.ts';
import { MID_A } from './settlement/parties.ts';

let directory = '';
let bank: OpenedBank;
let now = Date.parse('2026-11-17T09:00:00Z');

beforeEach(async () => {
  now = Date.parse('2026-11-17T09:00:00Z');
  directory = mkdtempSync(join(tmpdir(), 'amur-bank-'));
  bank = await openWith(BANK_SETTINGS);
});
afterEach(async () => {
  await bank.close();
  rmSync(directory, { recursive: true, force: true });
});

const NONE: BankArguments = { subject: null, by: null, at: null, family: null, partner: null, state: null };
const run = async (command: string, args: Partial<BankArguments> = {}) => {
  const answer = await COMMANDS[command]?.(bank.context, { ...NONE, ...args });
  if (answer === undefined) throw new Error(`There is no command ${command}.`);
  for (const row of answer.rows) expect(row.length).toBe(answer.columns.length);
  // What is printed for a program is JSON.
  return JSON.parse(JSON.stringify(answer.facts));
};
const code = async (command: string, args: Partial<BankArguments> = {}) =>
  run(command, args).then(
    () => 'ok',
    (error: unknown) => (error instanceof AmurError ? error.code : (error as Error).message),
  );

async function openWith(settings: unknown, schemaFolder?: string): Promise<OpenedBank> {
  const file = join(directory, 'bank.json');
  writeFileSync(file, JSON.stringify(settings));
  const runtime: Runtime = {
    clock: { now: () => now },
    timers: {
      after: (_, run) => {
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      },
    },
    random: new SeededRandom(3),
  };
  const log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
  const world = { runtime, log, defer: setImmediate, progress: () => undefined, schemaFolder };
  return openBank(readBankConfig(file), world);
}

async function sell(): Promise<void> {
  const meta = {
    reference: 'sale-1',
    mid: MID_A as Mid,
    bank: 'vostok',
    businessDate: '2026-11-17',
    postedAt: now,
  };
  const transfer = cardSaleTransfer({ amount: money(10_000n, RUB), price: null, mdrBp: 180 }, meta);
  expect(await bank.store.commit([{ kind: 'transfer.ensure', transfer }])).toEqual({ ok: true });
}

describe('The bank’s commands', () => {
  test('take a cycle from its cut to its close, by two persons', async () => {
    expect(await run('cut')).toEqual([]);
    await sell();
    now = Date.parse('2026-11-17T18:00:00Z');
    const cycleId = 'amurbank-RUB-20261117';
    const cycle = { subject: cycleId };
    expect(await run('cut')).toMatchObject([{ cycleId, state: 'CUT', toPosition: 1 }]);
    expect(await run('calculate', { by: 'anna' })).toMatchObject([
      { state: 'CALCULATED', net: { amount: '98.64', currency: 'RUB' } },
    ]);
    expect(await code('approve', { ...cycle, by: 'anna' })).toBe('CYCLE_CHECKER_IS_MAKER');
    expect(await run('approve', { ...cycle, by: 'boris' })).toMatchObject([{ state: 'APPROVED' }]);
    expect(await run('send')).toMatchObject([{ state: 'SENT' }]);
    expect(readdirSync(join(directory, 'outbox/ourbank'))).toEqual([`${cycleId}.txt`]);
    expect(await run('confirm')).toMatchObject([{ state: 'SENT' }]);
    const text = statement('RUB', '2026-11-18', [
      { id: cycleId, amount: money(9_864n, RUB), reference: 'B1' },
    ]);
    const inbox = join(directory, 'inbox');
    mkdirSync(join(inbox, 'ourbank'), { recursive: true });
    writeFileSync(join(inbox, 'ourbank/statement.xml'), text);
    now = Date.now() + 60_000;
    expect(await run('import')).toMatchObject([{ name: 'statement.xml', result: 'imported', rows: 1 }]);
    expect(await run('confirm')).toMatchObject([{ state: 'CONFIRMED', bankReference: 'B1' }]);
    expect(await run('close')).toMatchObject([{ state: 'CLOSED' }]);
    expect(await run('cycle', cycle)).toMatchObject({
      state: 'CLOSED',
      lines: [{ id: MID_A, due: '98.20' }],
    });
    expect((await run('files', cycle)).length).toBe(3);
    expect(await run('audit', cycle)).toMatchObject([{ actor: 'boris' }, { actor: 'anna' }]);
    expect(await run('exceptions')).toEqual([]);
  });

  test('show balances as of any position, with the trial balance', async () => {
    await sell();
    await run('cut', { subject: (await run('cut').then(() => run('cycles')))[0].cycleId });
    const { trial, balances } = await run('balances');
    expect(trial).toEqual([{ currency: 'RUB', difference: '0.00' }]);
    expect(balances).toContainEqual({
      ...{ account: `merchant_payable:${MID_A}`, currency: 'RUB', debit: '1.80', credit: '100.00' },
    });
    expect(await run('balances', { at: 0 })).toMatchObject({ position: 0, balances: [] });
    expect((await run('balances', { family: 'mdr_income' })).balances.length).toBe(1);
  });

  test('refuse in a sentence what somebody has to decide, and what is not there', async () => {
    expect(await code('approve', { by: 'boris' })).toBe('approve needs the cycle it is for.');
    await run('cut');
    const [open] = await run('cycles');
    await run('cut', { subject: open.cycleId });
    expect(await code('calculate')).toContain('--by');
    expect(await code('calculate', { by: 'a b' })).toContain('--by');
    expect(await code('send', { subject: 'nothing' })).toBe('CYCLE_NOT_FOUND');
    expect(await code('send', { subject: open.cycleId })).toBe('CYCLE_STEP_REFUSED');
  });

  test('make a whole round but the approval', async () => {
    await sell();
    expect(await run('round')).toMatchObject({ cut: 0, failed: 0 });
    now = Date.parse('2026-11-17T18:00:00Z');
    expect(await run('round')).toMatchObject({ cut: 1, calculated: 1, sent: 0, failed: 0 });
  });

  test('hold a payment order against the schema that was put there, and deliver none that it refuses', async () => {
    await bank.close();
    const partners = BANK_SETTINGS.partners.map((partner) => ({ ...partner, orderFormat: 'pain001' }));
    const schemas = join(directory, 'schemas');
    const schema = join(schemas, 'pain.001.001.03.xsd');
    mkdirSync(schemas);
    writeFileSync(schema, SUBSET_SCHEMA.replace('value="TRF"', 'value="CHK"'));
    bank = await openWith({ ...BANK_SETTINGS, partners }, schemas);
    await run('cut');
    await sell();
    now = Date.parse('2026-11-17T18:00:00Z');
    const cycleId = 'amurbank-RUB-20261117';
    await run('cut');
    await run('calculate', { by: 'anna' });
    await run('approve', { subject: cycleId, by: 'boris' });
    expect(await code('send')).toBe('FILE_SCHEMA_REFUSED');
    expect(readdirSync(join(directory, 'outbox'))).toEqual(['.staging']);
    expect(readdirSync(join(directory, 'outbox/.staging'))).toEqual([]);
    writeFileSync(schema, SUBSET_SCHEMA);
    expect(await run('send')).toMatchObject([{ state: 'SENT' }]);
    expect(readdirSync(join(directory, 'outbox/ourbank'))).toEqual([`${cycleId}.xml`]);
    const files: { kind: string }[] = await run('files', { subject: cycleId });
    expect(files.find(({ kind }) => kind === 'pain001')).toMatchObject({ schemaChecked: true });
  });

  test('tell of a calendar that ends soon, until its next year stands in the configuration', async () => {
    const ending = { calendar: 'ru.payments', version: '2025-12-09', lastDate: '2026-12-31', daysLeft: 44 };
    expect(await run('today')).toMatchObject({
      ...{ date: '2026-11-17', openExceptions: 0, calendarsEnding: [ending] },
    });
    expect(await run('calendars')).toEqual([{ ...ending, ending: true }]);
    await bank.close();
    const calendars = [
      {
        ...{ name: 'ru.payments', title: 'Made for this test', version: '2026-11-01', source: 'This test' },
        ...{ firstYear: 2027, lastYear: 2027, closed: ['2027-01-01..2027-01-08'], open: [], short: [] },
      },
    ];
    bank = await openWith({ ...BANK_SETTINGS, calendars });
    expect(await run('today')).toMatchObject({ calendarsEnding: [] });
    expect(await run('calendars')).toMatchObject([
      { version: '2026-11-01', lastDate: '2027-12-31', daysLeft: 409, ending: false },
    ]);
    expect(bank.context.book.isOpen('ru.payments', '2026-02-23')).toBe(false);
    expect(bank.context.book.isOpen('ru.payments', '2027-01-08')).toBe(false);
  });

  test('set a rate by hand and take it out of force, each by two persons, each in the journal', async () => {
    const proposal = { subject: 'CNY', rate: '11,35', hours: 4, reason: 'The source is late.' };
    expect(await code('propose-rate', { ...proposal, by: 'anna', reason: '' })).toContain('--reason');
    expect(await code('propose-rate', { ...proposal, by: 'anna', hours: 100 })).toContain('--hours');
    expect(await code('propose-rate', proposal)).toContain('--by');
    const [made] = await run('propose-rate', { ...proposal, by: 'anna' });
    expect(made).toMatchObject({ state: 'proposed', rate: { base: 'CNY', value: '1135', scale: 2 } });
    const rate = { subject: made.manualId };
    expect(await code('approve-rate', { ...rate, by: 'anna' })).toBe('FX_APPROVAL_REFUSED');
    expect(await run('approve-rate', { ...rate, by: 'boris' })).toMatchObject([{ state: 'approved' }]);
    const wrong = { ...rate, by: 'boris', reason: 'A slip of the hand.' };
    expect(await run('withdraw-rate', wrong)).toMatchObject([
      { state: 'approved', withdrawal: { proposedBy: 'boris', decidedBy: null } },
    ]);
    expect(await code('approve-withdrawal', { ...rate, by: 'boris' })).toBe('FX_APPROVAL_REFUSED');
    expect(await run('refuse-withdrawal', { ...rate, by: 'anna' })).toMatchObject([{ withdrawal: null }]);
    await run('withdraw-rate', wrong);
    expect(await run('approve-withdrawal', { ...rate, by: 'anna' })).toMatchObject([{ state: 'superseded' }]);
    expect(await run('rates')).toMatchObject([{ state: 'superseded', withdrawal: { decidedBy: 'anna' } }]);
    const journal: { actor: string; action: string }[] = await run('audit', rate);
    expect(journal.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      ...['anna rate.withdraw.approve', 'boris rate.withdraw.propose', 'anna rate.withdraw.refuse'],
      ...['boris rate.withdraw.propose', 'boris rate.approve', 'anna rate.propose'],
    ]);
  });
});
