/** What an accepted answer says, in the till's terms. Errors  CodecError, AmurError for what cannot be an amount */
import { parseAdditionalAmounts, parseAmount } from '../../gateway/iso8583/amounts.ts';
import { bytesOf, type IsoMessage, requireText, textOf } from '../../gateway/iso8583/message.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { type Money, money } from '../../gateway/kernel/money.ts';
import type { CardAnswer } from './card-attempt.ts';

/** `charged`: what was asked, for an answer that does not repeat it. */
export function readCardAnswer(answer: IsoMessage, charged: Money): CardAnswer {
  const amount = textOf(answer, 4);
  const currency = textOf(answer, 49);
  const billed = textOf(answer, 6);
  const billedIn = textOf(answer, 51);
  const rate = textOf(answer, 10);
  const balances = textOf(answer, 54);
  return {
    responseCode: requireText(answer, 39),
    authCode: textOf(answer, 38) ?? null,
    rrn: textOf(answer, 37) ?? null,
    approved: amount === undefined || currency === undefined ? charged : parseAmount(amount, currency),
    billing:
      billed === undefined || billedIn === undefined || rate === undefined
        ? null
        : { amount: parseAmount(billed, billedIn), rate: rateDigits(rate) },
    balances: balances === undefined ? [] : balancesOf(balances),
  };
}

/** DE55, for the card. A copy: the message's bytes are not kept. */
export function issuerDataOf(answer: IsoMessage): Uint8Array | null {
  const bytes = bytesOf(answer, 55);
  return bytes === undefined ? null : Uint8Array.from(bytes);
}

/** DE10: the first digit says how many decimals the seven behind it have, counted from the right; they may be more than the seven.
 *  `70886400` is 0.0886400, `98864000` is 0.008864000, `01234567` is 1234567. */
function rateDigits(text: string): string {
  const decimals = Number(text[0]);
  const digits = text.slice(1).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=[0-9])/, '');
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
}

const AVAILABLE = '02';

/** Of the ledger and the available balance, the one that can be spent; the other only where there is no such. */
function balancesOf(text: string): readonly Money[] {
  const all = parseAdditionalAmounts(text);
  const available = all.filter((one) => one.amountType === AVAILABLE);
  return (available.length > 0 ? available : all).map((one) =>
    money(one.amountMinor, currencyOf(one.currency).code),
  );
}
