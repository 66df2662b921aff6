import { beforeEach, describe, expect, test } from 'vitest';
import { textOf } from '../../../gateway/iso8583/message.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../../gateway/kernel/money.ts';
import { readCardClearing } from '../../../gateway/settlement/files/card-clearing.ts';
import { readBytes } from '../../../gateway/settlement/files/reading.ts';
import { type ClearingDefect, clearingFile } from '../../../simulators/bank/clearing-file.ts';
import { control } from '../../../simulators/bank/control-route.ts';
import { ACQUIRER, BankWorld } from './bank-fixture.ts';

let world: BankWorld;
let refunded: string;

/** Two sales, a refund of part of the first, and a sale that is reversed on the same day. */
beforeEach(async () => {
  world = await new BankWorld().ready();
  const first = world.request({ 4: '000000150000' });
  const answer = await world.one(world.sealed('0200', first));
  expect(textOf(answer, 39)).toBe('00');
  refunded = String(first[37]);
  await world.sale({ 4: '000000020000' });
});

const read = (defects: readonly ClearingDefect[] = []) => {
  const { name, bytes } = clearingFile(world.bank.desk, {
    acquirer: ACQUIRER,
    businessDate: world.bank.desk.books.businessDate,
    currency: 'RUB',
    feeMillionths: 12_000,
    defects,
  });
  return readBytes(name, bytes, readCardClearing);
};
const first = (kind: ClearingDefect['kind']) => read([{ kind, rrn: refunded }]).rows;

describe('A card bank’s clearing file of its own books', () => {
  test('is read by the acquirer, with a fee rounded half up and what the books owe', () => {
    const { rows, summary } = read();
    expect(
      rows.map((row) => [
        row.kind,
        row.rrn,
        row.tid,
        formatDecimal(row.amount),
        formatDecimal(row.fee),
        formatDecimal(row.settlement),
      ]),
    ).toEqual([
      ['payment', refunded, '20000001', '1500.00', '18.00', '1482.00'],
      ['payment', rows[1]?.rrn, '20000001', '200.00', '2.40', '197.60'],
    ]);
    expect(summary.totals).toEqual([money(167_960n, RUB)]);
    expect(world.bank.desk.books.owed().map(({ amountMinor }) => amountMinor)).toEqual([170_000n]);
  });

  test('a sale that was reversed on its day is not in it', async () => {
    const sale = world.request({ 4: '000000030000' });
    await world.one(world.sealed('0200', sale));
    expect(read().rows).toHaveLength(3);
    await world.reversal('0200', sale);
    expect(read().rows).toHaveLength(2);
  });

  test('planted: missing, extra, wrong amount, duplicate, truncated', () => {
    expect(first('missing')).toHaveLength(1);
    expect(first('extra').map(({ rrn }) => rrn[0])).toEqual(['R', 'X', 'R']);
    expect(first('wrong_amount').map(({ amount }) => formatDecimal(amount))).toEqual(['1501.00', '200.00']);
    expect(first('duplicate').map(({ rrn }) => rrn === refunded)).toEqual([true, true, false]);
    expect(() => read([{ kind: 'truncated', rrn: null }])).toThrow(
      expect.objectContaining({ code: 'FILE_TRUNCATED' }),
    );
  });

  test('comes over the control address', () => {
    const asked = { acquirer: ACQUIRER, currency: 'RUB', feeMillionths: 12_000 };
    const { name, base64 } = control(world.bank, 'POST', 'clearing', asked) as {
      name: string;
      base64: string;
    };
    expect(name).toMatch(/^test-bank_clearing_\d{8}_RUB\.csv$/);
    expect(readBytes(name, Buffer.from(base64, 'base64'), readCardClearing).rows).toHaveLength(2);
    expect(() => control(world.bank, 'POST', 'clearing', { ...asked, defects: [{ kind: 'x' }] })).toThrow(
      /kind/,
    );
  });
});
