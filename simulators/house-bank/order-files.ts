/** Payment orders as the bank takes them: 1CClientBankExchange in roubles and pain.001 in any currency.
 *  Written from the formats, apart from the acquirer's own readers. */
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { currencyOf } from '../../gateway/kernel/currency.ts';

export interface OrderedPayment {
  readonly number: string;
  readonly orderedOn: string;
  readonly payerAccount: string;
  readonly payeeAccount: string;
  readonly payeeName: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly valueDate: string;
  /** Null where the format has none. */
  readonly endToEndId: string | null;
  readonly purpose: string;
}

export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Errors  OrderRefused in one sentence */
export function ordersIn(bytes: Uint8Array): readonly OrderedPayment[] {
  const start = Buffer.from(bytes.subarray(0, 20)).toString('latin1');
  return start === '1CClientBankExchange'
    ? textOrders(bytes)
    : xmlOrders(Buffer.from(bytes).toString('utf8'));
}

function textOrders(bytes: Uint8Array): readonly OrderedPayment[] {
  const lines = iconv.decode(Buffer.from(bytes), 'win1251').split('\r\n');
  if (lines.at(-2) !== 'КонецФайла') throw new OrderRefused('The file does not end in КонецФайла.');
  const orders: OrderedPayment[] = [];
  let fields: Record<string, string> | null = null;
  for (const line of lines) {
    if (line.startsWith('СекцияДокумент=')) fields = {};
    else if (line === 'КонецДокумента' && fields !== null) {
      orders.push(textOrder(fields));
      fields = null;
    } else if (fields !== null) {
      const at = line.indexOf('=');
      if (at < 1) throw new OrderRefused('A line of an order is not key=value.');
      fields[line.slice(0, at)] = line.slice(at + 1);
    }
  }
  if (orders.length === 0 || fields !== null) throw new OrderRefused('There is no whole order.');
  return orders;
}

function textOrder(fields: Readonly<Record<string, string>>): OrderedPayment {
  const take = (key: string, shape: RegExp): string => {
    const value = fields[key] ?? '';
    if (!shape.test(value)) throw new OrderRefused(`${key} is missing or malformed.`);
    return value;
  };
  const date = (key: string): string =>
    take(key, /^\d{2}\.\d{2}\.\d{4}$/).replace(/^(..)\.(..)\.(....)$/, '$3-$2-$1');
  const orderedOn = date('Дата');
  return {
    number: take('Номер', /^\d{1,6}$/),
    orderedOn,
    payerAccount: take('ПлательщикСчет', /^\d{20}$/),
    payeeAccount: take('ПолучательСчет', /^\d{20}$/),
    payeeName: take('Получатель1', /./),
    minor: BigInt(take('Сумма', /^\d{1,16}\.\d{2}$/).replace('.', '')),
    currency: 'RUB',
    valueDate:
      fields.СрокПлатежа === undefined || fields.СрокПлатежа === '' ? orderedOn : date('СрокПлатежа'),
    endToEndId: null,
    purpose: take('НазначениеПлатежа', /./),
  };
}

function xmlOrders(xml: string): readonly OrderedPayment[] {
  if (!xml.includes('pain.001.001.03') || !/<\/Document>\s*$/.test(xml))
    throw new OrderRefused('Neither 1CClientBankExchange nor a whole pain.001.001.03.');
  const payerAccount = within(within(xml, 'DbtrAcct'), 'Id', 2);
  const valueDate = within(xml, 'ReqdExctnDt');
  const created = within(xml, 'CreDtTm').slice(0, 10);
  const parts = xml.split('<CdtTrfTxInf>').slice(1);
  if (parts.length === 0 || within(xml, 'NbOfTxs') !== String(parts.length))
    throw new OrderRefused('NbOfTxs is not the number of transfers.');
  return parts.map((part) => xmlOrder(part, { payerAccount, valueDate, created }));
}

function xmlOrder(
  part: string,
  shared: { readonly payerAccount: string; readonly valueDate: string; readonly created: string },
): OrderedPayment {
  const amount = /<InstdAmt Ccy="([A-Z]{3})">(\d+)(?:\.(\d+))?<\/InstdAmt>/.exec(part);
  if (amount === null) throw new OrderRefused('InstdAmt is missing or malformed.');
  const [, currency = '', whole = '', fraction = ''] = amount;
  const { exponent } = currencyOf(currency);
  if (fraction.length !== exponent) throw new OrderRefused('InstdAmt has not the decimals of its currency.');
  return {
    number: within(part, 'InstrId'),
    orderedOn: shared.created,
    payerAccount: shared.payerAccount,
    payeeAccount: within(within(part, 'CdtrAcct'), 'Id', 2),
    payeeName: plain(within(within(part, 'Cdtr'), 'Nm')),
    minor: BigInt(whole + fraction),
    currency,
    valueDate: shared.valueDate,
    endToEndId: within(part, 'EndToEndId'),
    purpose: plain(within(part, 'Ustrd')),
  };
}

/** The content of the first element of that name; `deep` takes an account number out of its wrappings. */
function within(xml: string, name: string, deep = 1): string {
  const found = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new OrderRefused(`${name} is missing.`);
  if (deep === 1) return found.trim();
  const account = /<(?:IBAN|Id)>([A-Za-z0-9/-]{1,34})<\/(?:IBAN|Id)>/.exec(`${found}</Id>`)?.[1];
  if (account === undefined) throw new OrderRefused('An account is missing.');
  return account;
}

function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
