import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildProof } from '../../../gateway/wire/handshake-frames.ts';
import {
  type EdgeWorld,
  enrolByStore,
  GATEWAY,
  type HandTerminal,
  MID,
  newHandTerminal,
  OTHER_TID,
  openWorld,
  RawLink,
  TID,
} from './edge-world.ts';

let world: EdgeWorld;
let terminal: HandTerminal;
beforeEach(async () => {
  world = await openWorld({ limits: { proofDeadlineMs: 5_000 } });
  terminal = newHandTerminal();
  await enrolByStore(world, TID, terminal);
});
afterEach(() => world.close());

const errorCode = (frame: Record<string, unknown>) => (frame.error as { code: string } | undefined)?.code;

/** What a refused terminal sees: the frame without anything else, and the close. */
async function refusal(link: RawLink): Promise<{ frame: Record<string, unknown>; code: number }> {
  const frame = await link.next();
  return { frame, code: await link.ended() };
}

describe('a terminal that connects', () => {
  test('is welcomed with its merchant after proving its key', async () => {
    const link = new RawLink(world);
    await link.prove(TID, terminal);
    const frame = await link.next();
    expect(frame.welcome).toMatchObject({ tid: TID, merchant: { mid: MID, inn: '2801000000' } });
    expect(world.links.size).toBe(1);
  });

  test('cannot speak a TLS version before 1.3', async () => {
    const error = await new Promise<Error>((resolve) => {
      const options = {
        host: '127.0.0.1',
        port: world.edge.port,
        ca: world.caPem,
        maxVersion: 'TLSv1.2' as const,
      };
      connect(options, () => resolve(new Error('connected'))).on('error', resolve);
    });
    expect(error.message).not.toBe('connected');
  });

  test('that is refused is logged with the number it claimed and where it came from, for whoever must help it', async () => {
    const link = new RawLink(world);
    await link.prove(TID, newHandTerminal());
    await refusal(link);
    expect(world.lines).toContainEqual({
      event: 'terminal_refused',
      facts: { code: 'PROOF_INVALID', tid: TID, address: '127.0.0.1' },
    });
  });

  test('learns the same from an unknown number, an unactivated one and a wrong key', async () => {
    const answers = [];
    for (const [tid, key] of [
      ['99999999', terminal],
      [OTHER_TID, terminal],
      [TID, newHandTerminal()],
    ] as const) {
      const link = new RawLink(world);
      await link.prove(tid, key);
      answers.push(await refusal(link));
    }
    expect(answers[0]?.frame).toMatchObject({
      re: null,
      ok: false,
      error: { code: 'PROOF_INVALID', facts: {} },
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(world.links.size).toBe(0);
  });

  test('is refused with a proof that was good on an earlier connection', async () => {
    const first = new RawLink(world);
    const { signature } = await first.prove(TID, terminal);
    expect((await first.next()).welcome).toBeDefined();
    const second = new RawLink(world);
    await second.challenge();
    second.send(buildProof({ tid: TID, signature, software: 'test 1' }));
    expect(errorCode((await refusal(second)).frame)).toBe('PROOF_INVALID');
  });

  test('is refused when its proof for this very challenge was made on another TLS connection', async () => {
    const relay = new RawLink(world);
    const victim = new RawLink(world);
    await victim.challenge();
    const { nonce } = await relay.prove(TID, terminal, { exporter: victim.exporter });
    expect(nonce).toHaveLength(43);
    expect(victim.exporter.equals(relay.exporter)).toBe(false);
    expect(errorCode((await refusal(relay)).frame)).toBe('PROOF_INVALID');
    victim.webSocket.terminate();
  });

  test('learns that it was revoked only by proving its key', async () => {
    const revokedAt = world.runtime.clock.now();
    const row = { tid: TID, mid: MID, publicKey: terminal.publicKey, revokedAt };
    await world.store.commit([{ kind: 'terminal.put', row }]);
    const own = new RawLink(world);
    await own.prove(TID, terminal);
    expect(errorCode((await refusal(own)).frame)).toBe('TERMINAL_REVOKED');
    const stranger = new RawLink(world);
    await stranger.prove(TID, newHandTerminal());
    expect(errorCode((await refusal(stranger)).frame)).toBe('PROOF_INVALID');
  });

  test('is refused when it sends anything else than a proof, and no request reaches the gateway', async () => {
    for (const [sent, code] of [
      ['not json', 'MESSAGE_MALFORMED'],
      [{ v: 2, proof: {} }, 'MESSAGE_VERSION_UNSUPPORTED'],
      [{ v: 1, id: 'a', type: 'quote.get', body: {} }, 'MESSAGE_MALFORMED'],
      [`"${'x'.repeat(10_000)}"`, 'MESSAGE_TOO_LARGE'],
      [Buffer.from([0xff, 0xfe]), 'MESSAGE_MALFORMED'],
    ] as const) {
      const link = new RawLink(world);
      await link.challenge();
      link.send(sent);
      expect(errorCode((await refusal(link)).frame)).toBe(code);
    }
    expect(world.handled).toEqual([]);
  });

  test('loses its socket when it proves nothing by the deadline', async () => {
    const link = new RawLink(world);
    expect((await link.challenge()).gateway).toBe(GATEWAY);
    world.runtime.advance(5_000);
    const { frame, code } = await refusal(link);
    expect([errorCode(frame), code]).toEqual(['PROOF_INVALID', 4408]);
  });

  test('is not served on another path nor from a web page', async () => {
    const elsewhere = new RawLink(world, {}, '/other');
    expect(await elsewhere.ended()).toBe(1006);
    const page = new RawLink(world, { origin: 'https://shop.example' });
    expect(await page.ended()).toBe(1006);
  });
});

describe('one link a terminal', () => {
  test('the newer proven link replaces the older', async () => {
    const older = await new RawLink(world).welcomed(TID, terminal);
    const newer = await new RawLink(world).welcomed(TID, terminal);
    expect(await older.ended()).toBe(4409);
    newer.send({ v: 1, id: 'q', type: 'day.totals', body: { businessDate: '2026-11-22' } });
    expect(await newer.next()).toMatchObject({ re: 'q', ok: true });
    expect(world.links.size).toBe(1);
  });

  test('an unproven connection replaces nothing', async () => {
    const good = await new RawLink(world).welcomed(TID, terminal);
    const bad = new RawLink(world);
    await bad.prove(TID, newHandTerminal());
    await refusal(bad);
    good.send({ v: 1, id: 'q', type: 'day.totals', body: { businessDate: '2026-11-22' } });
    expect(await good.next()).toMatchObject({ re: 'q', ok: true });
  });

  test('a revocation made by another process ends an open link', async () => {
    const link = await new RawLink(world).welcomed(TID, terminal);
    const row = { tid: TID, mid: MID, publicKey: terminal.publicKey, revokedAt: world.runtime.clock.now() };
    await world.store.commit([{ kind: 'terminal.put', row }]);
    world.runtime.advance(1_000);
    expect(await link.ended()).toBe(4403);
    expect(world.links.size).toBe(0);
  });

  test('another key for the terminal ends the link of the old key', async () => {
    const link = await new RawLink(world).welcomed(TID, terminal);
    await enrolByStore(world, TID, newHandTerminal());
    world.runtime.advance(1_000);
    expect(await link.ended()).toBe(4403);
  });
});
