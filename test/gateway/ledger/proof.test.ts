import { describe, expect, test } from 'vitest';
import { CHART } from '../../../gateway/ledger/accounts.ts';
import { templateFaults } from '../../../gateway/ledger/proof.ts';
import type { Template } from '../../../gateway/ledger/template.ts';
import { TEMPLATES } from '../../../gateway/ledger/templates.ts';

const EVERY: readonly [string, Template][] = Object.entries(TEMPLATES);
const base = TEMPLATES.wallet_sale_acquirer_converts;

describe('The proof of templates', () => {
  test.each(EVERY)('%s balances in every currency, whatever its inputs', (_name, template) => {
    expect(templateFaults(template)).toEqual([]);
  });

  test('every line of every template is on the chart of accounts', () => {
    for (const [, template] of EVERY) {
      for (const line of template.lines) expect(Object.keys(CHART)).toContain(line.family);
    }
  });

  test('a line left out is found', () => {
    for (const [, template] of EVERY) {
      for (let i = 0; i < template.lines.length; i += 1) {
        expect(templateFaults({ ...template, lines: template.lines.toSpliced(i, 1) })).not.toEqual([]);
      }
    }
  });

  test('a line on the wrong side is found', () => {
    const [first, ...rest] = base.lines;
    expect(templateFaults({ ...base, lines: [{ ...first, side: 'credit' }, ...rest] })).not.toEqual([]);
  });

  test('yuan balanced by roubles are found, even with equal coefficients', () => {
    expect(
      templateFaults({
        ...base,
        lines: [
          { side: 'debit', family: 'wallet_receivable', amount: { order: 1n } },
          { side: 'credit', family: 'merchant_payable', amount: { price: 1n } },
        ],
      }),
    ).toEqual(expect.arrayContaining(['Debits exceed credits by 1 x order order.']));
  });

  test('a line of two currencies and a name that is no input are found', () => {
    const lines = [
      { side: 'debit', family: 'suspense', amount: { order: 1n, price: 1n } },
      { side: 'credit', family: 'suspense', amount: { order: 1n, price: 1n } },
      { side: 'credit', family: 'suspense', amount: { tip: 1n } },
    ] as const;
    const faults = templateFaults({ ...base, lines });
    expect(faults).toContain('Line 0 is not in exactly one currency.');
    expect(faults).toContain('Line 2 uses tip, which is not an input.');
    expect(faults).toContain('Input mdr is not booked.');
  });

  test('linear forms with several inputs are proved too', () => {
    const net: Template = {
      ...base,
      lines: [
        { side: 'debit', family: 'wallet_receivable', amount: { order: 1n } },
        { side: 'credit', family: 'fx_position', amount: { order: 1n } },
        { side: 'debit', family: 'fx_position', amount: { price: 1n } },
        { side: 'credit', family: 'merchant_payable', amount: { price: 1n, mdr: -1n } },
        { side: 'credit', family: 'mdr_income', amount: { mdr: 1n } },
      ],
    };
    expect(templateFaults(net)).toEqual([]);
  });
});
