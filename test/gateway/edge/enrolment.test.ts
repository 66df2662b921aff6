import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activationHash, newActivationCode } from '../../../gateway/edge/activation.ts';
import { CNY } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { openSecret } from '../../../gateway/kernel/secret.ts';
import { type EdgeWorld, GATEWAY, MID, newHandTerminal, OTHER_TID, openWorld, TID } from './edge-world.ts';
import { manualRuntime } from './manual-runtime.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function post(world: EdgeWorld, path: string, body: string, type = 'application/json'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', ca: world.caPem, agent: false, headers: { 'content-type': type } };
    const outgoing = request(`https://127.0.0.1:${world.edge.port}${path}`, options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const enrolment = (activationCode: string, publicKey = newHandTerminal().publicKey) =>
  JSON.stringify({ v: 1, activationCode, publicKey, software: 'test 1' });
const codeOf = (answer: Answer) => JSON.parse(answer.text).error?.code as string | undefined;

let world: EdgeWorld;
beforeEach(async () => {
  world = await openWorld({
    limits: { activationsPerAddress: { burst: 4, perMinute: 2 } },
    notices: {
      verify: (body) =>
        body.startsWith('sign=good')
          ? { outTradeNo: body.slice(10), status: 'paid', order: money(100n, CNY) }
          : null,
    },
    walletNotice: async (notice) => {
      if (notice.outTradeNo === 'broken') throw new Error('the store is away');
    },
  });
});
afterEach(() => world.close());

describe('an activation code', () => {
  test('that is wrong is logged with where it came from, and never itself', async () => {
    const wrong = openSecret(newActivationCode({ bytes: (length) => new Uint8Array(length).fill(7) }));
    await post(world, '/enrol', enrolment(wrong));
    expect(world.lines).toContainEqual({ event: 'activation_refused', facts: { address: '127.0.0.1' } });
    for (let i = 0; i < 4; i += 1) await post(world, '/enrol', enrolment(wrong));
    expect(world.lines).toContainEqual({ event: 'activation_rate_limited', facts: { address: '127.0.0.1' } });
    expect(JSON.stringify(world.lines)).not.toContain(wrong.slice(0, 5));
  });

  test('enrols the terminal it was issued for, once', async () => {
    const code = await world.issueCode(TID);
    const { publicKey } = newHandTerminal();
    const first = await post(world, '/enrol', enrolment(code, publicKey));
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({
      v: 1,
      tid: TID,
      gateway: GATEWAY,
      merchant: { mid: MID },
    });
    expect((await world.store.terminal(TID))?.publicKey).toBe(publicKey);
    const second = await post(world, '/enrol', enrolment(code));
    expect([second.status, codeOf(second)]).toEqual([403, 'ACTIVATION_INVALID']);
    expect((await world.store.terminal(TID))?.publicKey).toBe(publicKey);
  });

  test('goes to exactly one of two who send it at the same time', async () => {
    const code = await world.issueCode(TID);
    const keys = [newHandTerminal().publicKey, newHandTerminal().publicKey];
    const answers = await Promise.all(keys.map((key) => post(world, '/enrol', enrolment(code, key))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 403]);
    const winner = keys[answers.findIndex((answer) => answer.status === 200)];
    expect((await world.store.terminal(TID))?.publicKey).toBe(winner);
  });

  test('that is wrong or expired is refused with the same answer', async () => {
    const expired = await world.issueCode(OTHER_TID, 1_000);
    world.runtime.advance(1_000);
    const late = await post(world, '/enrol', enrolment(expired));
    const wrong = await post(world, '/enrol', enrolment('00000-00000-00000-00000'));
    const odd = await post(world, '/enrol', enrolment('UUUU-UUUU-UUUU-UUUU'));
    expect(late.text).toBe(wrong.text);
    expect(odd.text).toBe(wrong.text);
    expect(codeOf(wrong)).toBe('ACTIVATION_INVALID');
    expect((await world.store.terminal(OTHER_TID))?.publicKey).toBeNull();
  });

  test('cannot be guessed faster than the limit, and a good one is not used up by a limited try', async () => {
    const code = await world.issueCode(TID);
    for (let i = 0; i < 4; i += 1) await post(world, '/enrol', enrolment('00000-00000-00000-00000'));
    const limited = await post(world, '/enrol', enrolment(code));
    expect([limited.status, codeOf(limited)]).toEqual([429, 'ACTIVATION_RATE_LIMITED']);
    world.runtime.advance(30_000);
    expect((await post(world, '/enrol', enrolment(code))).status).toBe(200);
  });

  test('in a request of another shape is not looked at', async () => {
    expect(codeOf(await post(world, '/enrol', '{'))).toBe('MESSAGE_MALFORMED');
    expect(codeOf(await post(world, '/enrol', enrolment('x').replace('"v":1', '"v":2')))).toBe(
      'MESSAGE_VERSION_UNSUPPORTED',
    );
    expect(codeOf(await post(world, '/enrol', 'x'.repeat(20_000)))).toBe('MESSAGE_TOO_LARGE');
    expect(codeOf(await post(world, '/enrol', '{}', 'text/xml'))).toBe('MESSAGE_MALFORMED');
  });

  test('has a hundred random bits, prints masked, and is known by a hash that forgives how it is typed', () => {
    const runtime = manualRuntime('codes');
    const codes = new Set(Array.from({ length: 50 }, () => openSecret(newActivationCode(runtime.random))));
    expect(codes.size).toBe(50);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(String(newActivationCode(runtime.random))).toBe('[secret]');
    expect(activationHash('oOiIl-aaaaa-bbbbb-ccccc')).toBe(activationHash('00111AAAAABBBBBCCCCC'));
    expect(activationHash('00111AAAAABBBBBCCCC')).toBeNull();
  });
});

describe('a notification of the wallet', () => {
  const form = 'application/x-www-form-urlencoded';

  test('is answered success only after the gateway has taken it', async () => {
    const answer = await post(world, '/notify/alipay', 'sign=good&T1', form);
    expect([answer.status, answer.text]).toEqual([200, 'success']);
    expect(world.notices.map((notice) => notice.outTradeNo)).toEqual(['T1']);
  });

  test('is answered failure when it does not verify or could not be taken', async () => {
    const forged = await post(world, '/notify/alipay', 'sign=bad&T1', form);
    expect([forged.status, forged.text]).toEqual([400, 'failure']);
    expect(world.notices).toEqual([]);
    const broken = await post(world, '/notify/alipay', 'sign=good&broken', form);
    expect([broken.status, broken.text]).toEqual([200, 'failure']);
  });
});

describe('the port', () => {
  test('answers health and nothing about itself elsewhere', async () => {
    const missing = await post(world, '/admin', '{}');
    expect([missing.status, missing.text]).toEqual([404, '']);
    expect(missing.headers['x-content-type-options']).toBe('nosniff');
  });
});
