import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DialHandlers } from '../../../electron/gateway-client/dial.ts';
import {
  type CountingLink,
  type LinkTrouble,
  openGatewayLink,
} from '../../../electron/gateway-client/gateway-link.ts';
import type { TerminalSigner } from '../../../electron/gateway-client/identity.ts';
import { AmurError, type ErrorCode } from '../../../gateway/kernel/errors.ts';
import { buildCardRefusal, buildErrorReply, buildEvent, buildReply } from '../../../gateway/wire/frames.ts';
import { buildChallenge, buildWelcome } from '../../../gateway/wire/handshake-frames.ts';
import { proofBytes } from '../../../gateway/wire/proof.ts';
import { type ManualRuntime, manualRuntime } from '../../gateway/edge/manual-runtime.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const signer: TerminalSigner = {
  tid: '10000001',
  gateway: 'amur-gateway',
  sign: (bytes) => sign(null, bytes, privateKey).toString('base64url'),
};
const merchant = { mid: '100000000000001', name: 'n', nameZh: 'z', inn: '2801000000', address: 'a' };
const nonce = Buffer.alloc(32, 7);
const exporter = new Uint8Array(32).fill(9);
const zero = { amountMinor: '0', currency: 'RUB' };
const totals = {
  ...{ businessDate: '2026-11-22', payments: 0, paid: zero, paidOrder: [], refunds: 0, refunded: zero },
  ...{ refundedOrder: [], open: 0 },
};

/** A gateway in the test's hand: every dial waits here until the test opens, feeds or ends it. */
class FakeSocket {
  readonly sent: Record<string, unknown>[] = [];
  readonly handlers: DialHandlers;
  readonly cards: Uint8Array[] = [];
  accepting = true;
  pings = 0;
  ended = false;

  constructor(handlers: DialHandlers) {
    this.handlers = handlers;
  }

  open(): void {
    this.handlers.onOpen({
      exporter,
      send: (frame) => {
        if (!this.accepting) return false;
        if (typeof frame === 'string') this.sent.push(JSON.parse(frame) as Record<string, unknown>);
        else this.cards.push(frame);
        return true;
      },
      ping: () => {
        this.pings += 1;
      },
      terminate: () => {
        this.ended = true;
      },
    });
  }

  feed(text: string): void {
    this.handlers.onFrame(Buffer.from(text));
  }

  welcome(): this {
    this.open();
    this.feed(buildChallenge({ nonce: nonce.toString('base64url'), gateway: 'amur-gateway' }));
    this.feed(buildWelcome({ tid: signer.tid, merchant, serverTime: 1 }));
    return this;
  }

  get lastId(): string {
    return String(this.sent.at(-1)?.id);
  }
}

let runtime: ManualRuntime;
let sockets: FakeSocket[];
let troubles: LinkTrouble[];
let link: CountingLink;

beforeEach(() => {
  runtime = manualRuntime('link');
  sockets = [];
  troubles = [];
  link = openGatewayLink({
    dial: (handlers) => {
      const socket = new FakeSocket(handlers);
      sockets.push(socket);
      return () => {
        socket.ended = true;
      };
    },
    signer,
    software: 'test 1',
    runtime,
    onTrouble: (trouble) => void troubles.push(trouble),
  });
});

function latest(): FakeSocket {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error('nothing was dialled');
  return socket;
}

const ask = (timeoutMs = 5_000) => link.request('day.totals', { businessDate: '2026-11-22' }, timeoutMs);
const codeOf = (request: Promise<unknown>): Promise<ErrorCode | 'answered'> =>
  request.then(
    () => 'answered' as const,
    (error: unknown) => (error as AmurError).code,
  );

describe('connecting', () => {
  test('proves the key over nonce, number, gateway and the connection, then is up with the merchant', () => {
    expect(link.state).toBe('connecting');
    latest().welcome();
    const proof = latest().sent[0]?.proof as { signature: string };
    const bytes = proofBytes({ nonce, tid: signer.tid, gateway: 'amur-gateway', exporter });
    const key = createPublicKey(privateKey);
    expect(verify(null, bytes, key, Buffer.from(proof.signature, 'base64url'))).toBe(true);
    expect([link.state, link.merchant]).toEqual(['up', merchant]);
  });

  test('signs nothing for a gateway of another name', () => {
    latest().open();
    latest().feed(buildChallenge({ nonce: nonce.toString('base64url'), gateway: 'another' }));
    expect(latest().sent).toEqual([]);
    expect([latest().ended, link.state]).toEqual([true, 'down']);
  });

  test('is tried again after waits that double from 0.3 s to 10 s and are never all the same', () => {
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const before = runtime.clock.now();
      latest().handlers.onClosed(1006, 'ECONNREFUSED');
      const dialled = sockets.length;
      while (sockets.length === dialled) runtime.advance(1);
      waits.push(runtime.clock.now() - before);
    }
    waits.forEach((wait, i) => {
      const ceiling = Math.min(10_000, 300 * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
      expect(wait).toBeLessThanOrEqual(ceiling);
    });
    expect(new Set(waits.slice(6)).size).toBe(3);
  });

  test('starts over quickly after a link that held, and not after one that broke at once', () => {
    for (let i = 0; i < 6; i += 1) {
      latest().welcome().handlers.onClosed(1006, null);
      runtime.advance(10_000);
    }
    latest().welcome();
    for (let i = 0; i < 6; i += 1) {
      runtime.advance(2_000);
      latest().handlers.onAlive();
    }
    const dialled = sockets.length;
    latest().handlers.onClosed(1006, null);
    runtime.advance(300);
    expect(sockets.length).toBe(dialled + 1);
  });

  test('that stalls is given up at the deadline', () => {
    latest().open();
    runtime.advance(10_000);
    expect([latest().ended, link.state]).toEqual([true, 'down']);
  });

  test.each(['PROOF_INVALID', 'TERMINAL_REVOKED', 'TERMINAL_UNKNOWN'] as const)(
    'refused with %s shows refused and is retried slowly',
    (code) => {
      latest().open();
      latest().feed(buildChallenge({ nonce: nonce.toString('base64url'), gateway: 'amur-gateway' }));
      latest().feed(buildErrorReply(null, new AmurError(code, {})));
      expect(link.state).toBe('refused');
      runtime.advance(29_000);
      expect(sockets).toHaveLength(1);
      while (sockets.length === 1) runtime.advance(1_000);
      expect([sockets.length, link.state]).toEqual([2, 'refused']);
      latest().welcome();
      expect(link.state).toBe('up');
      expect(troubles).toContain('terminal_refused');
    },
  );

  test('revoked while up shows refused', () => {
    latest().welcome().handlers.onClosed(4403, null);
    expect(link.state).toBe('refused');
  });
});

describe('a request', () => {
  test('is answered by the reply of its id, whatever the order', async () => {
    latest().welcome();
    const first = ask();
    const second = ask();
    const [one, two] = latest()
      .sent.slice(1)
      .map((frame) => String(frame.id));
    latest().feed(buildReply<'day.totals'>(two ?? '', { ...totals, payments: 2 }));
    latest().feed(buildReply<'day.totals'>(one ?? '', { ...totals, payments: 1 }));
    expect([(await first).payments, (await second).payments]).toEqual([1, 2]);
  });

  test('is LINK_DOWN while nothing can have been sent', async () => {
    expect(await codeOf(ask())).toBe('LINK_DOWN');
    latest().welcome();
    latest().accepting = false;
    expect(await codeOf(ask())).toBe('LINK_DOWN');
    expect(latest().sent).toHaveLength(1);
    latest().handlers.onClosed(1006, null);
    expect(await codeOf(ask())).toBe('LINK_DOWN');
  });

  test('is REPLY_TIMEOUT once it was sent, by time or by the loss of the link', async () => {
    latest().welcome();
    const slow = codeOf(ask(4_000));
    const lost = codeOf(ask(60_000));
    runtime.advance(4_000);
    expect(await slow).toBe('REPLY_TIMEOUT');
    latest().handlers.onClosed(1006, null);
    expect(await lost).toBe('REPLY_TIMEOUT');
    expect(link.state).toBe('down');
  });

  test('that is closed here while under way is REPLY_TIMEOUT, and nothing is dialled again', async () => {
    latest().welcome();
    const open = codeOf(ask());
    await link.close();
    expect(await open).toBe('REPLY_TIMEOUT');
    runtime.advance(120_000);
    expect(sockets).toHaveLength(1);
    expect(runtime.timersPending).toBe(0);
  });

  test('rejects with the gateway’s own code', async () => {
    latest().welcome();
    const refused = codeOf(ask());
    latest().feed(buildErrorReply(latest().lastId, new AmurError('RATE_LIMITED', {})));
    expect(await refused).toBe('RATE_LIMITED');
  });

  test('whose reply cannot be read is unknown, not refused', async () => {
    latest().welcome();
    const odd = codeOf(ask());
    latest().feed(JSON.stringify({ v: 1, re: latest().lastId, ok: true, body: { payments: 'many' } }));
    expect(await odd).toBe('REPLY_TIMEOUT');
    expect(link.counters.malformedFrames).toBe(1);
  });

  test('that was given up leaves its late reply to be counted and ignored', async () => {
    latest().welcome();
    const given = codeOf(ask(1_000));
    const id = latest().lastId;
    runtime.advance(1_000);
    expect(await given).toBe('REPLY_TIMEOUT');
    latest().feed(buildReply<'day.totals'>(id, totals));
    latest().feed(buildReply<'day.totals'>(id, totals));
    expect([link.counters.lateReplies, link.state]).toEqual([2, 'up']);
  });

  test('larger than a frame is refused here and not sent', async () => {
    latest().welcome();
    const reason = 'x'.repeat(70_000);
    const id = '01JD0000000000000000000000';
    const body = { saleId: id, disposition: 'cancelled' as const, operator: 'o', reason, closedAt: 1 };
    expect(await codeOf(link.request('sale.close', body, 1_000))).toBe('MESSAGE_TOO_LARGE');
    expect(latest().sent).toHaveLength(1);
  });
});

describe('an open link', () => {
  test('passes events on, and survives bad frames and a listener that fails', () => {
    latest().welcome();
    const heard: string[] = [];
    link.onEvent(() => {
      throw new Error('a screen broke');
    });
    const stop = link.onEvent((event) => void heard.push(event));
    const id = '01JD0000000000000000000000';
    const refund = {
      ...{ refundId: id, attemptId: id, saleId: id, state: 'approved' as const, amount: zero, order: zero },
      ...{ cause: 'till' as const, declineCode: null, createdAt: 1, updatedAt: 1, version: 1 },
    };
    latest().feed('{');
    latest().handlers.onCardFrame(new Uint8Array(4_097));
    latest().feed('{"v":1,"event":"refund.changed","body":{"state":"approved"}}');
    latest().feed(buildEvent('refund.changed', refund));
    stop();
    latest().feed(buildEvent('refund.changed', refund));
    expect(heard).toEqual(['refund.changed']);
    expect([link.state, link.counters.malformedFrames]).toEqual(['up', 3]);
    expect(troubles).toContain('listener_failed');
  });

  test('to a gateway that has fallen silent is ended and made anew', () => {
    latest().welcome();
    runtime.advance(3_000);
    latest().handlers.onAlive();
    runtime.advance(6_000);
    expect([link.state, latest().pings]).toEqual(['up', 3]);
    const silent = latest();
    runtime.advance(3_000);
    expect([silent.ended, link.state]).toEqual([true, 'down']);
    runtime.advance(300);
    expect(sockets).toHaveLength(2);
  });
});

describe('card messages', () => {
  const message = Uint8Array.of(2, 0, 1);

  test('leave as they are on a proven link, and come back to every listener', () => {
    latest().welcome();
    const heard: Uint8Array[] = [];
    const stop = link.onCardMessage((packed) => void heard.push(packed));
    link.sendCardMessage(message);
    latest().handlers.onCardFrame(message);
    stop();
    latest().handlers.onCardFrame(message);
    expect(latest().cards).toEqual([message]);
    expect(heard).toEqual([message]);
  });

  test('are refused with certainty while there is no link, when the socket has closed, and above the limit', () => {
    expect(() => link.sendCardMessage(message)).toThrow('no link');
    latest().welcome();
    latest().accepting = false;
    expect(() => link.sendCardMessage(message)).toThrow('no link');
    latest().accepting = true;
    expect(() => link.sendCardMessage(new Uint8Array(4_097))).toThrow('size limit');
    expect(() => link.sendCardMessage(new Uint8Array(0))).toThrow('size limit');
    expect(latest().cards).toEqual([]);
  });

  test('that the gateway does not take are told with their name and its code', () => {
    latest().welcome();
    const heard: unknown[] = [];
    link.onCardRefusal(({ cardMessage, error }) => heard.push([cardMessage, error.code]));
    latest().feed(buildCardRefusal(message, new AmurError('RATE_LIMITED', { limit: 'messages' })));
    latest().feed(buildErrorReply(null, new AmurError('RATE_LIMITED', {})));
    expect(heard).toEqual([['020001', 'RATE_LIMITED']]);
    expect(link.counters.lateReplies).toBe(1);
  });

  test('before the link is proven end it', () => {
    latest().open();
    latest().handlers.onCardFrame(message);
    expect([latest().ended, link.state]).toEqual([true, 'down']);
  });
});
