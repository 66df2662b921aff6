import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBankConfig } from '../../gateway/bank-config.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import { BANK_SETTINGS } from './bank-settings.ts';
import { MID_A } from './settlement/parties.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amur-bank-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function read(settings: unknown) {
  const file = join(directory, 'bank.json');
  writeFileSync(file, JSON.stringify(settings));
  return readBankConfig(file);
}
const said = (settings: unknown) => {
  try {
    read(settings);
    return 'ok';
  } catch (error) {
    return (error as Error).message.replace(/^Configuration: .*?bank\.json:? /, '');
  }
};
const [partner] = BANK_SETTINGS.partners;
const [payee] = BANK_SETTINGS.payees;

test('paths are relative to the file, amounts and shares are read exactly', () => {
  const settings = read(BANK_SETTINGS);
  expect(settings.databaseFile).toBe(join(directory, 'data/gateway.sqlite'));
  expect(settings.partners[0]?.minimumPayout).toEqual([money(1n, RUB)]);
  expect(settings.terms.splits).toEqual({
    amurbank: { shares: [{ party: 'amurbank', bp: 3_000 }], residual: 'acquirer' },
  });
  expect(settings.assignments[0]).toEqual({ kind: 'merchant', id: MID_A, partner: 'amurbank' });
  expect(settings.partners[0]).not.toHaveProperty('shareBp');
});

test('what contradicts itself is refused in a sentence', () => {
  const withPartner = (over: object) => ({ ...BANK_SETTINGS, partners: [{ ...partner, ...over }] });
  expect(said(withPartner({ calendars: ['xx.work'] }))).toBe(
    'partner amurbank: there is no calendar xx.work.',
  );
  expect(said(withPartner({ currencies: ['CNY'] }))).toBe('partner amurbank: it has no account in CNY.');
  expect(said(withPartner({ currencies: ['QQQ'] }))).toContain('QQQ is not a currency');
  expect(said({ ...BANK_SETTINGS, partners: [partner, partner] })).toBe('partner amurbank is listed twice.');
  expect(said({ ...BANK_SETTINGS, payees: [payee, payee] })).toBe(`merchant ${MID_A} is listed twice.`);
  expect(said({ ...BANK_SETTINGS, payees: [{ ...payee, partner: 'nobody' }] })).toContain(
    'there is no partner nobody',
  );
  expect(said({ ...BANK_SETTINGS, payees: [{ ...payee, id: '17' }] })).toContain('a MID has fifteen digits');
  expect(said(withPartner({ cutOff: { localTime: '25:00', zone: 'Europe/Moscow' } }))).toContain(
    '/partners/0/cutOff',
  );
});

test('a later version of a calendar may stand in the file', () => {
  const calendar = {
    ...{ name: 'ru.payments', title: 'x', version: '2027-01-01', firstYear: 2027, lastYear: 2027 },
    ...{ closed: ['2027-01-01..2027-01-08'], open: [], short: [], source: 'a decree' },
  };
  const { book } = read({ ...BANK_SETTINGS, calendars: [calendar] });
  expect(book.isOpen('ru.payments', '2027-01-11')).toBe(true);
});

test('a purpose that does not fit a payment order with its reference is told at once', () => {
  const long = (characters: number) => `${'о'.repeat(characters - 6)}{date}`;
  const abroad = { ...BANK_SETTINGS, partners: [{ ...partner, orderFormat: 'pain001' }] };
  expect(said({ ...BANK_SETTINGS, purpose: long(140) })).toBe('ok');
  expect(said({ ...abroad, purpose: long(100) })).toBe('ok');
  expect(said({ ...abroad, purpose: long(120) })).toBe(
    'purpose for partner amurbank in RUB: Not 1 to 140 characters once transliterated.',
  );
  expect(said({ ...abroad, purpose: '结算款' })).toContain('has no place in the set');
});
