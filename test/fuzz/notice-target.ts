/** Spoilt notifications through the notify route, half of them spoilt after signing and half before. */
import { sign, verify } from 'node:crypto';
import { takeNotice } from '../../gateway/edge/notices.ts';
import { createNoticeVerifier } from '../../gateway/wallets/alipay/notice.ts';
import { ulid } from '../gateway/payments/samples.ts';
import { alipayKeys, config } from '../gateway/wallets/alipay/wallet-double.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { GatewayWorld } from './gateway-world.ts';
import { spoilBytes } from './mutations.ts';
import type { Session, Tally } from './tally.ts';
import { fenOf } from './wallet-words.ts';

const NO = ulid('A1');
const STATUSES = ['TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED', 'WAIT_BUYER_PAY'];
const STRANGE = [
  '',
  ' ',
  'null',
  '0',
  '-1',
  '1e5',
  '887.110',
  '887.1',
  '887,11',
  '9'.repeat(30),
  '茶',
  '%41',
  '\u0000',
  '__proto__',
];

type Fields = readonly (readonly [string, string])[];

const BASE: Fields = Object.entries({
  notify_id: '2026112200222140005095270000000000',
  notify_type: 'trade_status_sync',
  notify_time: '2026-11-22 14:00:06',
  charset: 'utf-8',
  version: '1.0',
  app_id: config.appId,
  seller_id: config.sellerId,
  trade_no: '2026112222001400001000000001',
  out_trade_no: NO,
  trade_status: 'TRADE_SUCCESS',
  subject: '50% & чай=茶+1',
  total_amount: '887.11',
  fund_bill_list: '[{"amount":"887.11","fundChannel":"ALIPAYACCOUNT"}]',
});

function signedText(fields: Fields, withEmpties = true): string {
  const kept = fields.filter(
    ([name, value]) => name !== 'sign' && name !== 'sign_type' && (withEmpties || value !== ''),
  );
  return kept
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function signed(fields: Fields): Fields {
  const signature = sign('sha256', Buffer.from(signedText(fields)), alipayKeys.privatePem).toString('base64');
  return [...fields, ['sign_type', 'RSA2'], ['sign', signature]];
}

function formOf(fields: Fields): string {
  return new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();
}

/** Whether a form still carries what the wallet signed, read by the platform's own rules for forms. */
function isGenuine(form: string): boolean {
  const fields = [...new URLSearchParams(form)];
  const value = (name: string): string => fields.find(([own]) => own === name)?.[1] ?? '';
  if (new Set(fields.map(([name]) => name)).size !== fields.length || value('sign_type') !== 'RSA2')
    return false;
  const signature = Buffer.from(value('sign'), 'base64');
  if (signature.toString('base64') !== value('sign')) return false;
  // The rule leaves empty values out and the official SDKs keep them: a notification may come either way.
  return [true, false].some((withEmpties) =>
    verify('sha256', Buffer.from(signedText(fields, withEmpties)), alipayKeys.publicPem, signature),
  );
}

export async function openNoticeSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  const gateway = await new GatewayWorld(draw.uint32(), null, {
    qrLifeMs: 1e12,
    cancelWindowMs: 1e12,
  }).open();
  const parser = { verify: createNoticeVerifier(config) };
  const { quoteId } = await gateway.ask('quote.get', {});
  const rub = { amountMinor: '1000000', currency: 'RUB' };
  await gateway.ask('payment.start', {
    ...{ attemptId: NO, saleId: ulid('S1'), tenderId: ulid('T1'), saleTotal: rub, amount: rub, quoteId },
    ...{ method: { kind: 'shown' }, subject: 'Покупка', receiptNumber: '1', operator: 'a' },
  });
  const money = (): string =>
    String(gateway.db.prepare('SELECT state, order_minor, amount_minor FROM payment').raw().all());
  const entries = (): number => gateway.db.prepare('SELECT COUNT(*) FROM entry').pluck().get() as number;
  const atFirst = money();

  async function take(
    kind: string,
    form: string,
    made: readonly string[],
    due: 'success' | 'failure' | 'either',
  ) {
    const before = gateway.watch.hash();
    const answer = await gateway.world.complete(takeNotice(form, parser, gateway.service, gateway.log));
    tally.count(kind, `${answer.status} ${answer.body}`, due === 'success');
    const wrong = (what: string): void => tally.violate(kind, what, made, form);
    if (due !== 'either' && answer.body !== due) wrong(`${answer.body} where ${due} was due`);
    if (answer.status !== (answer.body === 'success' ? 200 : 400))
      wrong(`status ${answer.status} ${answer.body}`);
    if (answer.body !== 'success' && gateway.watch.hash() !== before)
      wrong('a refused notice changed the books');
    await gateway.world.advance(draw.chance(100) ? 1_000 : 0);
    if (money() !== atFirst || entries() !== 0) wrong(`a notice changed the payment: ${money()}`);
  }

  async function afterSigning(): Promise<void> {
    const whole = formOf(signed(BASE));
    const made: string[] = [];
    const form = draw.chance(500)
      ? respelt(signed(BASE), draw, made)
      : spoilBytes(whole, draw, made).bytes.toString('utf8');
    // A form the platform's reader repairs and ours refuses is no breach: only a false one that is taken would be.
    const strict =
      !/%(?![0-9A-Fa-f]{2})/.test(form) && form.split('&').every((part) => part.indexOf('=') > 0);
    const genuine = isGenuine(form) && form.length <= 32_768;
    await take(
      'notification_after_signing',
      form,
      made,
      genuine ? (strict ? 'success' : 'either') : 'failure',
    );
  }

  async function beforeSigning(): Promise<void> {
    const made: string[] = [];
    const fields = spoilFields(BASE, draw, made);
    const value = (name: string): string => fields.find(([own]) => own === name)?.[1] ?? '';
    const currency = value('trans_currency');
    const rules =
      value('app_id') === config.appId &&
      value('seller_id') === config.sellerId &&
      /^\w{1,64}$/.test(value('out_trade_no')) &&
      STATUSES.includes(value('trade_status')) &&
      (fenOf(value('total_amount')) ?? 0n) > 0n;
    const twice = new Set(fields.map(([name]) => name)).size !== fields.length;
    const plain = /^\d{1,9}\.\d{2}$/.test(value('total_amount')) && currency === '';
    const due = !rules || twice ? 'failure' : plain ? 'success' : 'either';
    await take('notification_before_signing', formOf(signed(fields)), made, due);
  }

  return {
    one: () => (draw.chance(500) ? afterSigning() : beforeSigning()),
    close: () => gateway.close(),
  };
}

/** Other ways to write the same form, and some that only look like it. */
function respelt(fields: Fields, draw: SeededRandom, made: string[]): string {
  const parts = fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const at = draw.below(parts.length);
  const way = draw.pick(['reversed', 'escaped', 'plus', 'again', 'removed', 'extra', 'unescaped', 'lower']);
  made.push(way);
  switch (way) {
    case 'reversed':
      return parts.toReversed().join('&');
    case 'escaped':
      return parts.join('&').replaceAll('a', '%61');
    case 'plus':
      return parts.join('&').replaceAll('%20', '+');
    case 'again':
      return [...parts, parts[at] ?? ''].join('&');
    case 'removed':
      return parts.filter((_part, index) => index !== at).join('&');
    case 'extra':
      return [...parts, 'constructor=1'].join('&');
    case 'unescaped':
      return fields.map(([name, value]) => `${name}=${value}`).join('&');
    default:
      return parts.join('&').replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase());
  }
}

function spoilFields(base: Fields, draw: SeededRandom, made: string[]): Fields {
  const fields = base.map(([name, value]): [string, string] => [name, value]);
  for (let changes = 1 + draw.below(2); changes > 0; changes -= 1) {
    const at = draw.below(fields.length);
    const field = fields[at];
    if (field === undefined) return fields;
    const way = draw.pick([
      'value',
      'value',
      'removed',
      'twice',
      'added',
      'swapped',
      'number',
      'amount',
      'status',
      'currency',
    ]);
    made.push(way);
    if (way === 'value') field[1] = draw.pick(STRANGE);
    else if (way === 'removed') fields.splice(at, 1);
    else if (way === 'twice') fields.push([field[0], draw.pick(STRANGE)]);
    else if (way === 'added')
      fields.push([draw.pick(['__proto__', 'extra', 'gmt_refund']), draw.pick(STRANGE)]);
    else if (way === 'swapped') field[1] = draw.pick(fields)[1];
    else {
      const [name, value] = {
        number: ['out_trade_no', draw.pick([ulid('A2'), 'S1', NO.toLowerCase()])] as const,
        amount: ['total_amount', draw.pick(['887.10', '0.01', '88711.00', '1.00'])] as const,
        status: ['trade_status', draw.pick([...STATUSES, 'TRADE_PAID'])] as const,
        currency: ['trans_currency', draw.pick(['CNY', 'RUB', 'JPY', 'QQQ', 'cny'])] as const,
      }[way as 'number' | 'amount' | 'status' | 'currency'];
      const known = fields.find(([own]) => own === name);
      if (known === undefined) fields.push([name, value]);
      else known[1] = value;
    }
  }
  return fields;
}
