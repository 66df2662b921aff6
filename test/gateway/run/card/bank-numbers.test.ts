import { describe, expect, test } from 'vitest';
import { parseStan } from '../../../../gateway/kernel/identifiers.ts';
import type { CardBooks } from '../../../../gateway/payments/card/books.ts';
import { BankNumbers } from '../../../../gateway/run/card/bank-numbers.ts';

const AT = Date.UTC(2026, 10, 22, 6, 1, 2);

test('a number has its second in UTC and its day in the reference', () => {
  const numbers = new BankNumbers(parseStan('000041'));
  expect(numbers.next(AT)).toEqual({ stan: '000042', transmittedAt: '1122060102', rrn: '632606000042' });
  expect(numbers.next(AT + 1_000)).toMatchObject({ stan: '000043', transmittedAt: '1122060103' });
});

test('after 999999 comes 000001', () => {
  const numbers = new BankNumbers(parseStan('999998'));
  expect([numbers.next(AT).stan, numbers.next(AT).stan]).toEqual(['999999', '000001']);
});

test('where its STANs come round the references of an hour go on, and the next hour begins anew', () => {
  const numbers = new BankNumbers(parseStan('999998'));
  const rrns = [AT, AT, AT, AT + 3_600_000].map((at) => numbers.next(at).rrn);
  expect(rrns).toEqual(['632606999999', '632630000001', '632630000002', '632607000003']);
});

describe('after a restart', () => {
  const HOUR = 3_600_000;
  /** What a store says that holds these numbers, all of the day and of one bank. */
  const holding = (rrns: readonly string[], advices: readonly string[] = []): CardBooks =>
    ({
      lastBankStan: async (bank: string | null, under: string) =>
        (bank === null ? rrns.filter((rrn) => rrn.startsWith(under)) : [...rrns, ...advices])
          .map((number) => number.slice(-6))
          .sort()
          .at(-1) ?? null,
    }) as CardBooks;
  const next = async (books: CardBooks, at = AT) => (await BankNumbers.after(books, ['a'], at)).next(at).rrn;

  test('the numbers go on behind the day’s highest, which an advice may have', async () => {
    expect(await next(holding([]))).toBe('632606000001');
    expect(await next(holding(['632605000041']))).toBe('632606000042');
    expect(await next(holding(['632606000041'], ['000043']))).toBe('632606000044');
  });

  test('on a day on which the STANs came round, the references of the hour go on and do not come again', async () => {
    const before = ['632605999999', '632606000001', '632606000002'];
    expect(await next(holding(before))).toBe('632606000003');
    expect(await next(holding([...before, '632606000003']))).toBe('632606000004');
  });

  test('in an hour in which the STANs came round, its references go on where they were', async () => {
    const before = ['632606999999', '632630000001', '632630999999', '632654000007'];
    const numbers = await BankNumbers.after(holding(before), ['a'], AT);
    expect([AT, AT, AT + HOUR].map((at) => numbers.next(at).rrn)).toEqual([
      ...['632654000008', '632654000009', '632607000010'],
    ]);
  });

  test('the references of banks that have gone are not given out again', async () => {
    const numbers = await BankNumbers.after(holding(['632606000041']), [], AT);
    expect(numbers.next(AT).rrn).toBe('632606000042');
  });

  test('at the very end of a round the next one begins', async () => {
    expect(await next(holding(['632606999999']))).toBe('632630000001');
    expect(await next(holding(['632606999990'], ['999999']))).toBe('632630000001');
  });
});
