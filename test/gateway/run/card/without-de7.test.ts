/** Foreign terminals that send DE12 and DE13 and no DE7. */
import { beforeEach, expect, test } from 'vitest';
import { packBatchData } from '../../../../gateway/iso8583/private-data.ts';
import type { UnpackedMessage } from '../../../../gateway/iso8583/unpacked-message.ts';
import { parseMid } from '../../../../gateway/kernel/identifiers.ts';
import { MERCHANT, TID } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';

const LOCAL = { 7: undefined, 12: '091500', 13: '1122' };

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const saleOf = (stan: string, values: Record<number, string> = {}) =>
  rig.sale({ ...LOCAL, 11: stan, ...values }, { sale: null });

const stored = ({ fields }: Sent) =>
  rig.store.cards.byIdentity({
    ...{ tid: TID, mid: parseMid(String(MERCHANT.mid)), messageClass: '2' },
    ...{ stan: String(fields[11]), transmittedAt: '1122091500' },
  });

/** `at`: what its DE90 says of when the sale was sent. */
const undone = (sale: Sent, at: string) =>
  rig.reversal({ ...sale, fields: { ...sale.fields, 7: at } }, { ...LOCAL, 12: '091700' });

test('a sale is told apart by its terminal’s date and time, answered with them, and told its bank with a DE7 of ours', async () => {
  const sale = saleOf('000501');
  const answer = await rig.ask(sale);
  expect([39, 7, 12, 13].map((de) => answer.fields[de])).toEqual(['00', undefined, '091500', '1122']);
  expect(await stored(sale)).toMatchObject({ kind: 'sale', state: 'approved' });
  expect(rig.bank.requests[0]?.reference.transmittedAt).toMatch(/^[0-9]{10}$/);
  expect(rig.bank.requests[0]?.reference.transmittedAt).not.toBe('1122091500');
});

test('the same message is answered again, another one under its name is 94, and a later one is new', async () => {
  const sale = saleOf('000501');
  expect(await rig.code(sale)).toBe('00');
  expect(await rig.code(sale)).toBe('00');
  expect(await rig.code(saleOf('000501', { 4: '000000150001' }))).toBe('94');
  expect(await rig.code(saleOf('000501', { 12: '091501' }))).toBe('00');
  expect(rig.bank.requests).toHaveLength(2);
});

test('a reversal names it by the same, before it comes too; without a time it names nothing', async () => {
  const sale = saleOf('000501');
  await rig.ask(sale);
  expect(await rig.code(undone(sale, '0000000000'))).toBe('30');
  expect((await stored(sale))?.state).toBe('approved');
  expect(await rig.code(undone(sale, '1122091500'))).toBe('00');
  await rig.world.advance(5_000);
  expect((await stored(sale))?.state).toBe('reversed');
  const late = saleOf('000502');
  expect(await rig.code(undone(late, '1122091500'))).toBe('00');
  expect(await rig.code(late)).toBe('21');
});

test('a void that comes after midnight is of the day that its terminal’s own clock said', async () => {
  const [inTime, left] = [await rig.ask(saleOf('000501')), await rig.ask(saleOf('000502', { 12: '091501' }))];
  const undo = (sale: UnpackedMessage, stan: string, date: string, time: string) =>
    rig.build(
      '0200',
      {
        ...{ ...LOCAL, 3: '020000', 4: '000000150000', 11: stan, 12: time, 13: date, 22: '051', 25: '00' },
        ...{ 37: String(sale.fields[37]), 49: '643', 60: packBatchData({ batch: '000007', original: null }) },
      },
      { account: null },
    );
  await rig.world.advance(86_400_000);
  expect(await rig.code(undo(left, '000503', '1123', '000500'))).toBe('12');
  expect(await rig.code(undo(inTime, '000504', '1122', '235500'))).toBe('00');
});

test('a message with neither is not taken', async () => {
  const bare = rig.sale({ 7: undefined }, { sale: null });
  const answer = await rig.world.complete(rig.send(bare));
  expect(answer).not.toBeNull();
  expect(rig.logged('card_message_refused')).toBe(true);
  expect(rig.bank.requests).toHaveLength(0);
});
