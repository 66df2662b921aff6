import { beforeEach, describe, expect, test } from 'vitest';
import { pack, unpack } from '../../../../gateway/iso8583/codec.ts';
import { isoMessage } from '../../../../gateway/iso8583/message.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import { CARD_LINK, CardRig } from './card-rig.ts';
import { answered, never } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

/** Debits less credits over all transfers of a card: nothing stays when it was undone. */
async function booked(cardId: string): Promise<number> {
  return (await rig.store.transfersOf(cardId)).length;
}

describe('a reversal', () => {
  test('after its original undoes it, tells the bank once, and is answered 00 however often it comes', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const undo = rig.reversal(sale);
    const answer = await rig.ask(undo);
    expect([answer.mti, answer.fields[39], answer.fields[11]]).toEqual(['0430', '00', undo.fields[11]]);
    const again = rig.build('0421', undo.fields, { account: null, ksn: undo.ksn });
    expect(await rig.code(again)).toBe('00');
    await rig.world.advance(5_000);
    const card = await rig.card(sale);
    expect(card).toMatchObject({ state: 'reversed', reversalCause: 'till_timeout' });
    expect(rig.bank.advices).toHaveLength(1);
    expect(rig.bank.advices[0]).toMatchObject({
      kind: 'reversal',
      repeat: false,
      original: card?.bankReference,
      authCode: '654321',
      responseCode: '00',
      cause: 'till_timeout',
    });
    expect(rig.bank.advices[0]?.reference.stan).not.toBe(card?.bankReference?.stan);
    expect(await booked(card?.cardId ?? '')).toBe(2);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(1);
  });

  test('before its original is kept, and the original is declined on arrival', async () => {
    const sale = rig.sale();
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    expect(await rig.code(sale)).toBe('21');
    expect(await rig.code(sale)).toBe('21');
    expect((await rig.card(sale))?.state).toBe('parked');
    expect(rig.bank.requests).toHaveLength(0);
    expect(rig.bank.advices).toHaveLength(0);
  });

  test('while its original is at the bank wins: the answer is not an approval, the bank is told', async () => {
    rig.bank.delayMs = 1_000;
    const sale = rig.sale();
    const asked = rig.send(sale);
    await rig.world.advance(100);
    expect(await rig.code(rig.reversal(sale, { 56: '4000' }))).toBe('00');
    const answer = rig.read(sale, await rig.world.complete(asked));
    expect(answer.fields[39]).toBe('91');
    await rig.world.advance(5_000);
    const card = await rig.card(sale);
    expect(card).toMatchObject({ state: 'reversed', reversalCause: 'customer_cancelled', authCode: null });
    expect(rig.bank.advices).toHaveLength(1);
    expect(rig.logged('card_late_approval')).toBe(true);
    expect(await booked(card?.cardId ?? '')).toBe(0);
  });

  test('of a sale that was declined has nothing to undo', async () => {
    rig.bank.request1 = () => answered('51');
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe('declined');
    expect(rig.bank.advices).toHaveLength(0);
  });

  test('says the conditions that its original had (DE25), after a restart too', async () => {
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const sale = rig.sale({ 22: '012', 25: '08' });
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale, { 25: undefined }));
    await rig.restart();
    rig.bank.advise1 = () => answered('00');
    await rig.world.advance(60_000);
    expect((await rig.card(sale))?.state).toBe('reversed');
    expect(rig.bank.requests[0]).toMatchObject({ conditionCode: '08', entryMode: '012' });
    expect(new Set(rig.bank.advices.map(({ conditionCode }) => conditionCode))).toEqual(new Set(['08']));
  });

  test('of a chip carries what the card said about the end', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const emv = Buffer.from('9505000000000095058000000000'.slice(0, 14), 'hex');
    await rig.ask(rig.reversal(sale, { 55: emv, 56: '4351' }));
    await rig.world.advance(5_000);
    expect(Buffer.from(rig.bank.advices[0]?.emv ?? [])).toEqual(emv);
    expect(rig.bank.advices[0]?.cause).toBe('signature_refused');
  });

  test('with a wrong MAC undoes nothing', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale, {}, { mac: 'wrong' }))).toBe('88');
    expect((await rig.card(sale))?.state).toBe('approved');
  });

  test('without a MAC undoes nothing, though it has the code of an echo or a MAC in the wrong place', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const undo = rig.reversal(sale);
    const bare = { ...undo.fields, 59: undefined, 70: '301' };
    for (const fields of [bare, { ...bare, 64: Buffer.alloc(8) }, { ...undo.fields, 64: Buffer.alloc(8) }]) {
      const packed = pack(bcdProfile, isoMessage('0420', fields));
      const answer = await rig.world.complete(rig.cards.message(CARD_LINK, packed));
      expect(answer === null ? null : unpack(bcdProfile, answer).fields[39]).toBe('88');
    }
    expect((await rig.card(sale))?.state).toBe('approved');
  });

  test('that names no original is a format error', async () => {
    expect(await rig.code(rig.reversal(rig.sale(), { 90: undefined }))).toBe('30');
  });
});

describe('what the bank did not answer', () => {
  test('is reversed, with 91 to the till, when the bank’s leg gives up', async () => {
    rig.bank.request1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('91');
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', reversalCause: 'bank_timeout' });
  });

  test('is reversed by the gateway’s own bound, when the leg does not keep its own', async () => {
    rig.bank.request1 = () => never();
    const sale = rig.sale();
    const asked = rig.send(sale);
    await rig.world.advance(34_000);
    expect((await rig.card(sale))?.state).toBe('sent');
    await rig.world.advance(2_000);
    expect(rig.read(sale, await asked).fields[39]).toBe('91');
  });

  test('or declined and then approved is reversed: the till was told that nothing was paid', async () => {
    rig.bank.request1 = () => answered('91');
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('91');
    const reference = rig.bank.requests[0]?.reference;
    if (reference === undefined) throw new Error('The bank was asked.');
    rig.bank.late(reference, answered('00'));
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe('declined');
    expect(rig.bank.advices).toMatchObject([{ kind: 'reversal', original: reference }]);
    expect(rig.logged('card_late_approval')).toBe(true);
    expect(await rig.store.cards.advices('bank-a', 9)).toHaveLength(0);
  });

  test.each([1, 3])(
    'or declined and then approved after %d restarts is reversed as well, once',
    async (restarts) => {
      rig.bank.request1 = () => answered('51');
      const sale = rig.sale();
      expect(await rig.code(sale)).toBe('51');
      const reference = (await rig.card(sale))?.bankReference;
      if (reference == null) throw new Error('The bank was asked.');
      for (let times = 0; times < restarts; times += 1) await rig.restart();
      for (let times = 0; times < 2; times += 1) {
        rig.bank.late(reference, answered('00'));
        await rig.world.advance(5_000);
      }
      expect((await rig.card(sale))?.state).toBe('declined');
      expect(rig.bank.advices).toMatchObject([{ kind: 'reversal', original: reference }]);
      expect(rig.logged('card_late_approval')).toBe(true);
      expect(rig.logged('card_late_answer_of_unknown')).toBe(false);
    },
  );

  test('and what a bank approves that nobody asked for is logged as that, and nothing is told to it', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const reference = (await rig.card(sale))?.bankReference;
    if (reference == null) throw new Error('The bank was asked.');
    rig.bank.late({ ...reference, stan: '999999' }, answered('00'));
    rig.bank.late({ ...reference, mti: '0220' }, answered('00'));
    await rig.world.advance(5_000);
    expect(rig.log.filter((line) => line.includes('card_late_answer_of_unknown'))).toHaveLength(2);
    expect((await rig.card(sale))?.state).toBe('approved');
    expect(rig.bank.advices).toHaveLength(0);
  });

  test.each(['51', 'unknown'])('with %s and approved in one read is reversed like that', async (first) => {
    rig.bank.request1 = ({ reference }) => {
      rig.bank.late(reference, answered('00'));
      return first === 'unknown' ? { kind: 'unknown', cause: 'mac_wrong' } : answered(first);
    };
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe(first === 'unknown' ? '91' : first);
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe(first === 'unknown' ? 'reversed' : 'declined');
    expect(rig.bank.advices).toMatchObject([{ kind: 'reversal', original: { mti: '0200' } }]);
    expect(rig.logged('card_late_approval')).toBe(true);
  });

  test('with an approval, and declined in the same read, stays paid', async () => {
    rig.bank.request1 = ({ reference }) => {
      rig.bank.late(reference, answered('51'));
      return answered('00');
    };
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('00');
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe('approved');
    expect(rig.bank.advices).toHaveLength(0);
  });

  test('and what a bank answers late is logged and changes nothing', async () => {
    rig.bank.request1 = () => ({ kind: 'unknown', cause: 'timeout' });
    const sale = rig.sale();
    await rig.ask(sale);
    const reference = (await rig.card(sale))?.bankReference;
    if (reference == null) throw new Error('The bank was asked.');
    rig.bank.late(reference, answered('00'));
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', responseCode: '91', authCode: null });
    expect(rig.logged('card_late_approval')).toBe(true);
    expect(rig.bank.advices).toHaveLength(1);
  });
});

describe('a message that comes again', () => {
  test('gets the stored answer, byte for byte, and the bank is not asked again', async () => {
    const sale = rig.sale();
    const first = await rig.world.complete(rig.send(sale));
    for (let times = 0; times < 3; times += 1) {
      expect(Buffer.from((await rig.world.complete(rig.send(sale))) ?? [])).toEqual(first);
    }
    await rig.restart();
    expect(Buffer.from((await rig.world.complete(rig.send(sale))) ?? [])).toEqual(first);
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('while it is being worked on waits for the same answer', async () => {
    rig.bank.delayMs = 500;
    const sale = rig.sale();
    const both = [rig.send(sale), rig.send(sale)];
    await rig.world.advance(100);
    both.push(rig.send(sale));
    const answers = await rig.world.complete(Promise.all(both));
    expect(new Set(answers.map((answer) => Buffer.from(answer ?? []).toString('hex'))).size).toBe(1);
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('with another body is a duplicate, in flight and afterwards', async () => {
    rig.bank.delayMs = 500;
    const sale = rig.sale();
    const other = rig.sale({ ...sale.fields, 4: '000000150001', 59: undefined }, { account: null });
    const changed = rig.sale({ 4: '000000150001', 11: sale.fields[11] });
    const asked = rig.send(sale);
    await rig.world.advance(100);
    expect(await rig.code(changed)).toBe('94');
    await rig.world.complete(asked);
    expect(await rig.code(rig.sale({ 4: '000000150001', 11: sale.fields[11] }))).toBe('94');
    expect(other.packed.length).toBeGreaterThan(0);
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('under a new key of its MAC gets the same answer under that key, in flight and afterwards', async () => {
    rig.bank.delayMs = 500;
    const sale = rig.sale();
    const asked = rig.send(sale);
    await rig.world.advance(100);
    const again = () => rig.sale({ 11: sale.fields[11] }, { accountKsn: sale.ksn });
    const joined = rig.ask(again());
    await rig.world.complete(asked);
    expect((await joined).fields[38]).toBe('654321');
    expect((await rig.ask(again())).fields[38]).toBe('654321');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('after the sale was undone does not show its approval again', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale));
    expect(await rig.code(sale)).toBe('21');
  });
});

test('a restart gives up what was in flight before any message is taken', async () => {
  rig.bank.request1 = () => never();
  const sale = rig.sale();
  void rig.cards.message(CARD_LINK, sale.packed);
  await rig.world.advance(100);
  rig.bank.request1 = () => answered('00');
  await rig.restart();
  expect((await rig.card(sale))?.state).not.toBe('sent');
  expect(await rig.code(sale)).toBe('91');
  await rig.world.advance(5_000);
  expect(await rig.card(sale)).toMatchObject({ state: 'reversed', reversalCause: 'restart' });
  expect(rig.bank.requests).toHaveLength(1);
});
