/** Documents of ISO 20022 and the schemas that the bank keeps. */
import { describe, expect, test } from 'vitest';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { confirmCycle } from '../../../../gateway/run/day/confirm.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { sendCycle } from '../../../../gateway/run/day/send.ts';
import type { CycleRecord } from '../../../../gateway/settlement/contract.ts';
import type { SchemaCheck, SchemaPort } from '../../../../gateway/settlement/ports.ts';
import { MID_A, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld, OUR_BANK, statement } from './day-world.ts';

const SOUND: SchemaCheck = { schemaChecked: true, notCheckedBecause: null, faults: [] };
const BROKEN: SchemaCheck = { ...SOUND, faults: [{ line: 12, element: 'Nm', rule: 'maxLength' }] };
const NONE: SchemaCheck = { ...SOUND, schemaChecked: false, notCheckedBecause: 'no_schema' };

/** Answers as told and remembers which messages it was asked about. */
class Schemas implements SchemaPort {
  readonly asked: string[] = [];
  answer: SchemaCheck | AmurError = SOUND;

  async check(xml: Uint8Array, message: string): Promise<SchemaCheck> {
    expect(xml.length).toBeGreaterThan(100);
    this.asked.push(message);
    if (this.answer instanceof AmurError) throw this.answer;
    return this.answer;
  }
}

async function ordered(answer: SchemaCheck | AmurError) {
  const world = new DayWorld();
  const schemas = new Schemas();
  const context = world.context({ schemas });
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  await world.parties(bankOf('amurbank', { orderFormat: 'pain001' }));
  await run(openCycles(context));
  await world.sell(MID_A, 1_000_000n);
  await world.time.advance(12 * 3_600_000);
  const [open] = await world.store.cycles({ states: ['OPEN'] });
  const cut = await run(cutCycle(context, open as CycleRecord));
  const cycle = await run(approveCycle(context, await run(calculateCycle(context, cut, 'anna')), 'boris'));
  schemas.answer = answer;
  const caught = (error: unknown) => error;
  const take = async (reference: string) => {
    const movement = { id: cycle.cycleId, amount: rub(cycle.net?.amountMinor ?? 0n), reference };
    world.inbox.put(`${OUR_BANK}/${reference}.xml`, statement('RUB', '2026-11-18', [movement]));
    return run(importFiles(context));
  };
  return { world, schemas, context, cycle, take, send: () => run(sendCycle(context, cycle).catch(caught)) };
}

describe('A payment order of ISO 20022', () => {
  test('is held against its schema before it is recorded, and its record says so', async () => {
    const { world, schemas, cycle, send } = await ordered(SOUND);
    expect(await send()).toMatchObject({ state: 'SENT' });
    expect(schemas.asked).toEqual(['pain.001.001.03']);
    const files = await world.store.files({ cycleId: cycle.cycleId });
    expect(files.map(({ kind, schemaChecked }) => [kind, schemaChecked])).toEqual([
      ['merchant_statement', undefined],
      ['partner_detail', undefined],
      ['pain001', true],
    ]);
  });

  test('that the schema refuses is never delivered, and goes once it is mended', async () => {
    const { world, schemas, cycle, send } = await ordered(BROKEN);
    for (let round = 0; round < 2; round += 1) {
      const error = await send();
      expect(error).toBeInstanceOf(AmurError);
      expect(error).toMatchObject({
        code: 'FILE_SCHEMA_REFUSED',
        facts: { file: `${cycle.cycleId}.xml`, line: 12, column: 'Nm' },
      });
    }
    expect(await world.store.cycle(cycle.cycleId)).toMatchObject({ state: 'APPROVED' });
    expect(world.outbox.delivered).toEqual([]);
    expect(world.outbox.stagedCount).toBe(0);
    schemas.answer = SOUND;
    expect(await send()).toMatchObject({ state: 'SENT' });
    expect(world.outbox.delivered.at(-1)).toBe(`${OUR_BANK}/${cycle.cycleId}.xml`);
  });

  test('is not sent either while its schema is no good', async () => {
    const { world, send } = await ordered(new AmurError('FILE_SCHEMA_UNUSABLE', {}));
    expect(await send()).toMatchObject({ code: 'FILE_SCHEMA_UNUSABLE' });
    expect(world.outbox.delivered).toEqual([]);
  });

  test('goes without a check where there is no schema of it, and its record says that', async () => {
    const { world, cycle, send } = await ordered(NONE);
    expect(await send()).toMatchObject({ state: 'SENT' });
    const files = await world.store.files({ cycleId: cycle.cycleId });
    expect(files.find(({ kind }) => kind === 'pain001')).toMatchObject({ schemaChecked: false });
  });
});

describe('A statement of ISO 20022', () => {
  test('is held against its schema before a row of it counts', async () => {
    const { world, schemas, context, take, send, cycle } = await ordered(SOUND);
    const sent = (await send()) as CycleRecord;
    schemas.answer = BROKEN;
    expect(await take('B1')).toMatchObject([{ result: 'refused', code: 'FILE_SCHEMA_REFUSED' }]);
    expect(schemas.asked.at(-1)).toBe('camt.053.001.02');
    expect(await world.store.exceptions()).toMatchObject([
      { type: 'refused_file', facts: { code: 'FILE_SCHEMA_REFUSED', line: '12', column: 'Nm' } },
    ]);
    expect(await world.time.complete(confirmCycle(context, sent))).toMatchObject({ state: 'SENT' });
    schemas.answer = SOUND;
    const [taken] = await take('B2');
    expect(taken).toMatchObject({ result: 'imported', file: { schemaChecked: true } });
    expect(await world.store.files({ direction: 'in', states: ['imported'] })).toMatchObject([
      { kind: 'camt053', schemaChecked: true },
    ]);
    expect(await world.time.complete(confirmCycle(context, sent))).toMatchObject({
      ...{ cycleId: cycle.cycleId, state: 'CONFIRMED' },
    });
  });

  test('waits in the inbox while its schema is no good', async () => {
    const { world, schemas, take } = await ordered(SOUND);
    schemas.answer = new AmurError('FILE_SCHEMA_UNUSABLE', {});
    expect(await take('B1')).toEqual([]);
    expect(await world.inbox.list()).toEqual([`${OUR_BANK}/B1.xml`]);
    expect(world.alarms.join()).toContain('FILE_SCHEMA_UNUSABLE');
    schemas.answer = NONE;
    expect(await take('B1')).toMatchObject([{ result: 'imported', file: { schemaChecked: false } }]);
  });
});
