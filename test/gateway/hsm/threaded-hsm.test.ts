import { afterEach, describe, expect, test } from 'vitest';
import { alone, travelling } from '../../../gateway/hsm/calls.ts';
import { HsmUnavailable, ThreadedHsm, type ThreadedHsmOptions } from '../../../gateway/hsm/threaded-hsm.ts';
import { invariant } from '../../../gateway/kernel/errors.ts';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';
import type { BankRequest, EncryptedPin } from '../../../gateway/keys/hsm.ts';
import { nextKsn } from '../../../gateway/keys/ksn.ts';
import { ACCOUNT, AES_KSN, hsmWorld, PAN, pinPad, TDES_KSN } from '../keys/hsm-world.ts';

const PROGRAM = new URL('../../../gateway/hsm-thread.ts', import.meta.url);

const world = hsmWorld('thread');
const open: ThreadedHsm[] = [];
let failures: string[] = [];

function start(options: Partial<ThreadedHsmOptions> = {}): ThreadedHsm {
  const hsm = new ThreadedHsm({
    program: PROGRAM,
    keys: { masterKey: world.masterKey, keys: world.blocks },
    defer: (run) => void setImmediate(run),
    failed: ({ message }) => void failures.push(message),
    ...options,
  });
  open.push(hsm);
  return hsm;
}

/** A program of a thread, as text. */
function program(text: string): URL {
  const head = "import { parentPort } from 'node:worker_threads';";
  return new URL(`data:text/javascript,${encodeURIComponent(`${head}${text}`)}`);
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((hsm) => hsm.stop()));
  failures = [];
});

function request(pad: ReturnType<typeof pinPad>): BankRequest {
  return {
    account: { key: pad.use, ciphertext: pad.account() },
    pin: {
      from: { key: pad.use, format: pad.format, block: pad.pinBlock('4729') },
      to: { key: { kind: 'fixed', key: 'bank.zpk.aes' }, format: 4 },
    },
    keeping: { panKey: 'pan.key', hashKey: 'pan.hash', context: 'one payment' },
    binPrefix: PAN.slice(0, 6),
  };
}

describe('a security module on a thread of its own', () => {
  test.each([
    ['AES', AES_KSN],
    ['TDES', TDES_KSN],
  ])('answers a terminal of %s as the module beside it does', async (_, ksn) => {
    const threaded = start();
    const pad = pinPad(world, ksn);
    const data = Buffer.from('what a terminal has said');
    const mac = pad.mac(data, 'macRequest');
    const wrong = Uint8Array.from(mac, (byte) => byte ^ 1);
    const use = { key: pad.use, direction: 'request' as const, data };
    expect(
      await Promise.all([
        threaded.takeMessage({ mac: { ...use, mac }, card: null }),
        threaded.takeMessage({ mac: { ...use, mac: wrong }, card: request(pad) }),
        threaded.generateMac({ ...use, direction: 'response' }),
      ]),
    ).toEqual([
      { right: true, card: null },
      { right: false, card: null },
      Uint8Array.from(pad.mac(data, 'macResponse')),
    ]);
    const pan = new Secret(PAN);
    const { right, card: taken } = await threaded.takeMessage({ mac: { ...use, mac }, card: request(pad) });
    invariant(right && taken !== null && !('refused' in taken), 'A card under the keys of its pad opens.');
    expect(openSecret(taken.account)).toEqual(ACCOUNT);
    expect(String(taken.account)).toBe('[secret …7891]');
    expect(taken.panHash).toBe(world.hsm.panHash({ key: 'pan.hash', pan }));
    const kept = { key: 'pan.key', stored: taken.storedPan, context: 'one payment' };
    expect(openSecret(world.hsm.decryptPan(kept)).pan).toBe(PAN);
    // Under the bank's key it opens to the PIN that the customer entered.
    const block = openSecret(taken.pinBlock ?? new Secret(new Uint8Array(0)));
    const pvv = (pin: EncryptedPin) => world.hsm.makePvv({ pvk: 'issuer.pvk', pvki: 1, pan, pin });
    expect(pvv({ key: { kind: 'fixed', key: 'bank.zpk.aes' }, format: 4, block })).toBe(
      pvv({ key: pad.use, format: pad.format, block: pad.pinBlock('4729') }),
    );
  });

  test('gives a pad its new initial key', async () => {
    const ask = { bdk: 'terminal.bdk.aes', ksn: AES_KSN, under: 'terminal.tmk' };
    const { kcv } = await start().deriveInitialKey(ask);
    expect(kcv).toBe(world.hsm.deriveInitialKey(ask).kcv);
  });

  test('answers many calls of many turns each with its own', async () => {
    const threaded = start();
    let ksn = AES_KSN;
    const answers: Promise<void>[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      for (let call = 0; call < 15; call += 1) {
        ksn = nextKsn(ksn);
        const pad = pinPad(world, ksn);
        const data = Buffer.from(`${turn} ${call}`);
        const asked = threaded.generateMac({ key: pad.use, direction: 'response', data });
        answers.push(asked.then((mac) => expect(mac).toEqual(Uint8Array.from(pad.mac(data, 'macResponse')))));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(answers);
    expect(answers).toHaveLength(300);
    expect(failures).toEqual([]);
  });

  test('refuses as the module beside it does, and goes on', async () => {
    const threaded = start();
    const pad = pinPad(world, AES_KSN);
    const other = { ...request(pad), binPrefix: '999999' };
    const data = Buffer.from('x');
    const use = { key: pad.use, direction: 'request' as const, data, mac: pad.mac(data, 'macRequest') };
    const answers = await Promise.allSettled([
      threaded.takeMessage({ mac: use, card: other }),
      threaded.generateMac({ key: { kind: 'fixed', key: 'nobody' }, direction: 'response', data }),
      threaded.generateMac({ key: pad.use, direction: 'request', data }),
      threaded.takeMessage({ mac: { ...use, key: { kind: 'fixed', key: 'nobody' } }, card: request(pad) }),
      threaded.takeMessage({ mac: use, card: request(pad) }),
    ]);
    expect(answers.map((each) => (each.status === 'rejected' ? each.reason : each.value))).toMatchObject([
      { right: true, card: { refused: 'PAN_PREFIX_MISMATCH' } },
      { name: 'KeysError', code: 'KEY_UNKNOWN', facts: { name: 'nobody' } },
      { name: 'KeysError', code: 'KEY_USE_FORBIDDEN' },
      { name: 'KeysError', code: 'KEY_UNKNOWN', facts: { name: 'nobody' } },
      { right: true, card: { panHash: expect.stringMatching(/^[0-9a-f]{64}$/i) } },
    ]);
    expect(failures).toEqual([]);
  });
});

describe('a module that fails', () => {
  const ask = { key: pinPad(world, AES_KSN).use, direction: 'response' as const, data: Buffer.from('x') };

  test('fails what it was asked, says so, and is started anew by the next call', async () => {
    // The first call ends it; every life answers its second message.
    const text = `
      let asked = 0;
      parentPort.on('message', (calls) => {
        asked += 1;
        if (calls.length === 2) throw new RangeError('no room');
        parentPort.postMessage(calls.map(({ op }) => ({ op, mac: new Uint8Array([asked]) })));
      });`;
    const threaded = start({ program: program(text) });
    expect(await threaded.generateMac(ask)).toEqual(new Uint8Array([1]));
    const lost = await Promise.allSettled([threaded.generateMac(ask), threaded.generateMac(ask)]);
    const unavailable = { status: 'rejected', reason: { name: 'HsmUnavailable', code: 'THREAD_FAILED' } };
    expect(lost).toMatchObject([unavailable, unavailable]);
    expect(failures).toEqual(['no room']);
    expect(await threaded.generateMac(ask)).toEqual(new Uint8Array([1]));
  });

  test('is told apart from a refusal when one call alone fails in it', async () => {
    const text = `parentPort.on('message', (calls) =>
      parentPort.postMessage(calls.map(() => ({ op: 'failed', cause: 'RangeError' }))));`;
    const lost = start({ program: program(text) }).generateMac(ask);
    await expect(lost).rejects.toMatchObject({ name: 'HsmUnavailable', code: 'RangeError' });
    expect(failures).toEqual([]);
  });

  test('that ends by itself fails what it was asked too', async () => {
    const threaded = start({ program: program("parentPort.on('message', () => process.exit(3));") });
    await expect(threaded.generateMac(ask)).rejects.toBeInstanceOf(HsmUnavailable);
    expect(failures).toEqual(["The security module's thread has ended with 3."]);
  });

  test('that is stopped fails what it has not answered and what comes later', async () => {
    const threaded = start({ program: program("parentPort.on('message', () => undefined);") });
    const [sent, later] = [threaded.generateMac(ask), new Promise((resolve) => setImmediate(resolve))];
    await later;
    const gathered = threaded.generateMac(ask);
    const answers = Promise.allSettled([sent, gathered]);
    await threaded.stop();
    const stopped = { reason: { name: 'HsmUnavailable', code: 'STOPPED' } };
    expect(await answers).toMatchObject([stopped, stopped]);
    await expect(threaded.generateMac(ask)).rejects.toMatchObject({ code: 'STOPPED' });
    expect(failures).toEqual([]);
  });
});

describe('what goes over to the thread', () => {
  test('stands in memory of its own, so that nothing beside it goes with it', () => {
    const chunk = Buffer.alloc(65_536, 7);
    const [a, b] = [chunk.subarray(100, 120), chunk.subarray(200, 216)];
    const key = { kind: 'fixed', key: 'bank.zak' } as const;
    const pan = { panKey: 'pan.key', hashKey: 'pan.hash', context: 'c' };
    const to = { key, format: 4 } as const;
    const pin = { from: { key, format: 4, block: b }, to } as const;
    const mac = { key, direction: 'request', data: a, mac: b } as const;
    const card = { account: { key, ciphertext: a }, keeping: pan, pin };
    const calls = [
      travelling({ op: 'generateMac', request: { key, direction: 'response', data: a } }),
      travelling({ op: 'takeMessage', request: { mac, card } }),
    ];
    const bytes = calls.flatMap(({ request: made }) => bytesIn(made));
    expect(bytes.map(({ length }) => length)).toEqual([20, 20, 16, 20, 16]);
    for (const each of bytes) expect(each.buffer.byteLength).toBe(each.length);
    const own = new Uint8Array(4);
    expect(alone(own)).toBe(own);
  });
});

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
