import { describe, expect, test } from 'vitest';
import { isoMessage } from '../../../gateway/iso8583/message.ts';
import { linkWorld, sale } from './link-world.ts';

const keyChanges = (link: ReturnType<typeof linkWorld>) => link.host.network('101');

describe('keys made by the gateway', () => {
  test('roll over in the middle of traffic without a request lost', async () => {
    const link = linkWorld();
    await link.up();
    const held: (() => void)[] = [];
    // Answers wait, so that requests under the old key are answered under the new one, and the other way round.
    link.host.script = (line, message) => {
      if (message.mti !== '0200') return false;
      expect(link.host.macGood(message)).toBe(true);
      const early = link.host.answerTo(message);
      const parity = held.length % 2;
      held.push(() => line.send(parity === 0 ? early : link.host.answerTo(message)));
      return true;
    };
    const before = link.host.keys.ZAK[0]?.kcv;
    const kinds: Promise<string>[] = [];
    for (let index = 0; index < 30; index += 1) {
      if (index === 10) link.bank.changeKey('ZAK');
      if (index === 15) link.bank.changeKey('ZPK');
      kinds.push(link.bank.request(sale(link, {}, true)).then(({ kind }) => kind));
      await link.world.advance(1);
    }
    await link.world.advance(50);
    for (const release of held) release();
    expect(new Set(await link.world.complete(Promise.all(kinds)))).toEqual(new Set(['answered']));
    expect(keyChanges(link)).toHaveLength(4);
    expect(link.host.keys.ZAK[0]?.kcv).not.toBe(before);
    expect(link.keyStore.sets?.ZAK.current?.kcv).toBe(link.host.keys.ZAK[0]?.kcv);
    expect(link.keyStore.sets?.ZPK.current?.kcv).toBe(link.host.keys.ZPK[0]?.kcv);
  });

  test('carry a MAC once there is a key for one, and none before', async () => {
    const link = linkWorld();
    await link.up();
    link.bank.changeKey('ZAK');
    await link.world.advance(100);
    const [zpk, zak, again] = keyChanges(link);
    expect(zpk?.fields[128]).toBeUndefined();
    expect(zak?.fields[128]).toBeUndefined();
    expect(again?.fields[128]).toHaveLength(8);
    expect(again && link.host.macGood(again)).toBe(true);
  });

  test('are changed when they are old, and when they have made their share of messages', async () => {
    const link = linkWorld({ keyLifeMs: 3_600_000, messagesPerKey: 50 });
    await link.up();
    await link.world.advance(3_700_000);
    expect(keyChanges(link)).toHaveLength(4);
    for (let index = 0; index < 51; index += 1) {
      expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    }
    expect(keyChanges(link)).toHaveLength(5);
  });

  test('are made again when the bank does not know them any more', async () => {
    const link = linkWorld();
    await link.up();
    link.host.answerWith = () => ({ 39: '97', 38: undefined });
    const before = link.host.keys.ZPK[0]?.kcv;
    expect(await link.world.complete(link.bank.request(sale(link, {}, true)))).toMatchObject({
      responseCode: '97',
    });
    await link.world.advance(100);
    expect(link.host.keys.ZPK[0]?.kcv).not.toBe(before);
  });

  test('whose change was not answered are offered again, the same key, also after a restart', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    let silent = true;
    link.host.script = (_line, message) => silent && message.fields[70] === '101';
    link.bank.changeKey('ZAK');
    await link.world.advance(5_000);
    const pending = link.keyStore.sets?.ZAK.pending?.kcv;
    expect(pending).toBeDefined();
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    link.kill();
    const next = link.gateway();
    await link.up(next.bank);
    expect((await link.world.complete(next.bank.request(sale(link)))).kind).toBe('answered');
    silent = false;
    next.bank.changeKey('ZAK');
    await link.world.advance(100);
    expect(link.host.keys.ZAK[0]?.kcv).toBe(pending);
    expect(link.keyStore.sets?.ZAK).toMatchObject({ current: { kcv: pending }, pending: null });
  });

  test('that the bank has taken without our hearing of it are known by the first message under them', async () => {
    const link = linkWorld({}, { connections: 1 });
    await link.up();
    link.host.script = (line, message) => {
      if (message.fields[70] !== '101') return false;
      // The bank takes the key; its answer is lost.
      const send = line.send.bind(line);
      line.send = () => {};
      link.host.script = () => false;
      link.host.take(line, message.bytes);
      line.send = send;
      return true;
    };
    link.bank.changeKey('ZAK');
    await link.world.advance(100);
    const taken = link.host.keys.ZAK[0]?.kcv;
    expect(link.keyStore.sets?.ZAK.pending?.kcv).toBe(taken);
    // Under the old key there, under the new one back.
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    await link.world.advance(10);
    expect(link.keyStore.sets?.ZAK).toMatchObject({ current: { kcv: taken }, pending: null });
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
  });

  test('are not used before they are durable', async () => {
    const link = linkWorld();
    await link.up();
    const before = link.host.keys.ZAK[0]?.kcv;
    link.keyStore.fails = true;
    link.bank.changeKey('ZAK');
    await link.world.advance(1_000);
    expect(keyChanges(link)).toHaveLength(2);
    expect(link.logged.at(-1)).toMatchObject({ event: 'bank_key_change_failed', code: 'ZAK' });
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    link.keyStore.fails = false;
    await link.world.advance(31_000);
    expect(link.host.keys.ZAK[0]?.kcv).not.toBe(before);
  });

  test('that the bank refuses are replaced by others', async () => {
    const link = linkWorld();
    const refused: string[] = [];
    link.host.script = (line, message) => {
      if (message.fields[70] !== '101' || refused.length > 0) return false;
      refused.push(String(message.fields[48]));
      const { 7: at, 11: stan } = message.fields;
      line.send(link.host.bare(isoMessage('0810', { 7: at, 11: stan, 39: '97', 70: '101' })));
      return true;
    };
    await link.up();
    expect(keyChanges(link).map(({ fields }) => fields[48])).not.toContain(refused[1]);
    expect(keyChanges(link)).toHaveLength(3);
  });

  test('are not taken from the bank: one side makes them', async () => {
    const link = linkWorld();
    await link.up();
    const current = link.keyStore.sets?.ZPK.current?.kcv;
    link.host.offer(link.host.line, 'ZPK', '000901');
    await link.world.advance(100);
    expect(link.host.of('0810').at(-1)?.fields[39]).toBe('58');
    expect(link.keyStore.sets?.ZPK.current?.kcv).toBe(current);
    link.host.line.send(
      link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000902', 48: 'KN003ZPK', 70: '161' })),
    );
    await link.world.advance(100);
    expect(link.keyStore.sets?.ZPK.current?.kcv).not.toBe(current);
  });

  test('keep the one before for a while after the change, and no longer', async () => {
    const link = linkWorld();
    await link.up();
    const old = link.host.keys.ZAK[0];
    link.bank.changeKey('ZAK');
    await link.world.advance(100);
    const underOld = async () => {
      link.host.script = (line, message) => {
        if (message.mti !== '0200') return false;
        const answer = isoMessage('0210', {
          ...Object.fromEntries([3, 4, 7, 11, 37, 41, 42, 49].map((de) => [de, message.fields[de]])),
          39: '00',
        });
        line.send(link.host.sealed(answer, old));
        return true;
      };
      const answer = await link.world.complete(link.bank.request(sale(link)));
      link.host.script = () => false;
      return answer.kind;
    };
    expect(await underOld()).toBe('answered');
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    expect(await underOld()).toBe('answered');
    await link.world.advance(61_000);
    expect(await underOld()).toBe('unknown');
  });
});

describe('keys made by the bank', () => {
  /** The bank sends what it is asked for, and uses it when it has been taken. */
  function obliging(link: ReturnType<typeof linkWorld>): void {
    let stan = 0;
    link.host.script = (line, message) => {
      const { 48: text, 70: code } = message.fields;
      if (message.mti === '0810' && code === '101' && message.fields[39] === '00') {
        const kind = String(text).includes('ZPK') ? 'ZPK' : 'ZAK';
        const made = offered.get(String(text).slice(-6));
        if (made && link.host.keys[kind][0] !== made) link.host.keys[kind].unshift(made);
        return true;
      }
      if (code !== '161') return false;
      const { 7: at, 11: theirs } = message.fields;
      line.send(link.host.bare(isoMessage('0810', { 7: at, 11: theirs, 39: '00', 70: '161' })));
      stan += 1;
      const made = link.host.offer(
        line,
        String(text).includes('ZPK') ? 'ZPK' : 'ZAK',
        String(stan).padStart(6, '0'),
      );
      offered.set(made.kcv, made);
      return true;
    };
  }
  const offered = new Map<string, { block: string; kcv: string }>();

  test('are asked for at the start, and taken whenever the bank sends one', async () => {
    const link = linkWorld({ keysMadeBy: 'bank' });
    obliging(link);
    await link.up();
    await link.world.advance(10);
    expect(link.host.network('161')).toHaveLength(2);
    expect((await link.world.complete(link.bank.request(sale(link, {}, true)))).kind).toBe('answered');
    const made = link.host.offer(link.host.line, 'ZAK', '000801');
    offered.set(made.kcv, made);
    const during = link.bank.request(sale(link));
    expect((await link.world.complete(during)).kind).toBe('answered');
    await link.world.advance(50);
    expect(link.keyStore.sets?.ZAK.current?.kcv).toBe(made.kcv);
    expect((await link.world.complete(link.bank.request(sale(link)))).kind).toBe('answered');
    const last = link.host.of('0200').at(-1);
    expect(last && link.host.macGood(last)).toBe(true);
  });

  test('with a wrong check value, block or MAC change nothing', async () => {
    const link = linkWorld({ keysMadeBy: 'bank' });
    obliging(link);
    await link.up();
    await link.world.advance(10);
    link.host.script = () => false;
    const current = link.keyStore.sets?.ZPK.current?.kcv;
    const { key, kcv } = link.keys.bank.generateKey({
      ...{ usage: 'P0', algorithm: 'T', modeOfUse: 'B', bytes: 16, exportability: 'E' },
    });
    const { block } = link.keys.bank.exportKey({ key, under: 'bank.zmk' });
    const text = (b: string, k: string) => `KN003ZPKKB${String(b.length).padStart(3, '0')}${b}KC006${k}`;
    const offer = (stan: string, body: string) =>
      isoMessage('0800', { 7: '1122060000', 11: stan, 48: body, 70: '101' });
    const spoilt = `${block.slice(0, -1)}${block.endsWith('0') ? '1' : '0'}`;
    link.host.line.send(link.host.sealed(offer('000701', text(block, '000000'))));
    link.host.line.send(link.host.sealed(offer('000702', text(spoilt, kcv))));
    link.host.line.send(link.host.sealed(offer('000703', 'KN003ZPKKB999')));
    link.host.line.send(link.host.bare(offer('000704', text(block, kcv))));
    await link.world.advance(100);
    const answers = link.host.of('0810').filter(({ fields }) => String(fields[11]).startsWith('0007'));
    expect(answers.map(({ fields }) => [fields[11], fields[39]])).toEqual(
      expect.arrayContaining([
        ['000701', '97'],
        ['000702', '97'],
        ['000703', '30'],
        ['000704', '88'],
      ]),
    );
    expect(link.keyStore.sets?.ZPK.current?.kcv).toBe(current);
  });

  test('may be said again without a MAC while they are current: the first answer may have been lost', async () => {
    const link = linkWorld({ keysMadeBy: 'bank' });
    obliging(link);
    await link.up();
    await link.world.advance(10);
    const current = link.keyStore.sets?.ZAK.current?.kcv ?? '';
    const block = offered.get(current)?.block ?? '';
    const { block: sent } = link.keys.bank.exportKey({ key: block, under: 'bank.zmk' });
    const text = `KN003ZAKKB${String(sent.length).padStart(3, '0')}${sent}KC006${current}`;
    const { saves } = link.keyStore;
    link.host.line.send(
      link.host.bare(isoMessage('0800', { 7: '1122060000', 11: '000901', 48: text, 70: '101' })),
    );
    await link.world.advance(100);
    const answer = link.host.of('0810').find(({ fields }) => fields[11] === '000901');
    expect([answer?.fields[39], answer?.fields[48], answer?.fields[128]]).toEqual([
      '00',
      `KN003ZAKKC006${current}`,
      undefined,
    ]);
    expect(link.keyStore.saves).toBe(saves);
  });

  test('are not acknowledged before they are durable', async () => {
    const link = linkWorld({ keysMadeBy: 'bank' });
    obliging(link);
    await link.up();
    await link.world.advance(10);
    link.keyStore.fails = true;
    const answered = link.host.of('0810').length;
    link.host.offer(link.host.line, 'ZPK', '000801');
    await link.world.advance(100);
    expect(link.host.of('0810')).toHaveLength(answered);
    expect(link.logged.at(-1)).toMatchObject({ event: 'bank_key_change_failed' });
  });
});

describe('a key store', () => {
  test('that cannot be read keeps the link from starting', async () => {
    const link = linkWorld();
    link.keyStore.load = () => Promise.reject(new Error('damaged'));
    await expect(link.bank.start()).rejects.toThrow('damaged');
    await link.world.advance(60_000);
    expect(link.host.dials).toBe(0);
  });

  test('is given key blocks and check values only', async () => {
    const link = linkWorld();
    await link.up();
    for (const set of [link.keyStore.sets?.ZPK, link.keyStore.sets?.ZAK]) {
      expect(set?.current?.block).toMatch(/^D0[0-9]{3}(P0|M6)[TA][BC]/);
      expect(Object.keys(set?.current ?? {})).toEqual(['block', 'kcv', 'since']);
    }
  });
});
