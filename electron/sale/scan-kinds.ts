/** What a scanned text is. A row a rule, the first that fits wins; whether it is legal here is scan-rules.ts' matter. */
import { recogniseCode } from '../../gateway/kernel/payment-codes.ts';
import { isEan } from '../catalogue/ean.ts';
import { readWeighedCode } from '../catalogue/weighed-code.ts';

export type ScanKind =
  | { readonly kind: 'receipt'; readonly saleId: string }
  | { readonly kind: 'weighed'; readonly plu: string; readonly grams: number }
  | { readonly kind: 'goods'; readonly barcode: string }
  | { readonly kind: 'alipay'; readonly code: string }
  | { readonly kind: 'other_wallet'; readonly wallet: 'wechat' | 'unionpay' }
  | { readonly kind: 'personal_collection'; readonly wallet: 'alipay' | 'wechat' }
  | { readonly kind: 'marked' }
  /** A DataMatrix that lost its group separators on the way: a keyboard wedge cannot type GS. */
  | { readonly kind: 'marked_without_gs' }
  | { readonly kind: 'unknown' };

const RECEIPT = /^AMUR1:([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
const GS = '\u001d';
const GS1_MARK = /^01[0-9]{14}21/;

export const SCAN_TEXT_MAX = 512;

/** The code on a receipt, by which it is found again. */
export function receiptCode(saleId: string): string {
  return `AMUR1:${saleId}`;
}

export function kindOfScan(scanned: string): ScanKind {
  if (scanned.length > SCAN_TEXT_MAX) return { kind: 'unknown' };
  const text = scanned.trim();
  const receipt = RECEIPT.exec(text)?.[1];
  if (receipt !== undefined) return { kind: 'receipt', saleId: receipt };
  const weighed = readWeighedCode(text);
  if (weighed !== null) return { kind: 'weighed', ...weighed };
  if (isEan(text)) return { kind: 'goods', barcode: text };
  return kindOfPayment(text) ?? kindOfMark(text) ?? { kind: 'unknown' };
}

function kindOfPayment(text: string): ScanKind | null {
  const code = recogniseCode(text);
  switch (code.kind) {
    case 'alipay':
      return { kind: 'alipay', code: text };
    case 'wechat':
    case 'unionpay':
      return { kind: 'other_wallet', wallet: code.kind };
    case 'personal_collection':
      return { kind: 'personal_collection', wallet: code.wallet };
    case 'unknown':
      return null;
  }
}

function kindOfMark(text: string): ScanKind | null {
  const body = text.startsWith(GS) ? text.slice(1) : text;
  if (!GS1_MARK.test(body)) return null;
  return { kind: text.includes(GS) ? 'marked' : 'marked_without_gs' };
}
