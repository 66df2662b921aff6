import { describe, expect, test } from 'vitest';
import { frame } from '../../../gateway/iso8583/frame.ts';
import { textOf } from '../../../gateway/iso8583/message.ts';
import { BankWorld, chipData, code, kcvOf, MIR, UNION } from './bank-fixture.ts';

const ascii = (text: string): string => Buffer.from(text, 'ascii').toString('hex');

describe('messages by hand', () => {
  test('a sign-on written in hexadecimal from the document is answered in the bytes the document asks for', async () => {
    const it = new BankWorld();
    // Length 58, 0800, bits 1 7 11 32 and 70.
    const body = `${ascii('0800')}82200001000000000400000000000000${ascii('1122060000000001')}${ascii('1100000123456')}${ascii('001')}`;
    it.connection.receive(Buffer.from(`0034${body}`, 'hex'));
    await it.world.advance(10);
    const answer = `${ascii('0810')}82200000020000000400000000000000${ascii('1122060000000001')}${ascii('00')}${ascii('001')}`;
    expect(Buffer.concat(it.raw).toString('hex')).toBe(`0029${answer}`);
  });

  test('the same in BCD', async () => {
    const it = new BankWorld({ terms: { profile: 'bcd' } });
    const body = `0800822000010000000004000000000000001122060000000001${'11'}000000123456${'0001'}`;
    it.connection.receive(Buffer.from(`00${(body.length / 2).toString(16)}${body}`, 'hex'));
    await it.world.advance(10);
    const answer = `0810822000000200000004000000000000001122060000000001${ascii('00')}0001`;
    expect(Buffer.concat(it.raw).toString('hex')).toBe(`00${(answer.length / 2).toString(16)}${answer}`);
  });
});

describe('a connection', () => {
  test('takes bytes in any pieces and two messages in one chunk', async () => {
    const it = new BankWorld();
    for (const byte of frame(it.network('001'))) it.connection.receive(Uint8Array.of(byte));
    expect((await it.hear()).map(code)).toEqual(['00']);
    it.connection.receive(Buffer.concat([frame(it.network('301')), frame(it.network('301'))]));
    expect((await it.hear()).map(code)).toEqual(['00', '00']);
  });

  test('ends at a length of nothing, at one too great, and at bytes that are no message, and no other does', async () => {
    for (const bytes of ['0000', 'ffff', '0004deadbeef', '000430393030']) {
      const it = new BankWorld();
      const other = it.connection;
      it.connection = it.dial();
      it.connection.receive(Buffer.from(bytes, 'hex'));
      expect([it.connection.open, other.open]).toEqual([false, true]);
    }
  });

  test('ends when a frame that has begun does not end in time', async () => {
    const it = new BankWorld();
    it.connection.receive(Buffer.from('00', 'hex'));
    await it.world.advance(9_900);
    expect(it.closed).toBe(false);
    await it.world.advance(200);
    expect(it.closed).toBe(true);
  });

  test('is asked for an echo when it was silent, and ends when none is answered', async () => {
    const it = new BankWorld();
    await it.signOn();
    expect((await it.hear(31_000)).map((message) => textOf(message, 70))).toEqual(['301']);
    expect(it.closed).toBe(false);
    await it.world.advance(10_000);
    expect(it.closed).toBe(true);
  });

  test('that has not signed on gets 91 to whatever comes, and so does one that has signed off', async () => {
    const it = new BankWorld();
    expect(code(await it.one(it.network('301')))).toBe('91');
    expect(code(await it.one(it.sealed('0200', it.request())))).toBe('91');
    await it.ready();
    expect(code(await it.sale())).toBe('00');
    expect(code(await it.one(it.network('002')))).toBe('00');
    expect(code(await it.sale())).toBe('91');
  });
});

describe('keys', () => {
  test('come as key blocks, with their check value in the answer, and a repeat changes nothing', async () => {
    const it = new BankWorld();
    await it.signOn();
    const answer = await it.changeKey('ZPK', it.zone.zpk);
    expect([code(answer), textOf(answer, 48)]).toEqual(['00', `KN003ZPKKC006${kcvOf(it.zone.zpk, true)}`]);
    expect(code(await it.changeKey('ZAK', it.zone.zak))).toBe('00');
    // The first answer was lost: the gateway has no ZAK that it knows to be shared.
    expect(code(await it.changeKey('ZAK', it.zone.zak))).toBe('00');
    expect(code(await it.sale())).toBe('00');
  });

  test('with a wrong block, usage or check value are refused with 97 and change nothing', async () => {
    const it = await new BankWorld().ready();
    const key = Buffer.alloc(16, 9);
    const run = it.keyRun('ZAK', key);
    for (const bad of [
      it.keyRun('ZAK', key, { kcv: '000000' }),
      it.keyRun('ZAK', key, { usage: 'M1' }),
      run.replace('D0', 'D1'),
    ]) {
      expect(code(await it.one(it.network('101', { 48: bad }, it.zone.zak)))).toBe('97');
    }
    expect(code(await it.one(it.network('101', { 48: run })))).toBe('88');
    expect(code(await it.sale())).toBe('00');
  });

  test('roll over: the one before still holds, one before that does not', async () => {
    const it = await new BankWorld().ready();
    const [first, second, third] = [it.zone.zak, Buffer.alloc(16, 0x22), Buffer.alloc(16, 0x33)];
    await it.changeKey('ZAK', second, first);
    const old = await it.one(it.sealed('0200', it.request(), first));
    expect([code(old), it.macHolds(old, second)]).toEqual(['00', true]);
    await it.changeKey('ZAK', third, second);
    expect(code(await it.one(it.sealed('0200', it.request(), second)))).toBe('00');
    expect(code(await it.one(it.sealed('0200', it.request(), first)))).toBe('88');
    it.restart();
    await it.signOn();
    expect(code(await it.one(it.sealed('0200', it.request(), second)))).toBe('00');
  });

  test('a PIN under the key before is opened, and under one that is neither refused with 97', async () => {
    const it = await new BankWorld().ready();
    const pin = it.pin(MIR, '4821');
    it.zone.zpk = Buffer.alloc(16, 0x44);
    await it.changeKey('ZPK', it.zone.zpk, it.zone.zak);
    expect(
      code(await it.sale({ ...pin, 22: '051', 55: chipData(MIR, '000000010000', '643', 18), 23: '001' })),
    ).toBe('00');
    expect(code(await it.sale({ ...it.pin(MIR, '4821'), 22: '021' }))).toBe('00');
    expect(code(await it.sale({ ...pin, 48: 'ZP006ABCDEF' }))).toBe('97');
  });

  test('of the bank’s making are offered after the first sign-on, until they are taken', async () => {
    const it = new BankWorld({ terms: { keysMadeBy: 'bank' } });
    it.inbox = [];
    it.send(it.network('001'));
    await it.world.advance(10);
    const offer = it.inbox[1];
    expect([offer?.mti, offer && textOf(offer, 70), offer && textOf(offer, 48)?.slice(0, 8)]).toEqual([
      '0800',
      '101',
      'KN003ZPK',
    ]);
    const again = (await it.hear(10_100))[0];
    expect(again && textOf(again, 48)?.slice(-6)).toBe(offer && textOf(offer, 48)?.slice(-6));
  });
});

describe('a card', () => {
  test('is approved by its chip, and is told so with a proof, version 10 and 18', async () => {
    const it = await new BankWorld().ready();
    for (const cvn of [10, 18] as const) {
      const chip = chipData(MIR, '000000010000', '643', cvn, '01', `00${cvn}`);
      const answer = await it.sale({ 22: '051', 23: '001', 55: chip });
      expect(code(answer)).toBe('00');
      expect(Buffer.from(answer.fields[55] as Uint8Array).toString('hex')).toMatch(
        cvn === 10 ? /^910a.{16}30308a023030$/ : /^9108.{8}008000008a023030$/,
      );
    }
  });

  test('with a cryptogram over another amount or by another key is refused, with a proof as well', async () => {
    const it = await new BankWorld().ready();
    const other = await it.sale({ 22: '051', 23: '001', 55: chipData(MIR, '000000010001', '643', 18) });
    const stranger = await it.sale({ 22: '051', 23: '001', 55: chipData(UNION, '000000010000', '643', 18) });
    expect([code(other), code(stranger)]).toEqual(['88', '88']);
    expect(other.fields[55]).toBeDefined();
    expect(code(await it.sale({ 22: '051' }))).toBe('30');
  });

  test('whose data lack what an issuer must have, or bear what must never be in them, is a format error', async () => {
    const it = await new BankWorld().ready();
    const without = (tag: string) => chipData(MIR, '000000010000', '643', 18, '01', '0007', tag);
    const asked = async (data: Uint8Array) => code(await it.sale({ 22: '051', 23: '001', 55: data }));
    for (const tag of ['82', '84', '95', '9A', '9C', '5F2A', '9F02', '9F03', '9F1A', '9F33', '9F37'])
      expect([tag, await asked(without(tag))]).toEqual([tag, '30']);
    const pinData = Buffer.concat([without(''), Buffer.from('99021234', 'hex')]);
    expect(await asked(pinData)).toBe('30');
    expect(it.available('r1')).toBe(10_000_000n);
  });

  test('that signed a payment which was approved signs no other by it, whatever its STAN; a wrong PIN does not use it up', async () => {
    const it = await new BankWorld().ready();
    const chip = { 22: '051', 23: '001', 55: chipData(MIR, '000000010000', '643', 18) };
    expect(code(await it.sale({ ...chip, ...it.pin(MIR, '0000') }))).toBe('55');
    expect(code(await it.sale({ ...chip, ...it.pin(MIR, '4821') }))).toBe('00');
    expect(code(await it.sale({ ...chip, ...it.pin(MIR, '4821') }))).toBe('88');
    it.restart();
    await it.signOn();
    expect(code(await it.sale(chip))).toBe('88');
    const next = chipData(MIR, '000000010000', '643', 18, '01', '0008');
    expect(code(await it.sale({ ...chip, 55: next }))).toBe('00');
    expect(it.available('r1')).toBe(9_980_000n);
  });

  test('with a wrong PIN is refused, at the third time for good, and a right one before forgives', async () => {
    for (const pinBlock of ['format4', 'format0'] as const) {
      const it = await new BankWorld({ terms: { pinBlock } }).ready();
      const enter = async (pin: string) => code(await it.sale(it.pin(MIR, pin)));
      expect([await enter('0000'), await enter('1111'), await enter('4821')]).toEqual(['55', '55', '00']);
      expect([await enter('0000'), await enter('1111'), await enter('2222')]).toEqual(['55', '55', '75']);
      it.restart();
      await it.signOn();
      expect(await enter('4821')).toBe('75');
    }
  });

  test('that is unknown, expired, stopped, empty or over a limit is refused by its own code', async () => {
    const it = await new BankWorld().ready();
    const limited = '2200000100000029';
    expect(code(await it.sale({ 2: '2200000199999999' }))).toBe('14');
    expect(code(await it.sale({ 2: '2200000100000086' }))).toBe('54');
    expect(code(await it.sale({ 2: '2200000100000094' }))).toBe('43');
    expect(code(await it.sale({ 2: '2200000100000102' }))).toBe('51');
    expect(code(await it.sale({ 2: limited, 4: '000000050001' }))).toBe('61');
    expect(code(await it.sale({ 2: limited, 4: '000000050000' }))).toBe('00');
    expect(code(await it.sale({ 2: limited, 4: '000000040000' }))).toBe('61');
    for (const expected of ['00', '00', '65'])
      expect(code(await it.sale({ 2: limited, 4: '000000000100' }))).toBe(expected);
  });

  test('all of it under retail MACs, TDES keys and the BCD profile', async () => {
    const it = await new BankWorld({
      terms: { mac: 'retail', macPadding: 1, profile: 'bcd', pinBlock: 'format0' },
    }).ready();
    const answer = await it.sale({
      ...it.pin(MIR, '4821'),
      22: '051',
      23: '001',
      35: `${MIR}=30122010000000000`,
      55: chipData(MIR, '000000010000', '643', 18),
    });
    expect([code(answer), it.macHolds(answer)]).toEqual(['00', true]);
  });
});

describe('totals', () => {
  test('agree by currency, close the period, and a repeat gets the first answer', async () => {
    const it = await new BankWorld().ready();
    const values = it.request();
    const sale = await it.one(it.sealed('0200', values));
    const undone = it.request({ 4: '000000000300' });
    await it.one(it.sealed('0200', undone));
    await it.reversal('0200', undone);
    await it.one(
      it.sealed(
        '0200',
        it.request({ 3: '200000', 4: '000000002500', 38: textOf(sale, 38), 48: `OR012${values[37]}` }),
      ),
    );
    await it.sale({ 2: UNION, 4: '000000000700', 49: '156' });
    const figures = { 74: 1n, 86: 2_500n, 76: 2n, 88: 10_300n, 77: 1n, 89: 300n };
    const roubles = it.totals('643', figures);
    const first = await it.one(it.sealed('0500', roubles));
    expect([first.mti, code(first), textOf(first, 66), first.fields[88]]).toEqual([
      '0510',
      '00',
      '1',
      undefined,
    ]);
    const again = await it.one(it.sealed('0501', roubles));
    expect([...again.bytes]).toEqual([...first.bytes]);
    expect(textOf(await it.one(it.sealed('0500', it.totals('643', {}))), 66)).toBe('1');
    expect(textOf(await it.one(it.sealed('0500', it.totals('156', { 76: 1n, 88: 700n }))), 66)).toBe('1');
  });

  test('out of balance bring the bank’s own figures', async () => {
    const it = await new BankWorld().ready();
    await it.sale();
    const answer = await it.one(it.sealed('0500', it.totals('643', { 76: 2n, 88: 20_000n })));
    expect([66, 76, 88, 97].map((de) => textOf(answer, de))).toEqual([
      '2',
      '0000000001',
      '0000000000010000',
      'C0000000000010000',
    ]);
  });
});
