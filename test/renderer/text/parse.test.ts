import { describe, expect, test } from 'vitest';
import { gramsFromTyped, kopecksFromTyped, wholeFromTyped } from '../../../renderer/text/parse.ts';

describe('what a person types', () => {
  test('becomes kopecks with a comma, a point or spaces', () => {
    expect(kopecksFromTyped('1 200,5')).toBe('120050');
    expect(kopecksFromTyped('1200.50')).toBe('120050');
    expect(kopecksFromTyped('1200,')).toBe('120000');
  });

  test('is no amount while it is empty, zero, or finer than a kopeck', () => {
    for (const typed of ['', '0', '0,00', '1,234', 'abc', '-5', '1,2,3']) {
      expect(kopecksFromTyped(typed)).toBeNull();
    }
  });

  test('is kilograms with a decimal mark and grams without', () => {
    expect(gramsFromTyped('0,412')).toBe(412);
    expect(gramsFromTyped('1.5')).toBe(1500);
    expect(gramsFromTyped('412')).toBe(412);
    expect(gramsFromTyped('0,000')).toBeNull();
    expect(gramsFromTyped('100000')).toBeNull();
  });

  test('counts pieces within the bounds only', () => {
    expect(wholeFromTyped('999', 1, 999)).toBe(999);
    expect(wholeFromTyped('0', 1, 999)).toBeNull();
    expect(wholeFromTyped('1000', 1, 999)).toBeNull();
    expect(wholeFromTyped('1,5', 1, 999)).toBeNull();
  });
});
