import { describe, expect, test } from 'vitest';
import {
  dateTimeText,
  minutesLeft,
  moneyText,
  percentNumber,
  quantityNumber,
  rateNumber,
} from '../../../renderer/text/format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('numbers for people', () => {
  test('Russian has a decimal comma, Chinese and English a point, all group by threes', () => {
    const roubles = { amountMinor: '1050608', currency: 'RUB' };
    expect(plain(moneyText(roubles, 'ru'))).toBe('10 506,08 ₽');
    expect(plain(moneyText(roubles, 'zh'))).toBe('10 506.08 ₽');
    expect(plain(moneyText({ amountMinor: '93200', currency: 'CNY' }, 'ru'))).toBe('932,00 ¥');
    expect(plain(moneyText({ amountMinor: '93200', currency: 'CNY' }, 'zh'))).toBe('¥ 932.00');
    expect(plain(moneyText({ amountMinor: '-5', currency: 'RUB' }, 'en'))).toBe('−0.05 ₽');
  });

  test('amounts never break across lines', () => {
    expect(moneyText({ amountMinor: '123456789', currency: 'RUB' }, 'ru')).not.toMatch(/[ \u2009]/);
  });

  test('rates, per cents and quantities show no more than they hold', () => {
    expect(rateNumber({ base: 'CNY', quote: 'RUB', value: '112726', scale: 4 }, 'ru')).toBe('11,2726');
    expect(percentNumber(80, 'ru')).toBe('0,8');
    expect(percentNumber(100, 'zh')).toBe('1');
    expect(percentNumber(125, 'en')).toBe('1.25');
    expect(quantityNumber(412, 'kg', 'ru')).toBe('0,412');
    expect(quantityNumber(6000, 'piece', 'ru')).toBe('6');
  });

  test('times stand at the offset of the till', () => {
    expect(plain(dateTimeText(1_795_390_020_000, 180, 'ru'))).toBe('23.11.2026 02:27');
    expect(minutesLeft(251_001)).toBe('4:12');
    expect(minutesLeft(-1)).toBe('0:00');
  });
});
