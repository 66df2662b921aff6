import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../drivers/contract/device.ts';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';

async function open(): Promise<Counter> {
  const counter = new Counter();
  await counter.open();
  return counter;
}

test('a malformed command is refused by path and changes nothing', async () => {
  const counter = await open();
  const before = counter.screen();
  for (const [message, path] of [
    [null, '/command'],
    [{ command: 'nonsense' }, '/command'],
    [{ command: 'line_quantity', lineId: 'L1', count: 0 }, '/count'],
    [{ command: 'cash_pay', tenderedMinor: '1.5' }, '/tenderedMinor'],
  ] as const) {
    const reply = await counter.till.command(message);
    expect(reply).toMatchObject({ ok: false, error: { code: 'COMMAND_MALFORMED', facts: { path } } });
  }
  expect(counter.screen()).toEqual(before);
});

test('no message, however strange, breaks the till', async () => {
  const counter = await open();
  const named = fc.record({
    command: fc.constantFrom(
      'line_add',
      'scan',
      'cash_pay',
      'refund_lines',
      'set_aside',
      'next',
      'sale_clear',
    ),
    text: fc.string(),
    goodsId: fc.string(),
    lines: fc.anything(),
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), named), async (message) => {
      const reply = await counter.till.command(message);
      expect(reply.ok || reply.error.code !== 'INTERNAL').toBe(true);
    }),
    { numRuns: 300, seed: 20261122 },
  );
  counter.till.cashierView();
});

describe('the basket', () => {
  test('joins pieces, keeps weighings apart, and asks for a weight', async () => {
    const counter = await open();
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'line_add', goodsId: '1001' });
    await counter.ok({ command: 'scan', text: '2100485004123' });
    await counter.ok({ command: 'line_add', goodsId: '00485', grams: 100 });
    expect(await counter.refused({ command: 'line_add', goodsId: '00485' })).toBe('WEIGHT_REQUIRED');
    const { lines } = counter.on('sale').basket;
    expect(lines.map((l) => [l.quantityMilli, l.sum.amountMinor])).toEqual([
      [2000, '25980'],
      [412, '36668'],
      [100, '8900'],
    ]);
    await counter.ok({ command: 'line_weight', lineId: 'L3', grams: 200 });
    await counter.ok({ command: 'line_remove', lineId: 'L1' });
    expect(counter.on('sale').basket.total.amountMinor).toBe('54468');
    expect(await counter.refused({ command: 'line_remove', lineId: 'L1' })).toBe('LINE_NOT_FOUND');
  });

  test('searches in three languages and by code', async () => {
    const counter = await open();
    const found = async (text: string) =>
      ((await counter.ok({ command: 'search', text })) as { goods: { goodsId: string }[] }).goods.map(
        (g) => g.goodsId,
      );
    expect(await found('мЕД')).toEqual(['1002']);
    expect(await found('琥珀')).toEqual(['1003']);
    expect(await found('choc')).toEqual(['1001']);
    expect(await found('4600000000022')).toEqual(['1002']);
    expect(await found('%')).toEqual([]);
  });

  test('refuses to be paid while it is empty', async () => {
    const counter = await open();
    expect(await counter.refused({ command: 'cash_begin' })).toBe('BASKET_EMPTY');
  });
});

describe('a scan', () => {
  test('that is illegal here is refused aloud, and the next legal one clears that', async () => {
    const counter = await open();
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    expect(counter.notice()).toBe('SCAN_CHOOSE_WALLET_FIRST');
    await counter.ok({ command: 'scan', text: '4600000000015' });
    expect(counter.notice()).toBeNull();
    await counter.ok({ command: 'wallet_begin' });
    for (const [text, code] of [
      ['4600000000015', 'SCAN_GOODS_NOT_HERE'],
      ['131234567890123456', 'WALLET_UNSUPPORTED'],
      ['wxp://f2f0abc', 'PERSONAL_CODE_REFUSED'],
      ['0104607123456789215Ab%x', 'SCAN_MARKED_WITHOUT_GS'],
      ['hello', 'CODE_UNRECOGNISED'],
    ] as const) {
      await counter.ok({ command: 'scan', text });
      expect(counter.till.cashierView().notice).toMatchObject({ tone: 'refused', code });
    }
    expect(counter.link.count('payment.start')).toBe(0);
  });

  test('from a device does what one from the wedge does', async () => {
    const counter = await open();
    counter.till.scan({ text: '4600000000039', source: 'serial', aim: ']E0' });
    expect(counter.on('sale').basket.lines).toHaveLength(1);
  });
});

describe('staff', () => {
  test('five wrong PINs lock a member of staff for five minutes, over a restart', async () => {
    const counter = new Counter();
    await counter.till.start();
    const wrong = { command: 'sign_in', staffId: 'anna', pin: '0000' };
    const codes: string[] = [];
    for (let i = 0; i < 5; i += 1) codes.push(await counter.refused(wrong));
    expect(codes).toEqual(['PIN_WRONG', 'PIN_WRONG', 'PIN_WRONG', 'PIN_WRONG', 'PIN_LOCKED']);
    await counter.restart();
    const right = { command: 'sign_in', staffId: 'anna', pin: '1111' };
    expect(await counter.refused(right)).toBe('PIN_LOCKED');
    await counter.world.advance(300_000);
    await counter.ok(right);
  });

  test('the first sign-in of a business date opens its shift', async () => {
    const counter = await open();
    expect(counter.till.cashierView().till.shift).toBe(1);
    await counter.ok({ command: 'sign_out' });
    await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    expect(counter.till.cashierView().till.shift).toBe(1);
    await counter.ok({ command: 'sign_out' });
    await counter.world.advance(86_400_000);
    await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    expect(counter.on('sale').basket.receiptNumber).toBe('2-0001');
  });

  test('a drawer opened without a sale is a supervisor act on record', async () => {
    const counter = await open();
    const anna = { command: 'drawer_open', staffId: 'anna', pin: '1111', reason: 'change' };
    expect(await counter.refused(anna)).toBe('NOT_A_SUPERVISOR');
    await counter.ok({ ...anna, staffId: 'maria', pin: '9999' });
    expect(counter.printer.drawers).toBe(1);
    expect(counter.row("SELECT staff_id, cashier_id, reason FROM audit WHERE act = 'drawer_open'")).toEqual({
      staff_id: 'maria',
      cashier_id: 'anna',
      reason: 'change',
    });
  });
});

describe('printing', () => {
  test('that fails leaves the sale paid and is offered again', async () => {
    const counter = await open();
    counter.printer.results.push({ kind: 'failed', fault: 'cover_open', paperMayHaveIt: true });
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
    expect(counter.on('paid').print).toEqual({ state: 'failed', fault: 'cover_open' });
    await counter.ok({ command: 'next' });
    expect(counter.till.cashierView().unprinted?.receiptNumber).toBe('1-0001');
    await counter.ok({ command: 'print_retry' });
    expect(counter.till.cashierView().unprinted).toBeNull();
  });

  test('of what the printer has no letters for is said to be unprintable', async () => {
    const counter = await open();
    counter.printer.results.push(new DriverError('TEXT_UNMAPPABLE', 'no such letter', {}));
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
    expect(counter.on('paid').print).toEqual({ state: 'failed', fault: 'unprintable' });
  });

  test('again gives the same paper with the mark of a copy, and the drawer stays shut', async () => {
    const counter = await open();
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
    const { saleId } = counter.on('paid').basket;
    await counter.ok({ command: 'reprint', saleId });
    const [original, copy] = counter.printer.docs;
    expect(copy?.blocks.slice(1, -1)).toEqual(original?.blocks);
    expect(JSON.stringify(copy?.blocks[0])).toContain('КОПИЯ');
    expect(copy?.openDrawer).toBe(false);
  });
});

test("the day's list agrees with the gateway to the kopeck", async () => {
  const counter = await open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  await counter.ok({ command: 'next' });
  await counter.ok({ command: 'today_open' });
  const { rows, totals } = counter.on('today');
  expect(rows.map((r) => [r.receiptNumber, r.state])).toEqual([['1-0001', 'paid']]);
  expect(totals.gateway).toMatchObject({ agrees: true, wallet: { amountMinor: '502990' } });
  const detail = (await counter.ok({ command: 'today_sale', saleId: rows[0]?.saleId ?? '' })) as {
    sale: { lines: unknown[] };
  };
  expect(detail.sale.lines).toHaveLength(2);
});

test("a day's list opened without the gateway asks for its figures by itself once it is back", async () => {
  const counter = await open();
  counter.link.go('down');
  await counter.ok({ command: 'today_open' });
  expect(counter.on('today').totals.gateway).toBeNull();
  counter.link.go('up');
  await counter.world.advance(1_000);
  expect(counter.on('today').totals.gateway).toMatchObject({ agrees: true });
});

test('quotes are renewed before they end, and without one there is no yuan', async () => {
  const counter = await open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  expect(counter.link.count('quote.get')).toBe(1);
  await counter.world.advance(280_000);
  expect(counter.link.count('quote.get')).toBe(2);
  counter.link.go('down');
  await counter.world.advance(300_000);
  expect(counter.on('sale').basket).toMatchObject({ yuan: null, rate: null });
  await counter.ok({ command: 'wallet_begin' });
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  expect(counter.notice()).toBe('LINK_DOWN');
});
