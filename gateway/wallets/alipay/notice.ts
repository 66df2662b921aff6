/** Asynchronous notifications: a form post that Alipay repeats until it is answered `success`.
 *  Source: Open Platform; `sign` and `sign_type` are left out of the signed string, values are URL-decoded once. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { CNY, parseCurrencyCode } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type Money, parseDecimalMoney } from '../../kernel/money.ts';
import type { NoticeParser, WalletNotice } from '../../payments/wallet-port.ts';
import type { AlipayConfig } from './config.ts';
import { signedString, verifyBytes } from './signing.ts';

const BODY_LIMIT_CHARACTERS = 32_768;

const STATUS: Readonly<Record<string, WalletNotice['status']>> = {
  TRADE_SUCCESS: 'paid',
  TRADE_FINISHED: 'finished',
  TRADE_CLOSED: 'closed',
  WAIT_BUYER_PAY: 'pending',
};

/** The verifier answers null for anything that Alipay did not sign for this application and seller. */
export function createNoticeVerifier(config: AlipayConfig): NoticeParser['verify'] {
  const publicKey = createPublicKey(config.alipayPublicKeyPem);
  return (rawBody) => {
    const fields = parseForm(rawBody);
    if (fields === null) return null;
    const signature = fields.get('sign') ?? '';
    if (fields.get('sign_type') !== 'RSA2') return null;
    const signed = new Map([...fields].filter(([name]) => name !== 'sign' && name !== 'sign_type'));
    if (!isSigned(signed, signature, publicKey)) return null;
    if (fields.get('app_id') !== config.appId || fields.get('seller_id') !== config.sellerId) return null;
    return readNotice(fields);
  };
}

/** The rule leaves empty values out of the signed string; Alipay's own SDKs keep them. An empty field says nothing, so
 *  either is as good. */
function isSigned(fields: ReadonlyMap<string, string>, signature: string, publicKey: KeyObject): boolean {
  const holds = (text: string): boolean => verifyBytes(Buffer.from(text, 'utf8'), signature, publicKey);
  const leftOut = signedString(fields);
  if (holds(leftOut)) return true;
  const kept = signedString(fields, 'kept');
  return kept !== leftOut && holds(kept);
}

function readNotice(fields: ReadonlyMap<string, string>): WalletNotice | null {
  const outTradeNo = fields.get('out_trade_no') ?? '';
  const word = fields.get('trade_status') ?? '';
  const status = Object.hasOwn(STATUS, word) ? STATUS[word] : undefined;
  const order = readAmount(fields.get('total_amount') ?? '', fields.get('trans_currency') ?? CNY);
  if (!/^[0-9A-Za-z_]{1,64}$/.test(outTradeNo) || status === undefined || order === null) return null;
  return { outTradeNo, status, order };
}

function readAmount(text: string, currency: string): Money | null {
  try {
    const amount = parseDecimalMoney(text, parseCurrencyCode(currency));
    return amount.amountMinor > 0n ? amount : null;
  } catch (error) {
    if (error instanceof AmurError) return null;
    throw error;
  }
}

/** Null when a name repeats or a part is not URL-encoded UTF-8. */
function parseForm(rawBody: string): Map<string, string> | null {
  if (rawBody.length === 0 || rawBody.length > BODY_LIMIT_CHARACTERS) return null;
  const fields = new Map<string, string>();
  for (const part of rawBody.split('&')) {
    const cut = part.indexOf('=');
    const name = decodeOnce(part.slice(0, Math.max(cut, 0)));
    const value = decodeOnce(part.slice(cut + 1));
    if (cut < 1 || name === null || value === null || fields.has(name)) return null;
    fields.set(name, value);
  }
  return fields;
}

function decodeOnce(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
