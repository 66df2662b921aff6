import { expect, test } from 'vitest';
import { readCardAnswer } from '../../../electron/card/answers.ts';
import { isoMessage } from '../../../gateway/iso8583/message.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

/** The issuer's rate as it goes on the slip. */
function rateOf(de10: string): string | undefined {
  const fields = { 4: '000000502990', 6: '000000044585', 10: de10, 39: '00', 49: '643', 51: '156' };
  return readCardAnswer(isoMessage('0210', fields), money(502_990n, RUB)).billing?.rate;
}

test.each([
  ['01234567', '1234567'],
  ['00000012', '12'],
  ['11234567', '123456.7'],
  ['61234567', '1.234567'],
  ['70886400', '0.0886400'],
  ['88864000', '0.08864000'],
  ['98864000', '0.008864000'],
  ['90000001', '0.000000001'],
])('the issuer’s rate %s has its decimals counted from the right: %s', (de10, rate) => {
  expect(rateOf(de10)).toBe(rate);
});
