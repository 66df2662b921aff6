/** Currencies and rate files for tests of rates. The figures are of one imagined day, of a plausible size each. */
import { currencyOf, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import type { ExactRate } from '../../../gateway/kernel/rate.ts';

/** What the client's sources name for settlement: three of them have no decimals or three. */
export const TRADED = 'RUB CNY USD EUR GBP JPY KRW HKD SGD AUD CAD NZD CHF SEK NOK THB KWD AED TWD'
  .split(' ')
  .map(parseCurrencyCode);

/** Letters, nominal, roubles for the nominal: as the daily file has them. The Bank of Russia does not quote TWD. */
const DAILY: readonly (readonly [string, string, string])[] = [
  ['CNY', '1', '11,2726'],
  ['USD', '1', '79,7296'],
  ['EUR', '1', '93,5626'],
  ['GBP', '1', '106,4390'],
  ['JPY', '100', '51,2271'],
  ['KRW', '1000', '54,1022'],
  ['HKD', '1', '10,2550'],
  ['SGD', '1', '61,6806'],
  ['AUD', '1', '52,9006'],
  ['CAD', '1', '57,8432'],
  ['NZD', '1', '46,2272'],
  ['CHF', '1', '100,1753'],
  ['SEK', '10', '85,6712'],
  ['NOK', '10', '78,7540'],
  ['THB', '10', '25,1049'],
  ['KWD', '1', '259,8553'],
  ['AED', '1', '21,7098'],
];

export function dailyFile(date: string, changes: Readonly<Record<string, string>> = {}): Uint8Array {
  const rows = DAILY.map(([letters, nominal, value]) => {
    const fields = [currencyOf(letters).numeric, letters, nominal, changes[letters] ?? value];
    const [digits, code, per, roubles] = fields;
    return `<Valute><NumCode>${digits}</NumCode><CharCode>${code}</CharCode><Nominal>${per}</Nominal><Value>${roubles}</Value></Valute>`;
  });
  return new TextEncoder().encode(`<ValCurs Date="${date}" name="x">${rows.join('')}</ValCurs>`);
}

export const rub = (letters: string, value: bigint, scale: number): ExactRate => ({
  base: parseCurrencyCode(letters),
  quote: RUB,
  value,
  scale,
});
