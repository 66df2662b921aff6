import { beforeEach, describe, expect, test } from 'vitest';
import { pack } from '../../../../gateway/iso8583/codec.ts';
import { isoMessage } from '../../../../gateway/iso8583/message.ts';
import { packBatchData, packDccData } from '../../../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { parseTid } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { BinTable } from '../../../../gateway/run/card/bin-table.ts';
import { ACCOUNT, TDES_KSN } from '../../keys/hsm-world.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { startBody } from '../counter.ts';
import { CardRig } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const CHINESE = { pan: '6250941006528599', track2: '6250941006528599=30122011234500000' };

describe('a card sale', () => {
  test('is approved, booked and answered with what the bank said', async () => {
    const issuerData = Buffer.from('910A11223344556677880000', 'hex');
    rig.bank.request1 = () => answered('00', { issuerData });
    const sale = rig.sale({ 55: Buffer.from('9F36020001950500000000009A03261122', 'hex') }, { pin: '1234' });
    const answer = await rig.ask(sale);
    expect(answer.mti).toBe('0210');
    expect(answer.fields[39]).toBe('00');
    expect(answer.fields[38]).toBe('654321');
    expect(answer.fields[4]).toBe('000000150000');
    expect(answer.fields[11]).toBe(sale.fields[11]);
    expect(Buffer.from(answer.raw(55) ?? [])).toEqual(issuerData);
    const card = await rig.card(sale);
    expect(card).toMatchObject({ state: 'approved', authCode: '654321', cvm: 'online_pin', batch: '000007' });
    expect(card?.card).toMatchObject({ masked: '220070******7891', bin: '220070', scheme: 'mir' });
    expect(answer.fields[37]).toBe(card?.bankReference?.rrn);
    expect(await rig.store.transfersOf(card?.cardId ?? '')).toHaveLength(1);
  });

  test('reaches the bank once, with a card that prints masked and a PIN still encrypted', async () => {
    await rig.ask(rig.sale({ 23: '001' }, { pin: '1234' }));
    expect(rig.bank.requests).toHaveLength(1);
    expect(rig.bank.requests[0]).toMatchObject({
      kind: 'sale',
      psn: '01',
      entryMode: '051',
      reference: { bank: 'bank-a', mti: '0200' },
      card: { pin: { format: 0 } },
    });
    expect(
      JSON.stringify(rig.bank.requests, (_, v) => (typeof v === 'bigint' ? String(v) : v)),
    ).not.toContain(ACCOUNT.pan);
  });

  test('is durable before the bank is asked, and before it is answered', async () => {
    let seen: string | undefined;
    const sale = rig.sale();
    rig.bank.request1 = async () => {
      seen = (await rig.card(sale))?.state;
      return answered('00');
    };
    const answer = await rig.world.complete(rig.send(sale));
    expect(seen).toBe('sent');
    // All but its MAC, which is made anew for whoever asks again.
    const kept = Buffer.from((await rig.card(sale))?.answer ?? []);
    expect(kept.subarray(-8)).toEqual(Buffer.alloc(8));
    expect(kept.subarray(0, -8)).toEqual(answer?.slice(0, -8));
    expect(await rig.world.complete(rig.send(sale))).toEqual(answer);
  });

  test('declined says the code of the bank and books nothing', async () => {
    rig.bank.request1 = () => answered('51');
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('51');
    const card = await rig.card(sale);
    expect(card?.state).toBe('declined');
    expect(await rig.store.transfersOf(card?.cardId ?? '')).toHaveLength(0);
  });

  test('approved in part says how much', async () => {
    rig.bank.request1 = () => answered('10', { approved: money(100_000n, RUB) });
    const answer = await rig.ask(rig.sale());
    expect([answer.fields[39], answer.fields[4]]).toEqual(['10', '000000100000']);
  });

  test('whose issuer converts brings what the card is charged', async () => {
    rig.bank.request1 = () => answered('00', { billing: { amount: money(13_296n, CNY), rate: '70886400' } });
    const answer = await rig.ask(rig.sale());
    expect([answer.fields[6], answer.fields[10], answer.fields[51]]).toEqual([
      '000000013296',
      '70886400',
      '156',
    ]);
  });

  test('under AES keys, in the ASCII profile over TCP, is a sale like any other', async () => {
    rig = await CardRig.open({ pads: new Map([[TID, '1234567890']]) });
    const sale = rig.sale({}, { profile: 'ascii', ksn: rig.nextKsn('aes'), pin: '4321' });
    expect(await rig.code(sale, { kind: 'tcp', profile: 'ascii', peer: '10.0.0.9' })).toBe('00');
  });
});

describe('a sale that cannot be', () => {
  test('without a route is declined with 15, and with 31 when its bank is not there', async () => {
    const stranger = { pan: '4111111111111111', expiryYymm: '3012' };
    expect(await rig.code(rig.sale({}, { account: stranger }))).toBe('15');
    const gone = { pan: '6222000000000003', expiryYymm: '3012' };
    expect(await rig.code(rig.sale({}, { account: gone }))).toBe('31');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('while the bank is unreachable is declined with 91 and owes nothing', async () => {
    rig.bank.request1 = () => ({ kind: 'not_sent', cause: 'link_down' });
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('91');
    expect((await rig.card(sale))?.state).toBe('declined');
    expect(await rig.store.cards.advices('bank-a', 9)).toHaveLength(0);
  });

  test('of nothing is declined with 13', async () => {
    expect(await rig.code(rig.sale({ 4: '000000000000' }))).toBe('13');
  });

  test('in yuan without an offer taken is not allowed', async () => {
    expect(await rig.code(rig.sale({ 49: '156' }))).toBe('12');
  });

  test('of a prefix that is not the card’s is refused as a security failure', async () => {
    expect(await rig.code(rig.sale({}, { bin: '220099' }))).toBe('88');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('in a processing code of nobody’s is not allowed', async () => {
    expect(await rig.code(rig.sale({ 3: '990000' }))).toBe('12');
  });

  test('without an amount or a card is a format error', async () => {
    expect(await rig.code(rig.sale({ 4: undefined }))).toBe('30');
    expect(await rig.code(rig.sale({}, { account: null }))).toBe('30');
  });
});

describe('a message that is not to be trusted', () => {
  test('with a wrong MAC gets 88 and has no effect', async () => {
    const sale = rig.sale({}, { mac: 'wrong' });
    expect(await rig.code(sale)).toBe('88');
    expect(await rig.card(sale)).toBeNull();
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('is judged once, by its MAC, for whoever brought it; an echo without one is not', async () => {
    rig = await CardRig.open({ pads: new Map([[TID, 'FFFF987654']]) });
    const tcp = { kind: 'tcp', profile: 'bcd', peer: '10.0.0.9' } as const;
    const judgements: string[] = [];
    const judged = (judgement: string) => void judgements.push(judgement);
    const { fields } = rig.sale();
    const identity = { 7: fields[7], 11: fields[11], 41: fields[41], 42: fields[42] };
    const echo = pack(bcdProfile, isoMessage('0800', { ...identity, 70: '301' }));
    const others = [rig.sale(), rig.sale({}, { mac: 'wrong' }), rig.sale({ 2: ACCOUNT.pan })];
    for (const packed of [...others.map((sent) => sent.packed), echo])
      await rig.world.complete(rig.cards.message(tcp, packed, judged));
    expect(judgements).toEqual(['verified', 'refused', 'refused']);
  });

  test('with a card number, a track or a PIN in clear gets 30, and the log has none of it', async () => {
    const clear: readonly Record<number, string | Uint8Array>[] = [
      { 2: ACCOUNT.pan },
      { 35: String(ACCOUNT.track2) },
      { 45: `B${ACCOUNT.pan}^IVANOV/IVAN^3012201` },
      { 52: Buffer.alloc(8, 7) },
      { 55: Buffer.from(`5A08${ACCOUNT.pan}`, 'hex') },
      { 55: Buffer.from('5713220070123456789 1D30122011234500000F'.replace(' ', ''), 'hex') },
      { 55: Buffer.from(`700A5A08${ACCOUNT.pan}`, 'hex') },
      { 55: Buffer.from('5F2004414243449F36020001', 'hex') },
    ];
    for (const values of clear) {
      const answer = await rig.world.complete(rig.send(rig.sale(values)));
      expect(Buffer.from(answer ?? []).toString('hex')).toContain(Buffer.from('30').toString('hex'));
    }
    expect(rig.bank.requests).toHaveLength(0);
    expect(rig.log.filter((line) => line.includes('card_message_refused'))).toHaveLength(clear.length);
    expect(rig.log.join('\n')).not.toContain(ACCOUNT.pan.slice(6, 12));
  });

  test('from another terminal than the link’s, an unknown, revoked or foreign one gets 58', async () => {
    const other = parseTid('10000002');
    expect(await rig.code(rig.sale(), { kind: 'link', tid: other })).toBe('58');
    expect(await rig.code(rig.sale({ 41: '10000077' }), { kind: 'link', tid: parseTid('10000077') })).toBe(
      '58',
    );
    expect(await rig.code(rig.sale({}, { profile: 'bcd' }), { kind: 'tcp', profile: 'bcd', peer: 'x' })).toBe(
      '58',
    );
    await rig.store.commit([
      { kind: 'terminal.put', row: { tid: TID, mid: MERCHANT.mid, publicKey: null, revokedAt: 1 } },
    ]);
    await rig.world.advance(1_000);
    expect(await rig.code(rig.sale())).toBe('58');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('from another PIN pad than the terminal’s own gets 58', async () => {
    rig = await CardRig.open({ pads: new Map([[TID, '1234567890']]) });
    expect(await rig.code(rig.sale())).toBe('58');
  });

  test('of another merchant gets 03', async () => {
    expect(await rig.code(rig.sale({ 42: '999999999999999' }))).toBe('03');
  });

  test('with a key of nobody’s gets 88 without a MAC', async () => {
    const sale = rig.sale({}, { ksn: TDES_KSN });
    const bytes = Buffer.from(sale.packed);
    const at = bytes.indexOf(Buffer.from('FFFF987654', 'hex'));
    expect(at).toBeGreaterThan(0);
    for (let i = at; i >= 0; i = bytes.indexOf(Buffer.from('FFFF987654', 'hex'), i + 1)) bytes[i] = 0x11;
    const answer = await rig.world.complete(rig.cards.message({ kind: 'link', tid: TID }, bytes));
    expect(answer?.length).toBeGreaterThan(0);
    expect(await rig.card(sale)).toBeNull();
  });

  test('that is none is dropped or answered 30, and never ends anything', async () => {
    const sale = rig.sale().packed;
    for (let end = 0; end < sale.length; end += 1) {
      const answer = await rig.world.complete(
        rig.cards.message({ kind: 'link', tid: TID }, sale.subarray(0, end)),
      );
      if (answer !== null) expect(Buffer.from(answer).toString('latin1')).toContain('30');
    }
    expect(rig.bank.requests).toHaveLength(0);
    expect(await rig.code(rig.sale())).toBe('00');
  });

  test('that is an answer itself is not answered', async () => {
    const sale = rig.sale();
    const answer = await rig.world.complete(rig.send(sale));
    expect(
      await rig.world.complete(rig.cards.message({ kind: 'link', tid: TID }, answer ?? sale.packed)),
    ).toBeNull();
  });
});

describe('a BIN that is too short for the table', () => {
  const bank = (scheme: string, prefix: string, name: string) =>
    ({ prefix, scheme, bank: name, currency: 'RUB', converter: 'issuer' }) as const;
  const own = ACCOUNT.pan.slice(0, 8);

  test.each([own.slice(0, 6), own])('leads by %s where the whole number leads, its PIN too', async (bin) => {
    const bins = new BinTable([bank('other', own.slice(0, 6), 'bank-gone'), bank('mir', own, 'bank-a')]);
    rig = await CardRig.open({ bins });
    rig.bank.pinTarget = { key: { kind: 'fixed', key: 'bank.zpk' }, format: 0 };
    const sale = rig.sale({}, { bin, pin: '1234' });
    expect(await rig.code(sale)).toBe('00');
    expect((await rig.card(sale))?.card).toMatchObject({ scheme: 'mir', bin });
    // Of a bank that is not known as the MAC is checked, the link translates the PIN.
    const { pin, bankPin } = rig.bank.requests[0]?.card ?? {};
    expect([pin?.format, bankPin === null]).toEqual([0, bin !== own]);
  });

  test('leads no card to the longer row that is not its', async () => {
    const longer = `${own.slice(0, 6)}${own.endsWith('99') ? '98' : '99'}`;
    const bins = new BinTable([bank('other', longer, 'bank-a'), bank('mir', '2200', 'bank-gone')]);
    rig = await CardRig.open({ bins });
    expect(await rig.code(rig.sale({}, { bin: own.slice(0, 6) }))).toBe('31');
  });
});

describe('one sale, one payment', () => {
  test('a second card attempt beside an approved one is refused', async () => {
    await rig.ask(rig.sale());
    expect(await rig.code(rig.sale())).toBe('12');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('a card beside a live wallet attempt is refused, and a wallet beside a card', async () => {
    const quote = await rig.world.complete(rig.gateway.handle(TID, 'quote.get', {}));
    rig.wallet.next.pay.push({ kind: 'pending', providerRef: null });
    await rig.world.complete(rig.gateway.handle(TID, 'payment.start', startBody(quote.quoteId)));
    expect(await rig.code(rig.sale())).toBe('12');
    const other = { saleId: ulid('S2'), attemptId: ulid('A2') };
    expect(await rig.code(rig.sale({}, { sale: other }))).toBe('00');
    const next = await rig.world.complete(rig.gateway.handle(TID, 'quote.get', {}));
    const body = { ...startBody(next.quoteId), attemptId: ulid('A3'), saleId: ulid('S2') };
    await expect(rig.world.complete(rig.gateway.handle(TID, 'payment.start', body))).rejects.toMatchObject({
      code: 'SALE_ALREADY_PAID',
    });
  });

  test('a closed sale takes no card, and one closed while the bank is asked ends reversed', async () => {
    const close = (saleId: string) =>
      rig.gateway.handle(TID, 'sale.close', {
        ...{ saleId, disposition: 'cancelled', operator: 'Анна', reason: 'нет', closedAt: rig.world.now() },
      });
    await rig.world.complete(close(ulid('S1')));
    expect(await rig.code(rig.sale())).toBe('12');
    const sale = rig.sale({}, { sale: { saleId: ulid('S2'), attemptId: ulid('A2') } });
    const asked = rig.send(sale);
    await rig.world.advance(5);
    await rig.world.complete(close(ulid('S2')));
    const answer = rig.read(sale, await rig.world.complete(asked));
    expect(answer.fields[39]).toBe('91');
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', reversalCause: 'sale_closed' });
    expect(rig.bank.advices).toHaveLength(1);
    expect(rig.logged('card_late_approval')).toBe(true);
  });

  test('a card approved for a sale that is closed afterwards gives its money back', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const body = {
      saleId: ulid('S1'),
      disposition: 'paid_otherwise',
      operator: 'Анна',
      reason: 'нал',
    } as const;
    await rig.world.complete(rig.gateway.handle(TID, 'sale.close', { ...body, closedAt: rig.world.now() }));
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', reversalCause: 'sale_closed' });
  });
});

describe('a price converted at the till', () => {
  const dcc = (quoteId: string, rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 }) =>
    packDccData({ choice: 'converted', price: money(150_000n, RUB), rate, markupBp: 150, quoteId });

  async function offer() {
    const amount = { amountMinor: '150000', currency: 'RUB' };
    const ask = { bin: '625094', amount, operation: 'sale' } as const;
    const reply = await rig.world.complete(rig.gateway.handle(TID, 'card.offer', ask));
    if (reply.offer === null) throw new Error('There was no offer.');
    return reply.offer;
  }

  test('is charged in yuan by a quote that stands, and remembers the price', async () => {
    const { quote, amount } = await offer();
    const yuan = amount.amountMinor.padStart(12, '0');
    const sale = rig.sale({ 4: yuan, 49: '156', 61: dcc(quote.quoteId) }, { account: CHINESE });
    expect(await rig.code(sale)).toBe('00');
    const card = await rig.card(sale);
    expect(card?.amount).toEqual(money(BigInt(amount.amountMinor), CNY));
    expect(card?.dcc).toMatchObject({ price: money(150_000n, RUB), quoteId: quote.quoteId });
    expect(rig.bank.requests[0]?.dcc?.price).toEqual(money(150_000n, RUB));
  });

  test('is refused when the quote has run out, is another terminal’s, or does not give that amount', async () => {
    const { quote, amount } = await offer();
    const yuan = amount.amountMinor.padStart(12, '0');
    const attempt = (values: Record<number, string>) =>
      rig.code(rig.sale({ 4: yuan, 49: '156', 61: dcc(quote.quoteId), ...values }, { account: CHINESE }));
    expect(await attempt({ 4: '000000000100' })).toBe('13');
    expect(await attempt({ 61: dcc(ulid('Q9')) })).toBe('12');
    const dearer = { base: CNY, quote: RUB, value: 100_000n, scale: 4 };
    expect(await attempt({ 61: dcc(quote.quoteId, dearer) })).toBe('13');
    await rig.world.advance(300_001);
    expect(await attempt({})).toBe('21');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('is offered only where the card has another currency and its issuer leaves it to the till', async () => {
    const ask = (bin: string, operation: 'sale' | 'refund' = 'sale') =>
      rig.world.complete(
        rig.gateway.handle(TID, 'card.offer', {
          ...{ bin, operation, amount: { amountMinor: '150000', currency: 'RUB' } },
        }),
      );
    expect(await ask('220070')).toMatchObject({ scheme: 'mir', routed: true, offer: null });
    expect(await ask('622200')).toMatchObject({ scheme: 'unionpay', offer: null });
    expect(await ask('411111')).toEqual({ scheme: null, routed: false, offer: null });
    expect((await ask('625094', 'refund')).offer).toBeNull();
    expect((await ask('625094')).offer?.amount).toEqual({ amountMinor: '13307', currency: 'CNY' });
  });
});

test('batches of terminals that have none are zeros', async () => {
  const sale = rig.sale({ 60: undefined });
  await rig.ask(sale);
  expect((await rig.card(sale))?.batch).toBe('000000');
  expect(packBatchData({ batch: '000000', original: null })).toBe('000000');
});
