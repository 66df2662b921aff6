import { unzipSync, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { BATCHES, SETTLEMENT } from '../../settlement/files/alipay-samples.ts';
import { rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld, OUR_BANK, statement, US } from './day-world.ts';

const STATEMENT = statement('RUB', '2026-11-18', [
  { id: 'amurbank-RUB-20261117', amount: rub(500n), reference: 'B1' },
]);
const OURS = US.accounts.RUB ?? '';
const THEIRS = bankOf('amurbank').accounts.RUB ?? '';
const NOTICE = STATEMENT.replace('camt.053', 'camt.054')
  .replaceAll('BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn')
  .replaceAll('Stmt>', 'Ntfctn>');
const STATEMENT_1C = [
  ...['1CClientBankExchange', 'ВерсияФормата=1.03', 'Кодировка=Windows'],
  ...['ДатаНачала=18.11.2026', 'ДатаКонца=18.11.2026', `РасчСчет=${OURS}`],
  ...['СекцияРасчСчет', 'ДатаНачала=18.11.2026', 'ДатаКонца=18.11.2026', `РасчСчет=${OURS}`],
  ...['НачальныйОстаток=5', 'ВсегоПоступило=0', 'ВсегоСписано=0', 'КонечныйОстаток=5', 'КонецРасчСчет'],
  ...['КонецФайла', ''],
].join('\r\n');
const CLEARING = [
  'AMUR-CARD-CLEARING,1,mir_bank,2026-11-17,RUB',
  'rrn,stan,tid,local_time,kind,amount,fee,settlement,bank_reference',
  '632500000001,000001,10000001,2026-11-17 10:00:00,payment,15.00,0.18,14.82,B1',
  'TOTAL,1,15.00,0.18,14.82',
  '',
].join('\r\n');
const PACKAGE = zipSync({
  'MID_batch.csv': Buffer.from(BATCHES),
  'MID_settle_20180821_50002018082100000000000000000000.csv': Buffer.from(SETTLEMENT),
});

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

  test('of our bank counts from our bank’s folder only, whatever it says', async () => {
    for (const [name, content] of Object.entries({ a: STATEMENT, b: NOTICE, c: cp1251(STATEMENT_1C) })) {
      world.inbox.put(`amurbank/${name}`, content);
      expect(await take()).toMatchObject([{ name, result: 'refused', code: 'FILE_SENDER_WRONG' }]);
    }
    expect(await rows()).toEqual([]);
    const exceptions = await world.store.exceptions();
    expect(exceptions).toHaveLength(3);
    for (const one of exceptions) {
      expect(one).toMatchObject({
        type: 'refused_file',
        party: 'amurbank',
        owner: 'operator',
        state: 'open',
      });
      expect(one.facts).toMatchObject({
        code: 'FILE_SENDER_WRONG',
        advice: expect.stringContaining('do not move it'),
      });
    }
  });

  test('that states an account which is none of ours is refused whole', async () => {
    for (const [name, content] of Object.entries({ a: STATEMENT, b: NOTICE, c: STATEMENT_1C })) {
      world.inbox.put(`${OUR_BANK}/${name}`, cp1251(content.replaceAll(OURS, THEIRS)));
      expect(await take()).toMatchObject([{ name, result: 'refused', code: 'FILE_ACCOUNT_FOREIGN' }]);
    }
    expect(await rows()).toEqual([]);
    expect(await world.store.exceptions()).toMatchObject(
      Array.from({ length: 3 }, () => ({ type: 'refused_file', facts: { code: 'FILE_ACCOUNT_FOREIGN' } })),
    );
  });

  test('that states our account is taken in, in whichever form', async () => {
    world.inbox.put(`${OUR_BANK}/a`, STATEMENT);
    world.inbox.put(`${OUR_BANK}/b`, NOTICE);
    world.inbox.put(`${OUR_BANK}/c`, cp1251(STATEMENT_1C));
    world.inbox.put(`${OUR_BANK}/d`, STATEMENT.replace(OURS, OURS.replace(/^(\d{5})(\d{3})/, '$1-$2-')));
    expect(await results()).toEqual(['a imported', 'b imported', 'c imported', 'd imported']);
  });

  test('of a card bank or a wallet counts from its own folder only', async () => {
    world.inbox.put('sever/a.csv', CLEARING);
    world.inbox.put('sever/b.zip', PACKAGE);
    world.inbox.put('mir_bank/a.csv', CLEARING.replace('B1', 'B2'));
    world.inbox.put('alipay/b.zip', zipSync({ ...unzipSync(PACKAGE) }, { level: 0 }));
    expect(await take()).toMatchObject([
      { result: 'imported', name: 'b.zip', file: { party: 'alipay' } },
      { result: 'imported', name: 'a.csv', file: { party: 'mir_bank' } },
      { result: 'refused', name: 'a.csv', code: 'FILE_SENDER_WRONG', facts: { line: 1, column: 'bank' } },
      { result: 'refused', name: 'b.zip', code: 'FILE_SENDER_WRONG' },
    ]);
    expect(await world.store.exceptions({ party: 'sever' })).toHaveLength(2);
  });

  test('again in another folder is told to somebody under the party that sent it', async () => {
    world.inbox.put(`${OUR_BANK}/a.xml`, STATEMENT);
    await take();
    world.inbox.put('amurbank/a.xml', STATEMENT);
    expect(await results()).toEqual(['a.xml known']);
    expect(await world.store.exceptions()).toMatchObject([
      { type: 'duplicate_file', party: 'amurbank', subject: 'a.xml', facts: { code: 'FILE_KNOWN' } },
    ]);
  });

  test('after it was refused elsewhere is not taken in, and somebody is told once', async () => {
    world.inbox.put('amurbank/a.xml', STATEMENT);
    await take();
    for (const _ of ['delivered', 'found again after a crash before the archive']) {
      world.inbox.put(`${OUR_BANK}/a.xml`, STATEMENT);
      expect(await results()).toEqual(['a.xml known']);
    }
    expect(await rows()).toEqual([]);
    expect(await world.store.exceptions({ party: OUR_BANK })).toMatchObject([
      { type: 'duplicate_file', subject: 'a.xml', facts: { code: 'FILE_KNOWN_REFUSED' } },
    ]);
  });

  test('that was refused and is there again is one exception until that is ended, and then another', async () => {
    const put = () => world.inbox.put('amurbank/a.xml', STATEMENT);
    put();
    await take();
    put();
    expect(await results()).toEqual(['a.xml known']);
    const [refused, ...others] = await world.store.exceptions();
    if (refused === undefined) throw new Error('Nobody was told.');
    expect(others).toEqual([]);
    const ended = { ...refused, state: 'resolved', version: 2, resolvedAt: world.store.now() } as const;
    await world.commit({ kind: 'exception.put', row: ended });
    put();
    expect(await results()).toEqual(['a.xml known']);
    expect(await world.store.exceptions({ states: ['open'] })).toMatchObject([
      { type: 'duplicate_file', party: 'amurbank', facts: { code: 'FILE_KNOWN_REFUSED' } },
    ]);
  });
});

function cp1251(text: string): Uint8Array {
  return text.startsWith('1C') ? iconv.encode(text, 'windows-1251') : Buffer.from(text, 'utf8');
}
