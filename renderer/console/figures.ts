/** Numbers of plots and shares. Plots are drawn to the pixel only, so they may go through floats; texts never do. */
import type { Language } from '../../electron/contract/commands.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { type ExactRateJson, rateFromJson, rateText } from '../../gateway/kernel/rate.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../gateway/kernel/time.ts';
import { dateTimeText, decimalMark, timeText } from '../text/format.ts';

const RATE_PLACES = 4;

/** `98,7` of a hundred, rounded to the nearest tenth. */
export function share(part: number, whole: number, language: Language): string {
  const tenths = whole === 0 ? 0 : Math.round((part * 1_000) / whole);
  return `${Math.trunc(tenths / 10)}${decimalMark(language)}${tenths % 10}`;
}

/** `11,4260`: as its source published it, with four places at least, so that a column of rates stands in line. */
export function boardRate(rate: ExactRateJson, language: Language): string {
  const [whole = '', fraction = ''] = rateText(rateFromJson(rate)).split('.');
  const groups = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, '\u00a0');
  return `${groups}${decimalMark(language)}${fraction.padEnd(RATE_PLACES, '0')}`;
}

export function greatest(values: Iterable<bigint>): bigint {
  let most = 0n;
  for (const value of values) {
    if (value > most) most = value;
  }
  return most;
}

export function countText(count: number): string {
  return `${count}`.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, '\u00a0');
}

export interface Scale {
  readonly unit: 'millions' | 'thousands';
  text(minor: bigint): string;
}

/** One unit for a whole plot, by its greatest value; one digit after the mark. */
export function plotScale(most: bigint, language: Language): Scale {
  const isLarge = most >= 100_000_000n;
  const tenth = isLarge ? 10_000_000n : 10_000n;
  return {
    unit: isLarge ? 'millions' : 'thousands',
    text: (minor) => {
      const tenths = (minor + tenth / 2n) / tenth;
      return `${tenths / 10n}${decimalMark(language)}${tenths % 10n}`;
    },
  };
}

export function moscowTime(at: number): string {
  return timeText(at, MOSCOW_OFFSET_MINUTES, false);
}

export function moscow(at: number, language: Language): string {
  return dateTimeText(at, MOSCOW_OFFSET_MINUTES, language);
}

/** `21.11` in Russian, `11-21` elsewhere. */
export function shortDate(date: string, language: Language): string {
  const [, month = '', day = ''] = date.split('-');
  return language === 'ru' ? `${day}.${month}` : `${month}-${day}`;
}

export function moneyOfMinor(minor: string, currency: string): MoneyJson {
  return { amountMinor: minor, currency };
}
