import { describe, expect, test } from 'vitest';
import { isoMessage } from '../../../gateway/iso8583/message.ts';
import type { BankAnswer } from '../../../gateway/payments/card/ports.ts';
import { linkWorld, reversalOf, sale } from './link-world.ts';

const isSale = (mti: string) => mti === '0200';

describe('coming up', () => {
  test('signs on over every connection, exchanges the first keys once, and only then is up', async () => {
    const link = linkWorld();
    const seen: boolean[] = [];
    link.bank.onUp(() => seen.push(link.bank.up));
    expect(await link.bank.request(sale(link))).toEqual({ kind: 'not_sent', cause: 'link_down' });
    await link.up();
    await link.world.advance(1_000);
    expect(link.host.network('001')).toHaveLength(2);
    expect(link.host.network('101').map((message) => String(message.fields[48]).slice(5, 8))).toEqual([
      'ZPK',
      'ZAK',
    ]);
    expect(seen).toEqual([true]);
    expect(link.host.of('0200')).toHaveLength(0);
  });

  test('tries again with growing waits while the bank does not listen', async () => {
    const link = linkWorld({}, { connections: 1 });
    link.host.refusesDial = true;
    await link.bank.start();
    await link.world.advance(120_000);
    const tried = link.host.dials;
    expect(tried).toBeGreaterThan(5);
    expect(tried).toBeLessThan(15);
    link.host.refusesDial = false;
    await link.world.advance(31_000);
    expect(link.bank.up).toBe(true);
  });

  test('closes and tries again when the sign-on is refused or not answered', async () => {
    const link = linkWorld({}, { connections: 1 });
    let refusals = 0;
    link.host.script = (line, message) => {
      if (message.fields[70] !== '001' || refusals === 2) return false;
      refusals += 1;
      const { 7: at, 11: stan } = message.fields;
      if (refusals === 1)
        line.send(link.host.bare(isoMessage('0810', { 7: at, 11: stan, 39: '91', 70: '001' })));
      return true;
    };
    await link.up();
    expect(
      link.logged.filter(({ event }) => event === 'bank_connection_ended').map(({ cause }) => cause),
    ).toEqual(['sign_on_refused', 'sign_on_unanswered']);
  });

  test('stops with a sign-off on each connection, and is down', async () => {
    const link = linkWorld();
    await link.up();
    await link.world.advance(100);
    const waiting = link.bank.request(sale(link, {}));
    link.host.script = (_line, message) => isSale(message.mti);
    await link.world.complete(link.bank.stop());
    expect(await waiting).toMatchObject({ kind: 'unknown', cause: 'stopped' });
    expect(link.host.network('002')).toHaveLength(2);
    expect(link.host.lines.size).toBe(0);
    expect(await link.bank.request(sale(link))).toEqual({ kind: 'not_sent', cause: 'link_down' });
    await link.world.advance(120_000);
    expect(link.host.lines.size).toBe(0);
  });
});

describe('answers', () => {
  test('in the opposite order, and all over one connection, find their requests', async () => {
    const link = linkWorld();
    await link.up();
    await link.world.advance(100);
    const held: (() => void)[] = [];
    link.host.script = (_line, message) => {
      if (!isSale(message.mti)) return false;
      const over = link.host.line;
      held.unshift(() => link.host.answer(over, message, { 38: String(message.fields[11]) }));
      return true;
    };
    const requests = Array.from({ length: 40 }, () => sale(link));
    const answers = Promise.all(requests.map((request) => link.bank.request(request)));
    await link.world.advance(10);
    expect(held).toHaveLength(40);
    for (const release of held) release();
    const all = await link.world.complete(answers);
    expect(all.map((answer) => answer.kind === 'answered' && answer.authCode)).toEqual(
      requests.map(({ reference }) => reference.stan),
    );
  });

  test('of one STAN at two terminals are told apart', async () => {
    const link = linkWorld();
    await link.up();
    const { reference } = sale(link);
    link.host.answerWith = (message) => ({ 38: String(message.fields[41]).slice(2) });
    const answers = await link.world.complete(
      Promise.all(['10000001', '10000002'].map((tid) => link.bank.request(sale(link, { tid, reference })))),
    );
    expect(answers).toMatchObject([{ authCode: '000001' }, { authCode: '000002' }]);
  });

  test('that come too late go to the late listener, once, and a duplicate to nobody', async () => {
    const link = linkWorld();
    await link.up();
    let late = (): void => {};
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      late = () => link.host.answer(line, message);
      return true;
    };
    const request = sale(link);
    const sentAt = link.world.now();
    expect(await link.world.complete(link.bank.request(request))).toEqual({
      kind: 'unknown',
      cause: 'reply_timeout',
    });
    expect(link.world.now() - sentAt).toBeGreaterThanOrEqual(25_000);
    expect(link.world.now() - sentAt).toBeLessThanOrEqual(25_100);
    late();
    late();
    await link.world.advance(10);
    expect(link.late).toHaveLength(1);
    expect(link.late[0]).toMatchObject({ reference: request.reference, answer: { responseCode: '00' } });
    expect(link.logged.filter(({ event }) => event === 'bank_answer_duplicate')).toHaveLength(1);
  });

  test('that say something else than the first one are told as late, and said again they are duplicates', async () => {
    const link = linkWorld();
    await link.up();
    let again = (_code: string): void => {};
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      again = (code) => link.host.answer(line, message, { 39: code });
      link.host.answer(line, message, { 39: '91' });
      return true;
    };
    const request = sale(link);
    expect(await link.world.complete(link.bank.request(request))).toMatchObject({ responseCode: '91' });
    for (const code of ['91', '00', '00']) again(code);
    await link.world.advance(10);
    expect(link.late).toMatchObject([{ reference: request.reference, answer: { responseCode: '00' } }]);
    expect(link.logged.filter(({ event }) => event === 'bank_answer_duplicate')).toHaveLength(2);
  });

  test('to a process that was killed reach the next one as late', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    let asked: (() => Uint8Array) | null = null;
    link.host.script = (_line, message) => {
      if (!isSale(message.mti)) return false;
      asked = () => link.host.answerTo(message);
      return true;
    };
    const request = sale(link);
    void link.bank.request(request);
    await link.world.advance(10);
    link.kill();
    const next = link.gateway();
    await link.up(next.bank);
    expect(link.host.network('101')).toHaveLength(2);
    link.host.line.send((asked as unknown as () => Uint8Array)());
    await link.world.advance(10);
    expect(link.late).toMatchObject([{ reference: request.reference, answer: { responseCode: '00' } }]);
  });

  test('that are late advices are not told as approvals', async () => {
    const link = linkWorld();
    await link.up();
    let late = (): void => {};
    link.host.script = (line, message) => {
      late = () => link.host.answer(line, message);
      return message.mti === '0420';
    };
    const request = sale(link);
    expect(await link.world.complete(link.bank.advise(reversalOf(link, request)))).toMatchObject({
      kind: 'unknown',
    });
    late();
    await link.world.advance(10);
    expect(link.late).toEqual([]);
  });
});

describe('a connection', () => {
  test('that says nothing to an echo is given up and replaced', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    link.host.line.halfOpen = true;
    await link.world.advance(75_000);
    const causes = link.logged.flatMap(({ event, cause }) =>
      event === 'bank_connection_ended' ? [cause] : [],
    );
    expect(causes).toEqual(['echo_lost']);
    expect(link.bank.up).toBe(true);
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
  });

  test('that is idle is kept by echoes alone', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    await link.world.advance(600_000);
    expect(link.host.dials).toBe(1);
    expect(link.host.network('301').length).toBeGreaterThanOrEqual(9);
  });

  test('that half-opens under a request leaves it unknown soon, and not as declined', async () => {
    const link = linkWorld({}, { connections: 1, echoEveryMs: 2_000, echoTimeoutMs: 1_000 });
    await link.up();
    link.host.line.halfOpen = true;
    const from = link.world.now();
    expect(await link.world.complete(link.bank.request(sale(link)))).toEqual({
      kind: 'unknown',
      cause: 'link_lost',
    });
    expect(link.world.now() - from).toBeLessThan(10_000);
  });

  test('that half-opens among others loses what it is sent in the first seconds, and then takes nothing until it has gone', async () => {
    const link = linkWorld();
    await link.up();
    await link.world.advance(60_000);
    const [silent] = [...link.host.lines];
    if (silent === undefined) return expect.unreachable('There are two connections.');
    silent.halfOpen = true;
    const from = link.world.now();
    const unknownAt: number[] = [];
    const unansweredAdvices: string[] = [];
    for (let index = 0; index < 720; index += 1) {
      const request = sale(link);
      const askedAt = link.world.now();
      void link.bank.request(request).then(({ kind }) => kind === 'unknown' && unknownAt.push(askedAt));
      if (index > 70 && index % 20 === 0) {
        void link.bank
          .advise(reversalOf(link, request))
          .then(({ kind }) => kind === 'unknown' && unansweredAdvices.push(request.reference.stan));
      }
      await link.world.advance(100);
    }
    await link.world.advance(30_000);
    expect(unknownAt.length).toBeGreaterThan(0);
    expect(unknownAt.length).toBeLessThanOrEqual(31);
    expect(Math.max(...unknownAt) - from).toBeLessThanOrEqual(6_000);
    expect(unansweredAdvices).toEqual([]);
    expect(silent.open).toBe(false);
    expect(link.host.lines.size).toBe(2);
  });

  test('that is alone and half-opens under traffic is asked at once when an answer is overdue, and soon replaced', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    await link.world.advance(60_000);
    link.host.line.halfOpen = true;
    const from = link.world.now();
    const answeredAt: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      void link.bank
        .request(sale(link))
        .then(({ kind }) => kind === 'answered' && answeredAt.push(link.world.now()));
      await link.world.advance(100);
    }
    expect(Math.min(...answeredAt) - from).toBeLessThanOrEqual(12_500);
  });

  test('of a bank that is slow with a sale and answers the echo is kept, and the sale is answered', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    await link.world.advance(100);
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      link.world.timers.after(20_000, () => link.host.answer(line, message));
      return true;
    };
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    expect(link.host.dials).toBe(1);
    expect(link.host.network('301')).toHaveLength(1);
  });

  test('that leaves one request without an answer is asked at once whether it lives, though it said other things', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    await link.world.advance(100);
    let dropped = false;
    link.host.script = (_line, message) => {
      if (!isSale(message.mti) || dropped) return false;
      dropped = true;
      return true;
    };
    const lost = link.bank.request(sale(link));
    await link.world.advance(10);
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    link.host.line.halfOpen = true;
    const from = link.world.now();
    expect(await link.world.complete(lost)).toEqual({ kind: 'unknown', cause: 'reply_timeout' });
    await link.world.advance(6_000);
    expect(link.logged.some(({ cause }) => cause === 'echo_lost')).toBe(true);
    expect(link.world.now() - from).toBeLessThan(32_000);
  });

  test('that answers the bank’s own echoes owes nothing for it', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    await link.world.advance(100);
    link.host.line.send(link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000777', 70: '301' })));
    await link.world.advance(10_000);
    expect(link.host.of('0810')).toHaveLength(1);
    expect(link.host.network('301')).toHaveLength(0);
  });

  test('that is lost may still be answered for over another', async () => {
    const link = linkWorld();
    await link.up();
    await link.world.advance(100);
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      const answer = link.host.answerTo(message);
      line.cut('ECONNRESET');
      link.host.line.send(answer);
      return true;
    };
    expect(await link.world.complete(link.bank.request(sale(link)))).toMatchObject({ kind: 'answered' });
  });

  test('on which garbage comes is closed alone, whatever the garbage', async () => {
    const garbage = [
      Buffer.from('0000', 'hex'),
      Buffer.from('FFFF0102', 'hex'),
      Buffer.from('000A30323130FFFFFFFFFFFFFF', 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('000430323030', 'hex'),
    ];
    const link = linkWorld();
    await link.up();
    await link.world.advance(100);
    for (const bytes of garbage) {
      const [first, second] = [...link.host.lines];
      first?.send(bytes);
      // What claims a length and stops is closed when its time is over.
      await link.world.advance(11_000);
      expect(first?.open).toBe(false);
      expect(second?.open).toBe(true);
      expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
      await link.world.advance(60_000);
      expect(link.host.lines.size).toBe(2);
    }
  });

  test('takes an answer that drips a byte at a time, but not for ever', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    let perByteMs = 10;
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      link.host.answerTo(message).forEach((byte, index) => {
        link.world.timers.after(index * perByteMs, () => line.send(Uint8Array.of(byte)));
      });
      return true;
    };
    expect(await link.world.complete(link.bank.request(sale(link)))).toMatchObject({ kind: 'answered' });
    perByteMs = 200;
    expect(await link.world.complete(link.bank.request(sale(link)))).toEqual({
      kind: 'unknown',
      cause: 'link_lost',
    });
    expect(link.logged.some(({ cause }) => cause === 'frame_too_slow')).toBe(true);
  });

  test('that the bank signs off takes nothing new and ends when its last answer has come', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    const held: (() => void)[] = [];
    link.host.script = (line, message) => {
      if (!isSale(message.mti)) return false;
      held.push(() => link.host.answer(line, message));
      return true;
    };
    const waiting = link.bank.request(sale(link));
    await link.world.advance(10);
    const { line } = link.host;
    line.send(link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000777', 70: '002' })));
    await link.world.advance(10);
    expect(link.bank.up).toBe(false);
    expect(await link.bank.request(sale(link))).toEqual({ kind: 'not_sent', cause: 'link_down' });
    expect(line.open).toBe(true);
    held[0]?.();
    expect(await link.world.complete(waiting)).toMatchObject({ kind: 'answered' });
    expect(line.open).toBe(false);
  });

  test('answers the bank’s echo and cut-over, tells the date, and refuses what it does not serve', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    const dates: string[] = [];
    link.bank.onCutOver((date) => dates.push(date));
    const say = (code: string, more = {}) =>
      link.host.line.send(
        link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000777', 70: code, ...more })),
      );
    say('301');
    say('201', { 15: '1123' });
    say('201', { 15: '1399' });
    say('777');
    link.host.line.send(link.host.bare(isoMessage('0200', { 7: '1122060000', 11: '000778' })));
    await link.world.advance(10);
    expect(link.host.of('0810').map(({ fields }) => [fields[70], fields[39], fields[11]])).toEqual([
      ['301', '00', '000777'],
      ['201', '00', '000777'],
      ['201', '30', '000777'],
      ['777', '12', '000777'],
    ]);
    expect(dates).toEqual(['1123']);
    expect(link.bank.up).toBe(true);
  });
});

describe('capacity', () => {
  test('is bounded: one request more than may wait is surely not sent', async () => {
    const link = linkWorld({}, { outstandingMost: 10 });
    await link.up();
    await link.world.advance(1_000);
    link.host.script = (_line, message) => isSale(message.mti);
    const answers: BankAnswer[] = [];
    for (let index = 0; index < 11; index += 1) {
      void link.bank.request(sale(link)).then((answer) => answers.push(answer));
    }
    await link.world.advance(10);
    expect(answers).toEqual([{ kind: 'not_sent', cause: 'too_many_outstanding' }]);
    await link.world.advance(30_000);
    expect(answers.filter(({ kind }) => kind === 'unknown')).toHaveLength(10);
  });

  test('keeps a choked line out of use, and ends it when the bank asks and never reads', async () => {
    const link = linkWorld({}, { queuedBytesMost: 1_000 });
    await link.up();
    await link.world.advance(100);
    const [first, second] = [...link.host.lines];
    if (first === undefined || second === undefined) return expect.unreachable('There are two connections.');
    first.choked = 1_001;
    const over = (): number => link.host.of('0200').length;
    for (let index = 0; index < 4; index += 1) {
      expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    }
    second.choked = 1_001;
    const before = over();
    expect(await link.bank.request(sale(link))).toEqual({ kind: 'not_sent', cause: 'link_choked' });
    expect(over()).toBe(before);
    first.choked = 2_001;
    first.send(link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000777', 70: '301' })));
    await link.world.advance(10);
    expect([first.open, second.open]).toEqual([false, true]);
    expect(link.logged.some(({ cause }) => cause === 'bank_not_reading')).toBe(true);
  });

  test('a message that is still waited for is not sent a second time', async () => {
    const link = linkWorld();
    await link.up();
    link.host.script = (_line, message) => isSale(message.mti);
    const request = sale(link);
    void link.bank.request(request);
    expect(await link.bank.request(request)).toEqual({ kind: 'not_sent', cause: 'already_outstanding' });
    await link.world.advance(10);
    expect(link.host.of('0200')).toHaveLength(1);
  });
});
