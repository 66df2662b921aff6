import { beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { rub } from '../../settlement/parties.ts';
import { DayWorld, OUR_BANK, statement } from './day-world.ts';

const STATEMENT = statement('RUB', '2026-11-18', [
  { id: 'amurbank-RUB-20261117', amount: rub(500n), reference: 'B1' },
]);

describe('A file that arrives', () => {
  let world: DayWorld;
  beforeEach(() => {
    world = new DayWorld();
  });
  const take = () => world.time.complete(importFiles(world.context()));
  const results = async () => (await take()).map(({ name, result }) => `${name} ${result}`);
  const rows = async () => {
    const all: string[] = [];
    for await (const batch of world.store.statementRows())
      all.push(...batch.map(({ bankReference }) => bankReference));
    return all;
  };

  test('is taken in once, and put aside', async () => {
    world.inbox.put(`${OUR_BANK}/a.xml`, STATEMENT);
    expect(await results()).toEqual(['a.xml imported']);
    expect(await results()).toEqual([]);
    expect(world.inbox.archived).toEqual([`${OUR_BANK}/a.xml`]);
    expect(await rows()).toEqual(['B1']);
    expect(await world.store.files()).toMatchObject([
      { kind: 'camt053', state: 'imported', party: OUR_BANK, rows: 1, bytes: Buffer.byteLength(STATEMENT) },
    ]);
  });

  test('again under another name is not taken twice, and somebody is told', async () => {
    world.inbox.put(`${OUR_BANK}/a.xml`, STATEMENT);
    await take();
    world.inbox.put(`${OUR_BANK}/b.xml`, STATEMENT);
    expect(await results()).toEqual(['b.xml known']);
    expect(await rows()).toEqual(['B1']);
    expect(await world.store.exceptions()).toMatchObject([{ type: 'duplicate_file', subject: 'b.xml' }]);
  });

  test('cut off anywhere is refused whole, and its whole self is taken after', async () => {
    for (const part of [0.3, 0.6, 0.95]) {
      world.inbox.put(`${OUR_BANK}/${part}.xml`, STATEMENT.slice(0, Math.floor(STATEMENT.length * part)));
    }
    expect((await take()).map(({ result }) => result)).toEqual(['refused', 'refused', 'refused']);
    expect(await rows()).toEqual([]);
    expect((await world.store.files()).map(({ state }) => state)).toEqual(['refused', 'refused', 'refused']);
    world.inbox.put(`${OUR_BANK}/whole.xml`, STATEMENT);
    expect(await results()).toEqual(['whole.xml imported']);
    expect(await rows()).toEqual(['B1']);
  });

  test('whose balances contradict its entries is refused with its place', async () => {
    world.inbox.put(
      `${OUR_BANK}/a.xml`,
      STATEMENT.replace('<Amt Ccy="RUB">5.00</Amt>', '<Amt Ccy="RUB">5.01</Amt>'),
    );
    const [outcome] = await take();
    expect(outcome).toMatchObject({ result: 'refused', code: 'FILE_TOTALS_WRONG' });
    expect(await world.store.exceptions()).toMatchObject([
      { type: 'truncated_file', party: OUR_BANK, facts: { code: 'FILE_TOTALS_WRONG' } },
    ]);
  });

  test('that nobody reads is refused, and keeps no other from being taken in', async () => {
    world.inbox.put('alipay/a.bin', 'what is this\n');
    world.inbox.put(`${OUR_BANK}/b.xml`, STATEMENT);
    expect(await results()).toEqual(['a.bin refused', 'b.xml imported']);
    expect(await world.store.exceptions()).toMatchObject([{ type: 'refused_file' }]);
  });

  test('of a wallet alone, without the batch that proves it whole, is refused', async () => {
    world.inbox.put('alipay/s.csv', 'Partner_transaction_id|Transaction_id|Amount\n');
    expect(await results()).toEqual(['s.csv refused']);
  });
});
