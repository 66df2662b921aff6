/** The partner banks of a development machine and what is agreed with each: two issuers that differ in every term there is,
 *  so that both forms of every message are in use. */

/** One term has two names: the bank's and the gateway's configuration are written from the same row. */
export interface Partner {
  readonly bank: 'mir-bank' | 'unionpay-bank';
  /** The issuer that cards of the drawer name. */
  readonly issuer: string;
  readonly profile: 'ascii' | 'bcd';
  readonly mac: 'cmac' | 'retail';
  readonly pinBlock: 'format0' | 'format4';
  readonly keysMadeBy: 'gateway' | 'bank';
  /** Of the key shared with it. */
  readonly zmk: 'T' | 'A';
  /** What a unit of the price's currency costs in the card's, where the issuer converts. */
  readonly rates: Readonly<Record<string, string>>;
}

export const PARTNERS: readonly Partner[] = [
  {
    bank: 'mir-bank',
    issuer: 'mir-test',
    profile: 'ascii',
    mac: 'cmac',
    pinBlock: 'format4',
    keysMadeBy: 'gateway',
    zmk: 'A',
    rates: {},
  },
  {
    bank: 'unionpay-bank',
    issuer: 'unionpay-test',
    profile: 'bcd',
    mac: 'retail',
    pinBlock: 'format0',
    keysMadeBy: 'bank',
    zmk: 'T',
    rates: { 'RUB/CNY': '0.0886400' },
  },
];

/** Where cards go by their leading digits. Of the two ranges in yuan one is converted by the issuer, the other at the till. */
export const BIN_ROUTES = [
  { prefix: '2200', scheme: 'mir', bank: 'mir-bank', currency: 'RUB', converter: 'issuer' },
  { prefix: '62000003', scheme: 'unionpay', bank: 'mir-bank', currency: 'RUB', converter: 'issuer' },
  { prefix: '62000002', scheme: 'unionpay', bank: 'unionpay-bank', currency: 'CNY', converter: 'issuer' },
  { prefix: '62000004', scheme: 'unionpay', bank: 'unionpay-bank', currency: 'CNY', converter: 'till' },
] as const;
