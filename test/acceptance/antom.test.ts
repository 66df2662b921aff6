import { describe, expect, test } from 'vitest';
import { BUYER, openCounter, SUPERVISOR, type WholeCounter } from './counter-fixture.ts';

const FEN = 44_938n;
const FULL = '502990';
/** The same with three pieces of amber: 14,829.90 RUB. */
const LARGE_FEN = 132_492n;

/** A paid sale, from the receipt that was printed. Answers the sale's and the attempt's id. */
async function paid(c: WholeCounter, by: 'code' | 'qr'): Promise<{ saleId: string; attemptId: string }> {
  const attemptId = by === 'code' ? await c.sellByCode() : await c.sellByQr();
  if (by === 'qr') expect(c.confirm(c.scanDisplay())).toBe('ok');
  await c.world.advance(2_000);
  const { saleId } = c.on('paid').basket;
  expect(c.printer.docs.at(-1)?.blocks).toContainEqual({ kind: 'qr', content: `AMUR1:${saleId}` });
  return { saleId, attemptId };
}

async function refundsInFull(by: 'code' | 'qr'): Promise<void> {
  const c = await openCounter();
  const { saleId, attemptId } = await paid(c, by);
  await c.refund(saleId, FULL);
  expect(c.on('refund_done')).toMatchObject({ outcome: 'approved', print: { state: 'printed' } });
  expect(c.printer.text()).toContain('ВОЗВРАТ');
  expect(c.printer.text()).toContain('449,38');
  expect(c.trade(attemptId)).toMatchObject({ status: 'TRADE_CLOSED', refundedMinor: FEN });
  expect(c.merchantFen()).toBe(0n);
  expect(c.wallet.desk.buyers.balanceFen(BUYER.buyerId)).toBe(3_000_000n);
  expect((await c.payment(attemptId)).refundedPrice.amountMinor).toBe(BigInt(FULL));
  await c.ok({ command: 'refund_leave' });
  expect((await c.today())[0]).toMatchObject({ state: 'refunded', refunded: { amountMinor: FULL } });
  expect(await c.differences()).toEqual([]);
}

async function refundsInBatches(by: 'code' | 'qr'): Promise<void> {
  const c = await openCounter();
  const { saleId, attemptId } = await paid(c, by);
  for (const part of ['12990', '100001', '389999']) {
    await c.refund(saleId, part);
    expect(c.on('refund_done')).toMatchObject({ outcome: 'approved', amount: { amountMinor: part } });
  }
  expect(c.printer.docs).toHaveLength(4);
  expect(c.moved('refund', attemptId)).toBe(3);
  expect(c.trade(attemptId)).toMatchObject({ status: 'TRADE_CLOSED', refundedMinor: FEN });
  await c.findReceipt(saleId);
  expect(await c.refused({ command: 'refund_amount', amountMinor: '1' })).toBe('REFUND_NOTHING_LEFT');
  expect(c.merchantFen()).toBe(0n);
  expect(await c.differences()).toEqual([]);
}

describe('Antom user-presented mode', () => {
  test('P1 success: the payment is confirmed and the receipt shown and printed', async () => {
    const c = await openCounter();
    const { attemptId } = await paid(c, 'code');
    expect(c.on('paid')).toMatchObject({
      print: { state: 'printed' },
      payment: { yuan: { amountMinor: '44938' } },
    });
    expect(c.printer.text()).toContain('449,38');
    expect(c.moved('pay', attemptId)).toBe(1);
    expect(await c.differences()).toEqual([]);
  });

  test.each(['25', '26', '27', '28', '29', '30'])('P2 24-digit code starting %s is paid', async (prefix) => {
    const c = await openCounter();
    let code = c.code(24);
    while (!code.startsWith(prefix)) code = c.code(24);
    const id = await c.sellByCode(1, code);
    await c.world.advance(500);
    c.on('paid');
    expect(c.trade(id)).toMatchObject({ authCode: code, totalMinor: FEN });
    expect(await c.differences()).toEqual([]);
  });

  test('P3 amount over RMB 1,000: the phone asks for the password and polling ends in success', async () => {
    const c = await openCounter();
    const id = await c.sellByCode(3);
    await c.world.advance(500);
    expect(c.on('wallet_unknown').cause).toBe('buyer_confirming');
    await c.world.advance(20_000);
    expect(c.confirm()).toBe('ok');
    await c.world.advance(7_000);
    c.on('paid');
    expect(c.printer.docs).toHaveLength(1);
    expect([c.merchantFen(), c.moved('pay', id)]).toEqual([LARGE_FEN, 1]);
    expect(await c.differences()).toEqual([]);
  });

  test('P4 polling ends in timeout: cancelled at the wallet, and the failure is shown', async () => {
    const c = await openCounter();
    const id = await c.sellByCode(3);
    await c.world.advance(62_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.till.customerView().state).toBe('not_paid');
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', paidAt: null, cancelAction: 'close' });
    expect(c.confirm(c.trade(id)?.tradeNo ?? '')).toBe('not_waiting');
    expect(c.printer.docs).toEqual([]);
    expect(await c.differences()).toEqual([]);
  });

  test('R1 full refund from the customer receipt, with a refund receipt', () => refundsInFull('code'));

  test('R2 multiple partial refunds come to exactly what was paid', () => refundsInBatches('code'));
});

describe('Antom order code', () => {
  test('P1 QR shown, scanned from the customer display and paid: the receipt prints', async () => {
    const c = await openCounter();
    const id = await c.sellByQr();
    expect(c.on('wallet_qr').payment.qr?.content).toMatch(/^https:\/\/qr\.alipay\.com\//);
    expect(c.till.customerView().state).toBe('qr');
    const tradeNo = c.scanDisplay();
    await c.world.advance(4_000);
    expect(c.confirm(tradeNo)).toBe('ok');
    await c.world.advance(1_000);
    c.on('paid');
    expect(c.notices.map((notice) => notice.answer)).toEqual(['success']);
    expect(c.printer.text()).toContain(tradeNo);
    expect([c.merchantFen(), c.moved('pay', id)]).toEqual([FEN, 1]);
    expect(await c.differences()).toEqual([]);
  });

  test('P2 the customer scans and waits: cancelled after repeated polling, failure shown', async () => {
    const c = await openCounter();
    const id = await c.sellByQr();
    const tradeNo = c.scanDisplay();
    await c.world.advance(130_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.till.customerView()).toMatchObject({ state: 'not_paid', qr: null });
    expect(c.calledCount('alipay.trade.query')).toBeGreaterThan(20);
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', cancelAction: 'close' });
    expect(c.confirm(tradeNo)).toBe('not_waiting');
    await c.ok({ command: 'next' });
    c.on('sale');
    expect(await c.differences()).toEqual([]);
  });

  test('R1 full refund of a payment by shown code', () => refundsInFull('qr'));

  test('R2 multiple partial refunds of a payment by shown code', () => refundsInBatches('qr'));
});

test('a refund over the paid sum is refused at the till, and by the gateway should a till ask for it', async () => {
  const c = await openCounter();
  const { saleId, attemptId } = await paid(c, 'code');
  await c.findReceipt(saleId);
  expect(await c.refused({ command: 'refund_amount', amountMinor: '502991' })).toBe('REFUND_EXCEEDS_PAID');
  const asked = c.line.request(
    'refund.start',
    {
      refundId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      attemptId,
      saleId,
      amount: { amountMinor: '502991', currency: 'RUB' },
      reason: SUPERVISOR.reason,
      operator: SUPERVISOR.staffId,
    },
    10_000,
  );
  await expect(c.world.complete(asked)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_PAID' });
  expect(c.calledCount('alipay.trade.refund')).toBe(0);
  expect(await c.differences()).toEqual([]);
});
