import { expect, test } from 'vitest';
import { BinTable } from '../../../../gateway/run/card/bin-table.ts';

const route = (prefix: string, bank: string) =>
  ({ prefix, bank, scheme: 'x', currency: 'RUB', converter: 'issuer' }) as const;

test('the longest prefix that fits decides', () => {
  const table = new BinTable([route('22', 'a'), route('220070', 'b'), route('22007012', 'c')]);
  expect(table.find('220099')?.bank).toBe('a');
  expect(table.find('220070')?.bank).toBe('b');
  expect(table.find('22007012')?.bank).toBe('c');
  expect(table.find('400000')).toBeNull();
});

test('fewer digits than a row has do not decide, where they begin it', () => {
  const table = new BinTable([route('22', 'a'), route('220070', 'b'), route('22007012', 'c')]);
  const deciding = ['220070', '2200701', '22007012', '22007013', '220071', '400000'];
  expect(deciding.filter((bin) => table.decides(bin))).toEqual(['22007012', '22007013', '220071', '400000']);
});

test('a prefix has one row', () => {
  expect(() => new BinTable([route('22', 'a'), route('22', 'b')])).toThrow();
});
