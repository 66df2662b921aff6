/** Numbers and times for people. Thin grouping everywhere; a decimal comma in Russian, a point in Chinese and English. */
import type { Language } from '../../electron/contract/commands.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { formatDecimal, type MoneyJson, moneyFromJson } from '../../gateway/kernel/money.ts';
import { type ExactRateJson, rateFromJson, rateText } from '../../gateway/kernel/rate.ts';
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';

/** Groups digits and never breaks a line; `.number` draws it thinner. Noto Sans' own narrow one all but vanishes. */
const NO_BREAK = '\u00a0';

const SIGNS: Readonly<Record<string, string>> = { RUB: '₽', CNY: '¥' };

/** The sign people write, or the three letters where there is none. */
export function currencySign(code: string): string {
  return SIGNS[code] ?? currencyOf(code).code;
}

export function decimalMark(language: Language): ',' | '.' {
  return language === 'ru' ? ',' : '.';
}

function grouped(decimal: string, language: Language): string {
  const [whole = '', fraction] = decimal.replace('-', '').split('.');
  const groups = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, NO_BREAK);
  const minus = decimal.startsWith('-') ? '−' : '';
  return `${minus}${groups}${fraction === undefined ? '' : `${decimalMark(language)}${fraction}`}`;
}

/** `10 506,08`: the amount without its currency, for columns that name it once. */
export function amountText(value: MoneyJson, language: Language): string {
  return grouped(formatDecimal(moneyFromJson(value)), language);
}

/** `10 506,08 ₽`; `¥932.00` in Chinese and English, where the yuan sign stands before. */
export function moneyText(value: MoneyJson, language: Language): string {
  const sign = currencySign(value.currency);
  const amount = amountText(value, language);
  if (value.currency === 'CNY' && language !== 'ru') return `${sign}${NO_BREAK}${amount}`;
  return `${amount}${NO_BREAK}${sign}`;
}

/** `11,2726`: at least four decimals are never invented, trailing zeros never shown. */
export function rateNumber(rate: ExactRateJson, language: Language): string {
  return grouped(rateText(rateFromJson(rate)), language);
}

/** `0,8` per cent from 80 basis points. */
export function percentNumber(basisPoints: number, language: Language): string {
  const text = `${Math.trunc(basisPoints / 100)}.${String(basisPoints % 100).padStart(2, '0')}`;
  return text.replace(/\.?0+$/, '').replace('.', decimalMark(language));
}

/** `0,412` or `6` from thousandths. */
export function quantityNumber(quantityMilli: number, unit: 'piece' | 'kg', language: Language): string {
  const whole = Math.trunc(quantityMilli / 1000);
  if (unit === 'piece' && quantityMilli % 1000 === 0) return grouped(String(whole), language);
  return grouped(`${whole}.${String(quantityMilli % 1000).padStart(3, '0')}`, language);
}

/** `14:27` or `14:27:05` at the till's offset. */
export function timeText(at: EpochMs, utcOffsetMinutes: number, seconds: boolean): string {
  return localTime(at, utcOffsetMinutes).time.slice(0, seconds ? 8 : 5);
}

/** `22.11.2026` in Russian, `2026-11-22` elsewhere, from a date without a zone. */
export function dateText(date: string, language: Language): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return language === 'ru' ? `${day}.${month}.${year}` : date;
}

export function dateTimeText(at: EpochMs, utcOffsetMinutes: number, language: Language): string {
  const local = localTime(at, utcOffsetMinutes);
  return `${dateText(local.date, language)}${NO_BREAK}${local.time.slice(0, 5)}`;
}

/** `4:12` from milliseconds left; a started second counts. */
export function minutesLeft(leftMs: number): string {
  const seconds = secondsLeft(leftMs);
  return `${Math.trunc(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function secondsLeft(leftMs: number): number {
  return Math.max(0, Math.ceil(leftMs / 1000));
}
