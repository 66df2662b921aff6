import { beforeEach, describe, expect, test } from 'vitest';
import {
  packBatchData,
  packBatchTotals,
  parseBatchTotals,
} from '../../../../gateway/iso8583/private-data.ts';
import type { UnpackedMessage } from '../../../../gateway/iso8583/unpacked-message.ts';
import { parseHeader } from '../../../../gateway/keys/key-block-header.ts';
import { TID, ulid } from '../../payments/samples.ts';
import { CardRig } from './card-rig.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const none = { count: 0, amountMinor: 0n };
const totals = (count: number, amountMinor: bigint) =>
  packBatchTotals({
    ...{ sales: { count, amountMinor }, refunds: none, debitSales: none },
    ...{ debitRefunds: none, authorisedSales: none, authorisedRefunds: none },
  });
const batch = (number: string) => packBatchData({ batch: number, original: null });

const claim = (
  code: '920000' | '960000',
  count: number,
  amountMinor: bigint,
  number = '000007',
  currency = '643',
) =>
  rig.build(
    '0500',
    { 3: code, 50: currency, 60: batch(number), 63: totals(count, amountMinor) },
    { account: null },
  );

const sale2 = { sale: { saleId: ulid('S2'), attemptId: ulid('A2') } };

describe('the totals of a batch', () => {
  test('that agree close it, and a sign-on then names the next one', async () => {
    await rig.ask(rig.sale());
    const answer = await rig.ask(claim('920000', 1, 150_000n));
    expect([answer.mti, answer.fields[39]]).toEqual(['0510', '00']);
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: true });
    const signOn = rig.build('0800', { 60: batch('000007'), 70: '001' }, { account: null });
    expect((await rig.ask(signOn)).fields[60]).toBe('000008');
  });

  test('that differ call for an upload, which says of each item whether it is known', async () => {
    const sale = rig.sale();
    const rrn = String((await rig.ask(sale)).fields[37]);
    const differing = await rig.ask(claim('920000', 2, 300_000n));
    expect(differing.fields[39]).toBe('95');
    expect(parseBatchTotals(String(differing.fields[63])).sales).toEqual({ count: 1, amountMinor: 150_000n });
    const item = (reference: string, minor: string) =>
      rig.build(
        '0320',
        { 3: '000000', 4: minor, 37: reference, 49: '643', 60: batch('000007') },
        { account: null },
      );
    const known = await rig.ask(item(rrn, '000000150000'));
    expect([known.mti, known.fields[39]]).toEqual(['0330', '00']);
    expect(await rig.code(item('999999999999', '000000150000'))).toBe('25');
    expect(await rig.code(item(rrn, '000000150001'))).toBe('12');
    const refusals = await rig.store.cards.matters.refusals(TID, 10);
    expect(refusals.map(({ mti, reason, responseCode }) => `${mti} ${responseCode} ${reason}`)).toEqual([
      '0320 12 upload_differs',
      '0320 25 upload_unknown',
    ]);
    expect(await rig.code(claim('960000', 2, 300_000n))).toBe('95');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: false });
    expect(rig.logged('card_batch_differs')).toBe(true);
  });

  test('that differ in a currency before the last are a matter and an alarm', async () => {
    await rig.ask(rig.sale());
    expect(await rig.code(claim('920000', 1, 500n, '000007', '156'))).toBe('95');
    expect(await rig.code(claim('960000', 1, 500n, '000007', '156'))).toBe('95');
    expect(await rig.code(claim('920000', 1, 150_000n))).toBe('00');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: false });
    expect(rig.logged('card_batch_differs')).toBe(true);
    const [matter, ...others] = await rig.store.cards.matters.open(0);
    expect(others).toEqual([]);
    expect(matter).toMatchObject({
      ...{ kind: 'batch_different', subject: '10000001/000007/CNY' },
      batch: { claimed: { sales: 1, salesMinor: 500n }, counted: { sales: 0, salesMinor: 0n } },
    });
  });

  test('of a currency that differs after another’s claim has closed the batch are answered after the upload too, and are a matter', async () => {
    await rig.ask(rig.sale());
    expect(await rig.code(claim('920000', 1, 150_000n))).toBe('00');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: true });
    expect(await rig.code(claim('920000', 1, 500n, '000007', '156'))).toBe('95');
    expect(await rig.code(claim('960000', 1, 500n, '000007', '156'))).toBe('95');
    expect(rig.logged('card_batch_differs')).toBe(true);
    expect(await rig.store.cards.matters.open(0)).toMatchObject([
      {
        ...{ kind: 'batch_different', subject: '10000001/000007/CNY' },
        batch: { claimed: { sales: 1, salesMinor: 500n }, counted: { sales: 0, salesMinor: 0n } },
      },
    ]);
  });

  test('leave a currency open that was not claimed; it is a matter once the terminal goes on in the next batch', async () => {
    await rig.ask(rig.sale());
    expect(await rig.code(claim('920000', 0, 0n, '000007', '156'))).toBe('00');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'open' });
    expect(await rig.code(claim('920000', 0, 0n, '000008'))).toBe('00');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: false });
    expect(rig.logged('card_batch_differs')).toBe(true);
    expect(await rig.store.cards.matters.open(0)).toMatchObject([
      {
        ...{ subject: '10000001/000007/RUB', atRisk: { amountMinor: 150_000n, currency: 'RUB' } },
        batch: { claimed: { sales: 0, salesMinor: 0n }, counted: { sales: 1, salesMinor: 150_000n } },
      },
    ]);
  });

  test('that were never said are a matter when the terminal signs on in a later batch', async () => {
    await rig.ask(rig.sale());
    const signOn = (number: string) => rig.build('0800', { 60: batch(number), 70: '001' }, { account: null });
    expect((await rig.ask(signOn('000007'))).fields[60]).toBe('000007');
    expect(await rig.store.cards.batch(TID, '000007')).toBeNull();
    expect((await rig.ask(signOn('000009'))).fields[60]).toBe('000009');
    expect(await rig.store.cards.batch(TID, '000007')).toMatchObject({ state: 'closed', agreed: false });
    await rig.ask(signOn('000009'));
    expect(await rig.store.cards.matters.open(0)).toHaveLength(1);
    expect(rig.log.filter((line) => line.includes('card_batch_differs'))).toHaveLength(1);
  });

  test('close it for what is new: the terminal is told so, and what is in it already is answered and undone as before', async () => {
    const sale = rig.sale();
    const rrn = String((await rig.ask(sale)).fields[37]);
    const lost = rig.sale({}, sale2);
    expect(await rig.code(claim('920000', 1, 150_000n))).toBe('00');
    const next = rig.sale({}, sale2);
    expect(await rig.code(next)).toBe('95');
    expect(await rig.card(next)).toBeNull();
    const undo = { 3: '020000', 4: '000000150000', 22: '051', 25: '00', 37: rrn, 49: '643' };
    expect(await rig.code(rig.build('0200', { ...undo, 60: batch('000007') }, { account: null }))).toBe('95');
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.reversal(lost))).toBe('00');
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    const [refusal] = await rig.store.cards.matters.refusals(TID, 1);
    expect(refusal).toMatchObject({ reason: 'batch_closed', responseCode: '95' });
    expect(await rig.code(rig.sale({ 60: batch('000008') }, sale2))).toBe('00');
  });

  test('asked for again get what they got', async () => {
    await rig.ask(rig.sale());
    expect(await rig.code(claim('920000', 1, 150_000n))).toBe('00');
    expect(await rig.code(claim('920000', 1, 150_000n))).toBe('00');
    expect(await rig.code(claim('920000', 3, 150_000n))).toBe('95');
  });

  test('are taken and answered in DE74 to DE88 where DE63 has no room for them', async () => {
    for (const n of ['S1', 'S2']) {
      await rig.ask(rig.sale({ 4: '999999999999' }, { sale: { saleId: ulid(n), attemptId: ulid(`${n}A`) } }));
    }
    const figures = { 74: '0000000000', 76: '0000000002', 86: '0000000000000000', 88: '0001999999999998' };
    const values = { 3: '920000', 50: '643', 60: batch('000007') };
    const large = () => rig.build('0500', { ...values, ...figures }, { account: null });
    const answer = await rig.ask(large());
    expect([answer.fields[39], answer.fields[63], answer.fields[76], answer.fields[88]]).toEqual([
      ...['00', undefined, '0000000002', '0001999999999998'],
    ]);
    const half = rig.build('0500', { ...values, 76: figures[76] }, { account: null });
    expect(await rig.code(half)).toBe('30');
  });

  test('of an upload’s message that names nothing, and of totals without figures, are format errors', async () => {
    expect(await rig.code(rig.build('0320', { 3: '000000', 60: batch('000007') }, { account: null }))).toBe(
      '30',
    );
    expect(await rig.code(rig.build('0500', { 3: '920000', 50: '643' }, { account: null }))).toBe('30');
  });
});

describe('a terminal without batches', () => {
  const unnamed = (count: number, amountMinor: bigint) =>
    rig.build('0500', { 3: '920000', 50: '643', 63: totals(count, amountMinor) }, { account: null });

  test('begins a new one with each close, and is answered again what closed the last', async () => {
    const first = rig.sale({ 60: undefined });
    const rrn = String((await rig.ask(first)).fields[37]);
    const yesterday = unnamed(1, 150_000n);
    expect(await rig.code(yesterday)).toBe('00');
    expect(await rig.code(yesterday)).toBe('00');
    const second = rig.sale({ 4: '000000070000', 60: undefined }, sale2);
    expect(await rig.code(second)).toBe('00');
    expect(await rig.code(yesterday)).toBe('00');
    const undo = { 3: '020000', 4: '000000150000', 22: '051', 25: '00', 37: rrn, 49: '643' };
    expect(await rig.code(rig.build('0200', undo, { account: null }))).toBe('12');
    expect(await rig.code(unnamed(1, 150_000n))).toBe('95');
    expect(await rig.code(unnamed(1, 70_000n))).toBe('00');
    expect([(await rig.card(first))?.batch, (await rig.card(second))?.batch]).toEqual(['000000', '000001']);
    expect(await rig.store.cards.matters.open(0)).toEqual([]);
  });

  test('uploads what is in the one that is open', async () => {
    await rig.ask(rig.sale({ 60: undefined }));
    expect(await rig.code(unnamed(1, 150_000n))).toBe('00');
    const sale = rig.sale({ 60: undefined }, sale2);
    const rrn = String((await rig.ask(sale)).fields[37]);
    expect(await rig.code(unnamed(2, 300_000n))).toBe('95');
    const item = { 3: '000000', 4: '000000150000', 37: rrn, 49: '643' };
    expect(await rig.code(rig.build('0320', item, { account: null }))).toBe('00');
  });
});

describe('a network message', () => {
  const network = (code: string, scheme: 'tdes' | 'aes' = 'tdes') =>
    rig.build('0800', { 70: code }, { account: null, ksn: rig.nextKsn(scheme) });

  test('signs on with batch, date and time of Moscow', async () => {
    const answer = await rig.ask(network('001'));
    expect(answer.mti).toBe('0810');
    expect([answer.fields[12], answer.fields[13], answer.fields[60]]).toEqual(['090000', '1122', '000000']);
    expect(answer.fields[70]).toBe('001');
  });

  test('echoes', async () => {
    expect(await rig.code(network('301'))).toBe('00');
    expect(await rig.code(network('777'))).toBe('12');
  });

  test('brings a new initial key under the pad’s transport key, the same one when asked again', async () => {
    const keys = async (): Promise<ReadonlyMap<string, string>> =>
      elements(await rig.ask(network('101', 'aes')));
    const first = await keys();
    const { header } = parseHeader(first.get('KB') ?? '');
    expect(header).toMatchObject({ usage: 'B1', algorithm: 'A' });
    expect(header.optional[0]?.data).toBe('1234567891123456');
    expect((await keys()).get('KC')).toBe(first.get('KC'));
    expect(await rig.code(network('101', 'tdes'))).toBe('12');
  });
});

function elements(answer: UnpackedMessage): ReadonlyMap<string, string> {
  const text = String(answer.fields[48]);
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const end = at + 5 + Number(text.slice(at + 2, at + 5));
    found.set(text.slice(at, at + 2), text.slice(at + 5, end));
    at = end;
  }
  return found;
}
