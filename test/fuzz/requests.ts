/** Well-formed requests of a terminal to begin from, and a gateway that has something to lose by them. */
import type { RequestType } from '../../gateway/wire/messages.ts';
import { ulid } from '../gateway/payments/samples.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { GatewayWorld } from './gateway-world.ts';

export interface BaseRequest {
  readonly v: 1;
  readonly id: string;
  readonly type: RequestType;
  readonly body: Record<string, unknown>;
}

const rub = (amountMinor: string) => ({ amountMinor, currency: 'RUB' });
const PAID = { attemptId: ulid('A1'), saleId: ulid('S1'), tenderId: ulid('T1') };

function startBody(quoteId: string, names: { attemptId: string; saleId: string; tenderId: string }) {
  return {
    ...names,
    saleTotal: rub('1000000'),
    amount: rub('1000000'),
    quoteId,
    method: { kind: 'scanned' as const, code: '280000000000004321' },
    subject: 'Покупка 茶',
    receiptNumber: '12-0001',
    operator: 'Анна',
  };
}

const GIFT = { charity: 'tiger', amount: rub('15000') };

const REFUND = {
  refundId: ulid('R1'),
  attemptId: PAID.attemptId,
  saleId: PAID.saleId,
  amount: rub('10000'),
  reason: 'Возврат',
  operator: 'Анна',
};

/** A paid sale with a part of it refunded. Answers the quote it was made with. */
export async function seedBooks(gateway: GatewayWorld): Promise<string> {
  const { quoteId } = await gateway.ask('quote.get', {});
  await gateway.ask('payment.start', startBody(quoteId, PAID));
  await gateway.ask('refund.start', REFUND);
  await gateway.world.advance(1_000);
  return quoteId;
}

export function baseRequest(draw: SeededRandom, quoteId: string, count: number): BaseRequest {
  const fresh = (letter: string) => `7${letter}${String(count).padStart(24, '0')}`;
  const other = { attemptId: fresh('A'), saleId: fresh('S'), tenderId: fresh('T') };
  const bodies: readonly (readonly [RequestType, Record<string, unknown>])[] = [
    ['quote.get', {}],
    ['charity.list', {}],
    ['sale.gift', { saleId: other.saleId, revision: 1, gift: GIFT }],
    ['sale.gift', { saleId: PAID.saleId, revision: 2, gift: null }],
    ['payment.start', { ...startBody(quoteId, other), gift: GIFT }],
    ['payment.start', startBody(quoteId, PAID)],
    ['payment.start', startBody(quoteId, other)],
    ['payment.start', { ...startBody(quoteId, other), method: { kind: 'shown' } }],
    ['payment.get', { attemptId: PAID.attemptId }],
    ['payment.check', { attemptId: PAID.attemptId }],
    ['payment.cancel', { ...other, amount: rub('500') }],
    [
      'sale.close',
      { saleId: other.saleId, disposition: 'set_aside', operator: 'Анна', reason: 'нет', closedAt: 1 },
    ],
    ['refund.start', REFUND],
    ['refund.get', { refundId: REFUND.refundId }],
    ['day.totals', { businessDate: '2026-11-22' }],
  ];
  const [type, body] = draw.pick(bodies);
  return { v: 1, id: `m${count}`, type, body };
}
