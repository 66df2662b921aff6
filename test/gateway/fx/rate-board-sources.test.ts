import { describe, expect, test } from 'vitest';
import { proposeManualRate, stepManualRate } from '../../../gateway/fx/manual-rate.ts';
import { priced } from '../../../gateway/fx/pricing.ts';
import { RateBoard, type RateBoardConfig } from '../../../gateway/fx/rate-board.ts';
import { parseRateTable } from '../../../gateway/fx/second-source.ts';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { rateText } from '../../../gateway/kernel/rate.ts';
import { dailyFile, rub, TRADED } from './samples.ts';

const CONFIG: RateBoardConfig = {
  quoteLifeMs: 300_000,
  maxAgeDays: 14,
  sanity: { lowest: '5.00', highest: '30' },
  second: { widestBp: 300, apartDaysMost: 3, traded: ['CNY', 'USD'] },
  markups: [{ group: 'hotels', currency: null, inForceFrom: '2026-01-01', markupBp: 90 }],
};
const NOON = '2026-11-21T09:00:00Z';
const TWD = parseCurrencyCode('TWD');

function board(config = CONFIG) {
  const clock = { at: Date.parse(NOON), now: () => clock.at };
  return { rates: new RateBoard(config, clock), clock };
}
const cfets = (yuan: string, day = '2026-11-21') =>
  parseRateTable(
    new TextEncoder().encode(
      `date,base,quote,nominal,value\n${day},CNY,RUB,1,${yuan}\n${day},USD,CNY,1,7.0729\n`,
    ),
    'CFETS',
    0,
  );
const outOfBand = expect.objectContaining({ code: 'FX_RATE_OUT_OF_BAND' });

describe('The board', () => {
  test('prices any pair of what its source quotes, and refuses a pair it has no way for', () => {
    const { rates } = board();
    rates.load(dailyFile('21.11.2026'));
    for (const from of TRADED) {
      for (const to of TRADED) {
        const ask = () => priced(money(1_000_000n, from), rates.pricing(from, to, 0), 'half_up');
        const known = from === to || (from !== TWD && to !== TWD);
        if (known) expect(ask().amountMinor).toBeGreaterThan(0n);
        else expect(ask).toThrow(expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }));
      }
    }
  });

  test('keeps the history of what it took, and values a past day by that day’s rates', () => {
    const { rates } = board();
    rates.load(dailyFile('20.11.2026', { CNY: '11,1000' }));
    rates.load(dailyFile('21.11.2026'));
    rates.loadSecond(cfets('11.30'));
    expect(rates.history().map((set) => [set.source, set.effectiveOn])).toEqual([
      ['CBR', '2026-11-20'],
      ['CBR', '2026-11-21'],
      ['CFETS', '2026-11-21'],
    ]);
    expect(rates.officialOn('2026-11-20')?.rates[0]).toEqual(rub('CNY', 111_000n, 4));
    expect(rates.officialOn('2026-11-19')).toBeNull();
  });
});

describe('The second source', () => {
  test('near the first changes nothing; far from it, whichever comes later is refused and the board stays', () => {
    const { rates } = board();
    rates.load(dailyFile('21.11.2026'));
    expect(rates.loadSecond(cfets('11.00'))).toBe('2026-11-21');
    expect(() => rates.loadSecond(cfets('10.00'))).toThrow(outOfBand);
    expect(() => rates.load(dailyFile('22.11.2026', { CNY: '12,0000' }))).toThrow(outOfBand);
    expect(() => rates.load(dailyFile('22.11.2026', { USD: '7,9729' }))).toThrow(outOfBand);
    rates.load(dailyFile('22.11.2026', { CNY: '11,3000', EUR: '9,3562' }));
    expect(rates.officialOn('2026-11-22')?.effectiveOn).toBe('2026-11-22');
  });

  test('that has fallen silent for days stops nothing', () => {
    const { rates } = board();
    rates.loadSecond(cfets('11.00', '2026-11-17'));
    rates.load(dailyFile('21.11.2026', { CNY: '20,0000' }));
    expect(rateText(rates.quoteTerms(0).rate)).toBe('20');
  });

  test('is not looked at where none is agreed', () => {
    const { second: _, ...alone } = CONFIG;
    const { rates } = board(alone);
    rates.loadSecond(cfets('1.00'));
    rates.load(dailyFile('21.11.2026'));
    expect(rateText(rates.quoteTerms(0).rate)).toBe('11.2726');
  });
});

describe('A rate set by hand', () => {
  const proposed = proposeManualRate(
    {
      ...{ manualId: 'M1', rate: rub('CNY', 115n, 1), reason: 'The source is wrong.', apartBp: 202n },
      ...{ from: Date.parse(NOON) + 1_000, until: Date.parse(NOON) + 60_000, proposedBy: 'anna' },
    },
    Date.parse(NOON),
  );
  const approved = stepManualRate(proposed, { kind: 'approve', by: 'boris' }, Date.parse(NOON));

  test('takes the source’s place from its moment to its end, in crossed pairs too', () => {
    const { rates, clock } = board();
    rates.load(dailyFile('21.11.2026'));
    rates.setManual([approved]);
    expect(rates.quoteTerms(0)).toMatchObject({ source: 'CBR' });
    clock.at += 1_000;
    expect(rates.quoteTerms(100)).toMatchObject({
      source: 'MANUAL',
      sourceDate: '2026-11-21',
      markupBp: 100,
    });
    expect(rateText(rates.quoteTerms(100).rate)).toBe('11.385');
    const crossed = rates.pricing(parseCurrencyCode('USD'), CNY, 0);
    expect(crossed.legs.map(rateText)).toEqual(['79.7296', '11.5']);
    expect(crossed.source).toBe('MANUAL');
    clock.at += 59_000;
    expect(rates.quoteTerms(0)).toMatchObject({ source: 'CBR' });
  });

  test('stands in where the source has nothing, or nothing fresh; unapproved it never does', () => {
    const { rates, clock } = board();
    clock.at += 1_000;
    rates.setManual([proposed]);
    expect(() => rates.quoteTerms(0)).toThrow(expect.objectContaining({ code: 'RATE_UNAVAILABLE' }));
    rates.setManual([approved]);
    expect(rates.quoteTerms(0).source).toBe('MANUAL');
    expect(() => rates.pricing(RUB, TWD, 0)).toThrow(expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }));
  });
});

describe('The mark-up', () => {
  test('is the group’s where the merchant belongs to one', () => {
    const { rates } = board();
    rates.load(dailyFile('21.11.2026'));
    expect(rates.quoteTerms(150).markupBp).toBe(150);
    expect(rates.quoteTerms(150, 'hotels').markupBp).toBe(90);
    expect(rates.pricing(RUB, CNY, 150, 'kiosks').markupBp).toBe(150);
  });
});
