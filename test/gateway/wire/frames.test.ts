import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AmurError, ERROR_CATALOGUE } from '../../../gateway/kernel/errors.ts';
import {
  buildErrorReply,
  buildEvent,
  buildReply,
  buildRequest,
  parseEvent,
  parseGatewayFrame,
  parseReply,
  parseReplyBody,
  parseRequest,
} from '../../../gateway/wire/frames.ts';
import { FRAME_BYTES_MAX } from '../../../gateway/wire/messages.ts';

const ID = '01JD0000000000000000000000';
const rub = (amountMinor: string) => ({ amountMinor, currency: 'RUB' });
const start = {
  attemptId: ID,
  saleId: ID,
  tenderId: ID,
  saleTotal: rub('100000'),
  amount: rub('100000'),
  quoteId: ID,
  method: { kind: 'scanned' as const, code: '287600000000000001' },
  subject: 'Товары',
  receiptNumber: '214-0087',
  operator: 'Анна',
};
const request = (body: unknown = start) => JSON.stringify({ v: 1, id: 'r1', type: 'payment.start', body });
const bytes = (text: string) => new TextEncoder().encode(text);

function refusalOf(frame: string | Uint8Array): { re: string | null; code: string; facts: unknown } {
  const parsed = parseRequest(frame);
  if (parsed.ok) throw new Error('was accepted');
  return { re: parsed.re, code: parsed.error.code, facts: parsed.error.facts };
}

describe('a request', () => {
  test('that is built is parsed back to what it was, from text and from bytes', () => {
    const text = buildRequest('r1', 'payment.start', start);
    const expected = { ok: true, id: 'r1', type: 'payment.start', body: start };
    expect(parseRequest(text)).toEqual(expected);
    expect(parseRequest(bytes(text))).toEqual(expected);
  });

  test.each([
    ['nothing', '', ''],
    ['half of it', request().slice(0, 80), ''],
    ['two frames in one', request() + request(), ''],
    ['a number', '7', ''],
    ['null', 'null', ''],
    ['an array', '[{}]', ''],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), ''],
    ['a byte order mark', `\ufeff${request()}`, ''],
    ['no version', request().replace('"v":1,', ''), '/v'],
    ['a version in words', request().replace('"v":1', '"v":"1"'), '/v'],
    ['a version past every integer', request().replace('"v":1', '"v":1e400'), '/v'],
    ['no id', request().replace('"id":"r1",', ''), ''],
    ['an id with a blank', request().replace('"r1"', '"r 1"'), '/id'],
    ['a type that is no text', request().replace('"payment.start"', '5'), '/type'],
    ['no body', JSON.stringify({ v: 1, id: 'r1', type: 'quote.get' }), ''],
    ['a body that is no object', request('x'), '/body'],
    ['a superfluous word', request({ ...start, secret: 1 }), '/body'],
    ['an inherited name as a word', request().replace('"subject"', '"__proto__":{},"subject"'), '/body'],
    ['a word missing', request({ ...start, operator: undefined }), '/body'],
    ['a float amount', request({ ...start, amount: rub('10.5') }), '/body/amount/amountMinor'],
    [
      'a number for an amount',
      request({ ...start, amount: { amountMinor: 5, currency: 'RUB' } }),
      '/body/amount/amountMinor',
    ],
    ['an amount of nothing', request({ ...start, amount: rub('0') }), '/body/amount/amountMinor'],
    ['a control character', request({ ...start, subject: 'a\u0000b' }), '/body/subject'],
    ['half a surrogate pair', request().replace('Товары', '\\ud800'), ''],
    ['an id of another shape', request({ ...start, saleId: ID.toLowerCase() }), '/body/saleId'],
  ])('with %s is malformed, at its path', (_what, frame, path) => {
    expect(refusalOf(frame)).toMatchObject({ code: 'MESSAGE_MALFORMED', facts: { path } });
  });

  test('of another version is told so, whatever else it holds, with its id', () => {
    const frame = JSON.stringify({ v: 2, id: 'r9', kind: 'of tomorrow' });
    expect(refusalOf(frame)).toEqual({
      re: 'r9',
      code: 'MESSAGE_VERSION_UNSUPPORTED',
      facts: { supported: 1 },
    });
  });

  test('of an unknown type is told so without its type being repeated', () => {
    for (const type of ['payment.steal', 'constructor', '__proto__', 'toString', '']) {
      const frame = JSON.stringify({ v: 1, id: 'r1', type, body: {} });
      expect(refusalOf(frame)).toEqual({ re: 'r1', code: 'MESSAGE_TYPE_UNKNOWN', facts: {} });
    }
  });

  test('is refused by size to the byte, in text and in bytes', () => {
    const padded = (size: number) => {
      const frame = request({ ...start, padding: '' });
      return frame.replace('"padding":""', `"padding":"${'x'.repeat(size - bytes(frame).length)}"`);
    };
    for (const form of [(text: string) => text, bytes]) {
      expect(refusalOf(form(padded(FRAME_BYTES_MAX))).code).toBe('MESSAGE_MALFORMED');
      expect(refusalOf(form(padded(FRAME_BYTES_MAX + 1)))).toEqual({
        re: null,
        code: 'MESSAGE_TOO_LARGE',
        facts: { limitBytes: FRAME_BYTES_MAX },
      });
    }
    expect(refusalOf('Ж'.repeat(FRAME_BYTES_MAX / 2 + 1)).code).toBe('MESSAGE_TOO_LARGE');
  });

  test('with a name twice has the last of its values', () => {
    const frame = '{"v":2,"v":1,"id":"a","id":"b","type":"quote.get","body":{}}';
    expect(parseRequest(frame)).toMatchObject({ ok: true, id: 'b' });
  });

  test('may nest as deep as a frame can without harm', () => {
    const depth = 30_000;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const most = Math.floor(depth / (open.length + close.length));
      const deep = `${open.repeat(most)}"\\ud800"${close.repeat(most)}`;
      expect(refusalOf(`{"v":1,"id":"a","type":"quote.get","body":${deep}}`).code).toBe('MESSAGE_MALFORMED');
      const plain = deep.replace('\\ud800', 'x');
      expect(refusalOf(`{"v":1,"id":"a","type":"quote.get","body":${plain}}`).code).toBe('MESSAGE_MALFORMED');
    }
  });

  test('cut at any byte is refused', () => {
    const frame = bytes(request());
    for (let cut = 0; cut < frame.length; cut += 1) {
      expect(refusalOf(frame.subarray(0, cut)).code).toBe('MESSAGE_MALFORMED');
    }
  });

  test('of random bytes or random JSON is answered and never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (frame) => !parseRequest(frame).ok),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.json(), (frame) => !parseRequest(frame).ok),
      { numRuns: 2_000 },
    );
  });

  test('never has its values repeated in the error', () => {
    const marked = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `needle${text}`);
    const place = fc.constantFrom(...Object.keys(start), 'v', 'id', 'type');
    fc.assert(
      fc.property(marked, place, (needle, name) => {
        const frame = {
          v: 1,
          id: 'r1',
          type: 'payment.start',
          body: { ...start, [name]: { [needle]: needle } },
        };
        const parsed = parseRequest(
          JSON.stringify({ ...frame, ...(name in frame ? { [name]: needle } : {}) }),
        );
        if (parsed.ok) return;
        expect(buildErrorReply(null, parsed.error)).not.toContain('needle');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a frame of the gateway', () => {
  const totals = {
    businessDate: '2026-11-22',
    payments: 0,
    paid: rub('0'),
    paidOrder: [],
    refunds: 0,
    refunded: rub('0'),
    refundedOrder: [],
    open: 0,
  };
  const refund = {
    refundId: ID,
    attemptId: ID,
    saleId: ID,
    state: 'approved' as const,
    amount: rub('1'),
    order: rub('1'),
    cause: 'till' as const,
    declineCode: null,
    createdAt: 1,
    updatedAt: 1,
    version: 1,
  };

  test('built as a reply comes back, and its body is checked against what was asked', () => {
    const parsed = parseGatewayFrame(buildReply<'day.totals'>('r1', totals));
    expect(parsed).toEqual({
      ok: true,
      value: { kind: 'reply', re: 'r1', outcome: { ok: true, body: totals } },
    });
    expect(parseReplyBody('day.totals', totals)).toEqual({ ok: true, value: totals });
    expect(parseReplyBody('quote.get', totals)).toMatchObject({
      ok: false,
      error: { code: 'MESSAGE_MALFORMED' },
    });
    expect(parseReply(buildReply<'day.totals'>('r1', totals))).toEqual(parsed);
  });

  test('built as an event comes back', () => {
    const text = buildEvent('refund.changed', refund);
    const value = { kind: 'event', event: 'refund.changed', body: refund };
    expect(parseGatewayFrame(text)).toEqual({ ok: true, value });
    expect(parseEvent(text)).toEqual({ ok: true, value });
  });

  test('is refused where it is neither, or not of its shape', () => {
    for (const [frame, code] of [
      ['{', 'MESSAGE_MALFORMED'],
      ['{"v":1}', 'MESSAGE_MALFORMED'],
      ['{"v":3,"event":"refund.changed","body":{}}', 'MESSAGE_VERSION_UNSUPPORTED'],
      ['{"v":1,"event":"refund.gone","body":{}}', 'MESSAGE_TYPE_UNKNOWN'],
      ['{"v":1,"event":"refund.changed","body":{}}', 'MESSAGE_MALFORMED'],
      ['{"v":1,"re":"a","ok":true,"body":1,"error":{}}', 'MESSAGE_MALFORMED'],
      ['{"v":1,"re":"a","ok":false,"error":{"code":"x"}}', 'MESSAGE_MALFORMED'],
    ] as const) {
      expect(parseGatewayFrame(frame)).toMatchObject({ ok: false, error: { code } });
    }
  });

  test('carries every error of the catalogue with its facts', () => {
    for (const code of Object.keys(ERROR_CATALOGUE) as (keyof typeof ERROR_CATALOGUE)[]) {
      const text = buildErrorReply('r1', new AmurError(code, { path: '/x', limit: 5, open: true }));
      const parsed = parseReply(text);
      const outcome = { ok: false, error: { code, facts: { path: '/x', limit: 5, open: true } } };
      expect(parsed).toMatchObject({ ok: true, value: { re: 'r1', outcome } });
    }
  });

  test('hides what is not an operating failure, and bounds what facts may hold', () => {
    expect(buildErrorReply('a', new TypeError('token 4111'))).not.toContain('4111');
    expect(JSON.parse(buildErrorReply('a', 'thrown'))).toMatchObject({
      error: { code: 'INTERNAL', facts: {} },
    });
    const odd = new AmurError('INTERNAL', {
      long: 'x'.repeat(999),
      bad: Number.POSITIVE_INFINITY,
      cut: '\ud800',
    });
    const parsed = parseReply(buildErrorReply('a', odd));
    expect(parsed).toMatchObject({ ok: true });
    expect(JSON.parse(buildErrorReply('a', odd)).error.facts).toEqual({
      long: 'x'.repeat(200),
      cut: '\ufffd',
    });
  });

  test('with a code of tomorrow becomes INTERNAL that names it', () => {
    const error = { code: 'SOMETHING_NEW', message: '', facts: {} };
    const parsed = parseReply(JSON.stringify({ v: 1, re: 'a', ok: false, error }));
    expect(parsed).toMatchObject({
      value: { outcome: { error: { code: 'INTERNAL', facts: { code: 'SOMETHING_NEW' } } } },
    });
  });
});
