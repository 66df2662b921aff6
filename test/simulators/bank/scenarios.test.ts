import { describe, expect, test } from 'vitest';
import { textOf } from '../../../gateway/iso8583/message.ts';
import {
  isApproval,
  isScenarioName,
  SCENARIOS,
  type ScenarioName,
} from '../../../simulators/bank/scenarios.ts';
import { BankWorld, chipData, code, MIR } from './bank-fixture.ts';

const ready = () => new BankWorld().ready();
const ANSWERS = Object.entries(SCENARIOS).filter(([, { kind }]) => kind === 'answer');

describe('scenarios of an answer', () => {
  test('name every response code of the document', () => {
    const codes = new Set(ANSWERS.map(([, scenario]) => scenario.code));
    const named =
      '00 08 11 16 10 01 02 03 04 07 41 43 05 12 13 14 21 25 30 51 61 65 54 55 75 57 58 62 68 91 96 88 82 94 97';
    for (const each of named.split(' ')) expect([...codes]).toContain(each);
  });

  test('each gives its code once, without effect where it is a refusal, and then the bank decides again', async () => {
    const it = await ready();
    for (const [name, scenario] of ANSWERS) {
      const before = it.available('r1');
      if (!isScenarioName(name)) throw new Error(name);
      it.arm(name);
      const answer = await it.sale({ 4: '000000000100' });
      expect([name, code(answer)]).toEqual([name, scenario.code]);
      if (!isApproval(scenario.code ?? '')) expect(it.available('r1')).toBe(before);
      expect(code(await it.sale({ 4: '000000000100' }))).toBe('00');
    }
    expect(it.bank.desk.books.audit()).toEqual([]);
  });

  test('an approval in part says how much, charges that, and is undone as that', async () => {
    const it = await ready();
    it.arm('partial_approval');
    const values = it.request();
    const answer = await it.one(it.sealed('0200', values));
    expect([code(answer), textOf(answer, 4)]).toEqual(['10', '000000005000']);
    expect(it.available('r1')).toBe(9_995_000n);
    const undone = await it.reversal('0200', values);
    expect([code(undone), textOf(undone, 48)]).toEqual(['00', 'UA012000000005000']);
    expect(it.available('r1')).toBe(10_000_000n);
  });

  test('an approval can bring the card a script', async () => {
    const it = await ready();
    it.arm('approval_with_script');
    const answer = await it.sale({ 22: '051', 23: '001', 55: chipData(MIR, '000000010000', '643', 18) });
    expect(Buffer.from(answer.fields[55] as Uint8Array).toString('hex')).toContain('72169f18');
  });

  test('an approval can say the card again, in clear and nested, behind what the chip needs', async () => {
    const it = await ready();
    it.arm('card_echoed');
    const answer = await it.sale({ 22: '051', 23: '001', 55: chipData(MIR, '000000010000', '643', 18) });
    const data = Buffer.from(answer.fields[55] as Uint8Array)
      .toString('hex')
      .toUpperCase();
    expect([code(answer), data.slice(0, 4)]).toEqual(['00', '9108']);
    const pan = textOf(answer, 44);
    expect(pan).toMatch(/^[0-9]{16,19}$/);
    for (const said of [`5A08${pan}`, `700A5A08${pan}`, '5F20', '5F24', '71145A08'])
      expect(data).toContain(said);
    expect([textOf(answer, 54), textOf(answer, 63)]).toEqual([pan, `PAN ${pan}`]);
  });

  test('a card’s configuration names one that stands, and others wait for a terminal, a message or a turn', async () => {
    const it = await ready();
    for (let turn = 0; turn < 2; turn += 1) expect(code(await it.sale({ 2: '2200000100000037' }))).toBe('01');
    it.arm('declined', { tid: '20000002' });
    expect([code(await it.sale()), code(await it.sale({ 41: '20000002' }))]).toEqual(['00', '05']);
    it.arm('malfunction', { mti: '0420' });
    const values = it.request();
    expect(code(await it.one(it.sealed('0200', values)))).toBe('00');
    const advice = it.advice('0420', '0200', values);
    expect(code(await it.one(it.sealed('0420', advice)))).toBe('96');
    expect(code(await it.one(it.sealed('0421', advice)))).toBe('00');
    it.arm('not_enough_money', { times: null, every: 3, card: 'mir' });
    const codes: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) codes.push(code(await it.sale()));
    expect(codes).toEqual(['00', '00', '51', '00', '00', '51']);
    it.restart();
    expect(it.bank.desk.arming.armed()).toMatchObject([{ scenario: 'not_enough_money', left: null }]);
  });
});

describe('scenarios of the bytes', () => {
  const sent = async (scenario: ScenarioName, ms: number, delayMs: number | null = null) => {
    const it = await ready();
    it.arm(scenario, { delayMs });
    it.raw = [];
    it.inbox = [];
    const values = it.request();
    it.send(it.sealed('0200', values));
    await it.world.advance(ms);
    return { it, values, answers: it.inbox, charged: it.available('r1') !== 10_000_000n };
  };

  test('no answer: nothing came and nothing was done', async () => {
    const { answers, charged } = await sent('no_answer', 20_000);
    expect([answers.length, charged]).toEqual([0, false]);
  });

  test('an answer lost after the approval: nothing came and the card was charged', async () => {
    const { it, values, answers, charged } = await sent('answer_lost_after_approval', 20_000);
    expect([answers.length, charged]).toEqual([0, true]);
    expect(code(await it.reversal('0200', values))).toBe('00');
    expect(it.available('r1')).toBe(10_000_000n);
  });

  test('a late answer comes after the gateway’s time', async () => {
    const { it, answers } = await sent('late', 25_000);
    expect(answers).toEqual([]);
    expect((await it.hear(6_000)).map((answer) => answer.mti)).toContain('0210');
  });

  test('a duplicate comes twice', async () => {
    expect((await sent('duplicate_answer', 20)).answers.map(code)).toEqual(['00', '00']);
  });

  test('garbage is a frame that is no message', async () => {
    const { it, charged } = await sent('garbage', 20);
    expect(it.raw[0]?.toString('hex').slice(0, 6)).toBe('0031ff');
    expect(charged).toBe(true);
  });

  test('a slow answer comes a byte at a time', async () => {
    const { it, answers } = await sent('slow_drip', 30, 10);
    expect([answers.length, it.raw.every((piece) => piece.length === 1)]).toEqual([0, true]);
    expect((await it.hear(5_000)).map(code)).toEqual(['00']);
  });

  test('a wrong MAC, another amount under a right one, another RRN', async () => {
    const mac = await sent('wrong_mac', 20);
    expect(mac.answers.map((answer) => mac.it.macHolds(answer))).toEqual([false]);
    const amount = await sent('wrong_amount', 20);
    expect(amount.answers.map((answer) => [textOf(answer, 4), amount.it.macHolds(answer)])).toEqual([
      ['000000010001', true],
    ]);
    const rrn = await sent('wrong_rrn', 20);
    expect(rrn.answers.map((answer) => textOf(answer, 37) === rrn.values[37])).toEqual([false]);
  });

  test('two answers change places', async () => {
    const it = await ready();
    it.arm('swapped_answers');
    const [first, second] = [it.request(), it.request()];
    it.send(it.sealed('0200', first));
    it.send(it.sealed('0200', second));
    expect((await it.hear()).map((answer) => textOf(answer, 37))).toEqual([second[37], first[37]]);
  });

  test('half of an answer and a break, or a break alone: done all the same', async () => {
    const cut = await sent('answer_cut', 20);
    expect([cut.answers.length, cut.it.closed, cut.charged]).toEqual([0, true, true]);
    const closed = await sent('close_after_request', 20);
    expect([closed.it.raw.length, closed.it.closed, closed.charged]).toEqual([0, true, true]);
  });

  test('a half-open connection stays up and says nothing, and another one works', async () => {
    const { it, answers, charged } = await sent('half_open', 60_000);
    expect([answers.length, charged, it.closed]).toEqual([0, false, false]);
    it.connection = it.dial();
    await it.signOn();
    expect(code(await it.sale())).toBe('00');
  });
});

describe('scenarios of the link', () => {
  test('a sign-on is refused once', async () => {
    const it = new BankWorld();
    it.arm('sign_on_refused');
    expect([code(await it.signOn()), code(await it.signOn())]).toEqual(['91', '00']);
  });

  test('keys, day and a farewell come before the answer', async () => {
    const it = await ready();
    for (const [scenario, purposes] of [
      ['key_change_in_between', ['161', '161']],
      ['cut_over_in_between', ['201']],
      ['sign_off_in_between', ['002']],
    ] as const) {
      it.arm(scenario);
      it.inbox = [];
      it.send(it.sealed('0200', it.request()));
      await it.world.advance(1_000);
      expect(it.inbox.map((message) => textOf(message, 70) ?? message.mti)).toEqual([...purposes, '0210']);
    }
    expect(it.bank.desk.books.businessDate).toBe('2026-11-23');
  });
});
