import { describe, expect, test } from 'vitest';
import { textOf } from '../../../gateway/iso8583/message.ts';
import { ACQUIRER, BankWorld, code, MIR, UNION } from './bank-fixture.ts';

const ready = () => new BankWorld().ready();

describe('what a bank must hold to', () => {
  test('an approved sale charges the account once and answers with what it was asked', async () => {
    const it = await ready();
    const values = it.request();
    const answer = await it.one(it.sealed('0200', values));
    expect(answer.mti).toBe('0210');
    expect(code(answer)).toBe('00');
    for (const de of [3, 4, 7, 11, 37, 41, 42, 49]) expect(textOf(answer, de)).toBe(values[de]);
    expect(textOf(answer, 38)).toMatch(/^[0-9A-Z]{6}$/);
    for (const de of [2, 14, 35, 52, 59]) expect(answer.fields[de]).toBeUndefined();
    expect(it.macHolds(answer)).toBe(true);
    expect(it.available('r1')).toBe(9_990_000n);
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('the same identity with the same content gets the stored answer and has no second effect', async () => {
    const it = await ready();
    const values = it.request();
    const first = await it.one(it.sealed('0200', values));
    const again = await it.one(it.sealed('0200', { ...values, 12: '130000', 13: '1123' }));
    const repeat = await it.one(it.sealed('0201', values));
    expect([...again.bytes]).toEqual([...first.bytes]);
    expect([...repeat.bytes]).toEqual([...first.bytes]);
    expect(it.available('r1')).toBe(9_990_000n);
  });

  test('the same identity with other content is refused with 94 and has no effect', async () => {
    const it = await ready();
    const values = it.request();
    await it.one(it.sealed('0200', values));
    expect(code(await it.one(it.sealed('0200', { ...values, 4: '000000020000' })))).toBe('94');
    expect(it.available('r1')).toBe(9_990_000n);
  });

  test('an answer that was given stands after the bank was killed and came again', async () => {
    const it = await ready();
    const values = it.request();
    const first = await it.one(it.sealed('0200', values));
    it.restart();
    await it.signOn();
    const again = await it.one(it.sealed('0200', values));
    expect([...again.bytes]).toEqual([...first.bytes]);
    expect(it.available('r1')).toBe(9_990_000n);
  });

  test('a bank killed before its commit has done nothing, and the message is as good as new', async () => {
    const it = await ready();
    const values = it.request();
    it.send(it.sealed('0200', values));
    it.restart();
    expect(it.available('r1')).toBe(10_000_000n);
    await it.signOn();
    expect(code(await it.one(it.sealed('0200', values)))).toBe('00');
    expect(it.available('r1')).toBe(9_990_000n);
  });

  test('a reversal undoes an approval once, and every repeat under any STAN gets 00', async () => {
    const it = await ready();
    const values = it.request();
    await it.one(it.sealed('0200', values));
    const advice = it.advice('0420', '0200', values, { 39: '00', 56: '4021' });
    const first = await it.one(it.sealed('0420', advice));
    expect([first.mti, code(first)]).toEqual(['0430', '00']);
    expect(code(await it.one(it.sealed('0421', { ...advice, 12: '235959' })))).toBe('00');
    expect(code(await it.reversal('0200', values))).toBe('00');
    expect(it.available('r1')).toBe(10_000_000n);
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('an advice that says of its original what was not so is a format error and undoes or charges nothing', async () => {
    const it = await ready();
    const values = it.request();
    const sale = await it.one(it.sealed('0200', values));
    const known = { 38: textOf(sale, 38), 39: '00', 56: '4021' };
    for (const wrong of [
      { 42: '100000000000002' },
      { 3: '200000' },
      { 38: 'ABCDEF' },
      { 39: '05' },
      { 56: '4711' },
    ])
      expect([wrong, code(await it.reversal('0200', values, { ...known, ...wrong }))]).toEqual([wrong, '30']);
    const held = it.request({ 3: '030000', 25: '06' });
    await it.one(it.sealed('0100', held));
    expect(code(await it.reversal('0100', held, { 25: '00' }))).toBe('30');
    expect(code(await it.one(it.sealed('0220', it.advice('0220', '0100', held, { 25: '00' }))))).toBe('30');
    expect(it.bank.desk.books.funds('r1')).toMatchObject({ heldMinor: 10_000n, balanceMinor: 9_990_000n });
    expect(code(await it.reversal('0200', values, known))).toBe('00');
    expect(code(await it.one(it.sealed('0220', it.advice('0220', '0100', held))))).toBe('00');
  });

  test('a reversal that overtakes its original wins: 25, and the original is declined with 21', async () => {
    const it = await ready();
    const values = it.request();
    expect(code(await it.reversal('0200', values))).toBe('25');
    it.restart();
    await it.signOn();
    expect(code(await it.one(it.sealed('0200', values)))).toBe('21');
    expect(code(await it.reversal('0200', values))).toBe('25');
    expect(it.available('r1')).toBe(10_000_000n);
  });

  test('a reversal of a declined original finds nothing to undo', async () => {
    const it = await ready();
    const values = it.request({ 2: '2200000100000102' });
    expect(code(await it.one(it.sealed('0200', values)))).toBe('51');
    expect(code(await it.reversal('0200', values))).toBe('25');
  });

  test('a pre-authorisation holds, and its completion charges less and frees the rest', async () => {
    const it = await ready();
    const values = it.request({ 3: '030000', 25: '06' });
    const held = await it.one(it.sealed('0100', values));
    expect([held.mti, code(held)]).toEqual(['0110', '00']);
    expect(it.bank.desk.books.funds('r1')).toMatchObject({ heldMinor: 10_000n, balanceMinor: 10_000_000n });
    const advice = it.advice('0220', '0100', values, { 4: '000000007000' });
    expect(code(await it.one(it.sealed('0220', advice)))).toBe('00');
    expect(code(await it.one(it.sealed('0221', advice)))).toBe('00');
    expect(it.bank.desk.books.funds('r1')).toMatchObject({ heldMinor: 0n, balanceMinor: 9_993_000n });
    const other = it.advice('0220', '0100', values, { 4: '000000007000' });
    expect(code(await it.one(it.sealed('0220', other)))).toBe('12');
    expect(code(await it.reversal('0220', advice))).toBe('00');
    expect(it.available('r1')).toBe(10_000_000n);
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('a completion is refused: unknown 25, reversed 12, above what was authorised 13', async () => {
    const it = await ready();
    const values = it.request({ 3: '030000', 25: '06' });
    expect(code(await it.one(it.sealed('0220', it.advice('0220', '0100', values))))).toBe('25');
    await it.one(it.sealed('0100', values));
    const above = it.advice('0220', '0100', values, { 4: '000000010001' });
    expect(code(await it.one(it.sealed('0220', above)))).toBe('13');
    expect(code(await it.reversal('0100', values))).toBe('00');
    expect(code(await it.one(it.sealed('0220', it.advice('0220', '0100', values))))).toBe('12');
    expect(it.available('r1')).toBe(10_000_000n);
  });

  test('a hold ends by itself after its time, and a reversal then finds nothing to undo', async () => {
    const it = await new BankWorld({ terms: { holdMs: 60_000, echoEveryMs: 3_600_000 } }).ready();
    const values = it.request({ 3: '030000', 25: '06' });
    await it.one(it.sealed('0100', values));
    await it.world.advance(61_000);
    await it.sale();
    expect(it.bank.desk.books.funds('r1').heldMinor).toBe(0n);
    expect(code(await it.reversal('0100', values))).toBe('25');
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('a hold whose time has passed is over, whoever asks first: it is not completed, not undone and not held back', async () => {
    const terms = { holdMs: 60_000, echoEveryMs: 3_600_000 };
    const held = async () => {
      const it = await new BankWorld({ terms }).ready();
      const values = it.request({ 3: '030000', 25: '06' });
      await it.one(it.sealed('0100', values));
      await it.world.advance(61_000);
      return { it, values };
    };
    const completed = await held();
    const advice = completed.it.advice('0220', '0100', completed.values);
    expect(code(await completed.it.one(completed.it.sealed('0220', advice)))).toBe('12');
    expect(completed.it.available('r1')).toBe(10_000_000n);
    const undone = await held();
    expect(code(await undone.it.reversal('0100', undone.values))).toBe('25');
    expect(undone.it.available('r1')).toBe(10_000_000n);
    const { it } = await held();
    const balance = await it.sale({ 3: '310000', 4: '000000000000' });
    expect(textOf(balance, 54)).toBe('0001643C0000100000000002643C000010000000');
  });

  test('refunds name their purchase, cannot exceed it together, and are undone by a reversal', async () => {
    const it = await ready();
    const values = it.request();
    const sale = await it.one(it.sealed('0200', values));
    const back = (amount: string, rrn = String(values[37])) =>
      it.request({ 3: '200000', 4: amount, 38: textOf(sale, 38), 48: `OR012${rrn}` });
    const first = back('000000006000');
    expect(code(await it.one(it.sealed('0200', first)))).toBe('00');
    expect(code(await it.one(it.sealed('0200', back('000000004001'))))).toBe('61');
    expect(code(await it.one(it.sealed('0200', back('000000000100', 'UNKNOWN00001'))))).toBe('25');
    expect(it.available('r1')).toBe(9_996_000n);
    expect(code(await it.reversal('0200', first))).toBe('00');
    expect(code(await it.one(it.sealed('0200', back('000000010000'))))).toBe('00');
    expect(it.available('r1')).toBe(10_000_000n);
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('a balance tells both figures in DE54 and changes nothing', async () => {
    const it = await ready();
    await it.one(it.sealed('0100', it.request({ 3: '030000', 25: '06' })));
    const answer = await it.sale({ 3: '310000', 4: '000000000000' });
    expect(code(answer)).toBe('00');
    expect(textOf(answer, 54)).toBe('0001643C0000100000000002643C000009990000');
    expect(textOf(answer, 38)).toBeUndefined();
  });

  test('the issuer converts at its own rate and says so; what goes back is converted the same way', async () => {
    const it = await ready();
    const values = it.request({ 2: UNION, 4: '000000123457' });
    const answer = await it.one(it.sealed('0200', values));
    expect([6, 10, 51].map((de) => textOf(answer, de))).toEqual(['000000010943', '70886400', '156']);
    expect(it.available('c1')).toBe(1_000_000n - 10_943n);
    expect(code(await it.reversal('0200', values))).toBe('00');
    expect(it.available('c1')).toBe(1_000_000n);
    expect(it.bank.desk.books.audit()).toEqual([]);
    expect(it.bank.desk.books.owed()).toEqual([
      { account: `acquirer:${ACQUIRER}`, currency: 'RUB', amountMinor: 0n },
    ]);
  });

  test('a sale converted at the till is in the card’s own currency', async () => {
    const it = await ready();
    const shown = `1643${'000000123457'}643156${'07'}${'886400'.padStart(18, '0')}0150${'Q'.repeat(26)}`;
    const answer = await it.sale({ 2: UNION, 4: '000000011107', 49: '156', 61: shown });
    expect([code(answer), textOf(answer, 6)]).toEqual(['00', undefined]);
    expect(it.available('c1')).toBe(988_893n);
    expect(code(await it.sale({ 2: UNION, 49: '156', 61: shown.slice(1) }))).toBe('30');
  });

  test('a mandatory element that is missing is a format error, repeated and kept by nobody', async () => {
    const it = await ready();
    expect(code(await it.sale({ 18: undefined }))).toBe('30');
    expect(code(await it.sale({ 22: '999' }))).toBe('30');
    expect(code(await it.sale({ 48: 'OR999' }))).toBe('30');
    expect(it.bank.desk.transactions.list(null)).toEqual([]);
  });

  test('a wrong or absent MAC does nothing and is answered with 88 under the bank’s own', async () => {
    const it = await ready();
    const bytes = it.sealed('0200', it.request());
    const wrong = bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    const answer = await it.one(wrong);
    expect([code(answer), it.macHolds(answer)]).toEqual(['88', true]);
    expect(it.available('r1')).toBe(10_000_000n);
    expect(it.bank.desk.transactions.list(null)).toEqual([]);
  });

  test('two messages of one batch are each decided, the refused one alone without effect', async () => {
    const it = await ready();
    it.send(it.sealed('0200', it.request()));
    it.send(it.sealed('0200', it.request({ 2: '2200000100000102' })));
    it.send(it.sealed('0200', it.request({ 2: MIR })));
    const answers = await it.hear();
    expect(answers.map(code)).toEqual(['00', '51', '00']);
    expect(it.available('r1')).toBe(9_980_000n);
  });
});
