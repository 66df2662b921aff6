import { describe, expect, test } from 'vitest';
import { ROLES } from '../../../gateway/console/contract/roles.ts';
import { ERROR_CATALOGUE } from '../../../gateway/kernel/errors.ts';
import { CHART } from '../../../gateway/ledger/accounts.ts';
import type { CardState } from '../../../gateway/payments/card/records.ts';
import type { Obstacle } from '../../../gateway/run/day/context.ts';
import type { ExceptionType } from '../../../gateway/settlement/contract.ts';
import { PAYMENT_STATES, PAYMENT_STEPS, REFUND_STATES } from '../../../gateway/wire/messages.ts';
import { exceptionFacts } from '../../../renderer/console/settlement/exception-facts.ts';
import { accountName, stepName, templateName, tenderName } from '../../../renderer/console/text/names.ts';
import { CONSOLE_WORDS } from '../../../renderer/console/text/words.ts';
import { journalFacts } from '../../../renderer/console/trade/journal-facts.ts';

const LANGUAGES = ['ru', 'zh', 'en'] as const;
/** Whole by their types: one that is added does not compile here until it stands here. */
const TYPES: Readonly<Record<ExceptionType, true>> = {
  missing_ours: true,
  missing_theirs: true,
  amount: true,
  date: true,
  duplicate: true,
  ambiguous: true,
  status: true,
  swapped_ids: true,
  late: true,
  truncated_file: true,
  refused_file: true,
  duplicate_file: true,
};
const OBSTACLES: Readonly<Record<Obstacle['code'], true>> = {
  file_not_delivered: true,
  exception_open: true,
  file_awaited: true,
  payment_again_awaited: true,
};

const CARD_STATES: Readonly<Record<CardState, true>> = {
  sent: true,
  approved: true,
  declined: true,
  reversing: true,
  reversed: true,
  parked: true,
};

describe.each(LANGUAGES)('In %s the operator’s pages have words', (language) => {
  const words = CONSOLE_WORDS[language];

  test('for every type of exception: its name, and while it is open what it means and what to do', () => {
    for (const type of Object.keys(TYPES)) {
      expect(words.reconciliation.types[type], type).toBeTruthy();
      expect(words.reasons.next[type], type).toBeTruthy();
      if (type !== 'late') expect(words.reconciliation.meanings[type], type).toBeTruthy();
    }
  });

  test('for what stands against closing a cycle', () => {
    for (const code of Object.keys(OBSTACLES)) {
      expect(words.reasons.obstacles[code]?.('statement.xml'), code).toContain('statement.xml');
    }
  });

  test('for every account of the chart, every refusal of a file and every role', () => {
    for (const family of Object.keys(CHART))
      expect(accountName(`${family}:x`, language), family).toBeTruthy();
    const read = Object.keys(ERROR_CATALOGUE).filter(
      (code) => code.startsWith('FILE_') && code !== 'FILE_VALUE_UNFIT',
    );
    for (const code of read) expect(words.reasons.files.byCode[code], code).toBeTruthy();
    for (const role of ROLES) expect(words.roles[role], role).toBeTruthy();
    const ours = Object.keys(ERROR_CATALOGUE).filter((code) => code.startsWith('CONSOLE_'));
    const said = new Set(Object.keys(words.codes.byCode));
    expect(ours.filter((code) => !said.has(code))).toEqual(['CONSOLE_ORIGIN_REFUSED']);
  });

  test('for every state and step of a payment, and every state of a refund', () => {
    const { steps, states, refundStates } = words.payments;
    for (const state of PAYMENT_STATES) expect(states[state], state).toBeTruthy();
    for (const step of PAYMENT_STEPS) expect(steps[step], step).toBeTruthy();
    for (const state of REFUND_STATES) expect(refundStates[state], state).toBeTruthy();
    for (const state of Object.keys(CARD_STATES)) {
      expect(states[state], state).toBeTruthy();
      expect(refundStates[state], state).toBeTruthy();
    }
  });

  test('without Latin letters for Cyrillic ones that look alike', () => {
    const texts = JSON.stringify(words).match(/[A-Za-z]+[А-Яа-яё]|[А-Яа-яё]+[A-Za-z]/g) ?? [];
    expect(texts.filter((text) => !/^n[А-Я]/.test(text))).toEqual([]);
  });
});

describe('What the server notes', () => {
  test('of an exception is told in words, its amounts as sums and its place in the file as a place', () => {
    const atRisk = { amountMinor: '100', currency: 'CNY' };
    const facts = { ours: '41200 CNY', theirs: '41199 CNY', book: 'receivable', lackMinor: '1', also: 'a:1' };
    expect(exceptionFacts({ facts, atRisk, line: 7 }, 'ru')).toEqual([
      ['У нас', { amountMinor: '41200', currency: 'CNY' }],
      ['У них', { amountMinor: '41199', currency: 'CNY' }],
      ['Счёт', 'к получению'],
      ['Будет проведено', { amountMinor: '1', currency: 'CNY' }],
      ['Место в файле', 'строка 7'],
    ]);
    const refused = {
      code: 'FILE_MALFORMED',
      file: 'x.csv',
      line: '3',
      column: 'amount',
      reason: 'Not a sum.',
    };
    expect(exceptionFacts({ facts: refused, atRisk, line: null }, 'en')).toEqual([
      [
        'The file',
        'The file is not of its agreed form. Show its sender the line and ask for a corrected one.',
      ],
      ['Reader’s note', 'Not a sum.'],
      ['Place in the file', 'line 3, field amount'],
    ]);
  });

  test('in the journal is told in words; a later version’s word stands as it came', () => {
    const facts = { outcome: 'pay', netMinor: '17219155', lines: '2', novelty: 'x', reason: '' };
    expect(journalFacts({ subject: 'vostparus-RUB-20261117', facts }, 'ru')).toEqual([
      'итог к выплате',
      'сумма 172\u00a0191,55\u00a0₽',
      'получателей 2',
      'novelty x',
    ]);
  });

  test('of tenders and postings goes by the longest name that fits', () => {
    expect(tenderName('mir refund', 'ru')).toBe('Мир · возврат');
    expect(tenderName('alipay', 'zh')).toBe('支付宝');
    expect(templateName('card_sale_reversal_dcc', 'en')).toBe('Sale undone, card');
    expect(templateName('wallet_sale_acquirer_converts', 'en')).toBe('Sale, wallet');
    expect(templateName('something_new', 'en')).toBeNull();
    expect(stepName('completion_approved', 'en')).toBe('completion · paid');
  });
});
