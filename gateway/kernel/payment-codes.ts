/** Which wallet a scanned text belongs to, by prefix and length. Pure data, shared by the till (to react at once) and the
 *  gateway (to decide). Source: Alipay, WeChat Pay and UnionPay merchant documents; a row a rule. */

export type PaymentCodeKind =
  | { readonly kind: 'alipay' }
  | { readonly kind: 'wechat' }
  | { readonly kind: 'unionpay' }
  /** A person's own collection QR: not allowed for business since 2022-03-01. */
  | { readonly kind: 'personal_collection'; readonly wallet: 'alipay' | 'wechat' }
  | { readonly kind: 'unknown' };

interface CodeRule {
  readonly pattern: RegExp;
  readonly is: PaymentCodeKind;
}

const RULES: readonly CodeRule[] = [
  { pattern: /^(2[5-9]|30)[0-9]{14,22}$/, is: { kind: 'alipay' } },
  { pattern: /^1[0-5][0-9]{16}$/, is: { kind: 'wechat' } },
  { pattern: /^62[0-9]{17}$/, is: { kind: 'unionpay' } },
  {
    pattern: /^https:\/\/qr\.alipay\.com\/(fkx|tsx)/i,
    is: { kind: 'personal_collection', wallet: 'alipay' },
  },
  { pattern: /^wxp:\/\//i, is: { kind: 'personal_collection', wallet: 'wechat' } },
];

export function recogniseCode(text: string): PaymentCodeKind {
  return RULES.find((rule) => rule.pattern.test(text))?.is ?? { kind: 'unknown' };
}
