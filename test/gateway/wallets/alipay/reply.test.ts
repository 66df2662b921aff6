import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openReply } from '../../../../gateway/wallets/alipay/reply.ts';
import { alipayKeys, reply, signBytes } from './wallet-double.ts';

const PAY = 'alipay.trade.pay';
const key = createPublicKey(alipayKeys.publicPem);
const open = (text: string | Uint8Array) =>
  openReply(typeof text === 'string' ? Buffer.from(text) : text, PAY, key);

describe('a reply is opened only over the bytes that were signed', () => {
  test('escaped slashes, unicode escapes, braces and quotes in strings, and spacing are kept as sent', () => {
    const node = String.raw`{ "code" : "10000","u":"https:\/\/a\/b","t":"\u8336 茶 }{ \" \\","n":{"x":[1,{"y":"]"}]} }`;
    const opened = open(
      `{"alipay_trade_pay_response": ${node} ,"alipay_cert_sn":"x", "sign":"${signBytes(node)}"}\n`,
    );
    expect(opened).toMatchObject({
      ok: true,
      fields: { code: '10000', u: 'https://a/b', t: '茶 茶 }{ " \\' },
    });
  });

  test('the signature may stand before the node', () => {
    const node = '{"code":"10000"}';
    expect(open(`{"sign":"${signBytes(node)}","alipay_trade_pay_response":${node}}`).ok).toBe(true);
  });

  test.each([
    ['no JSON', Buffer.from('00000')],
    ['no UTF-8', Buffer.from([0x22, 0xe8, 0xfe, 0x22])],
    ['a word', Buffer.from('nil')],
  ])(
    'a reply damaged anywhere is refused, though what was signed is whole: another member is %s',
    (_title, other) => {
      const node = '{"code":"10000"}';
      const rest = `,"alipay_trade_pay_response":${node},"sign":"${signBytes(node)}"}`;
      const whole = Buffer.concat([Buffer.from('{"extra":'), other, Buffer.from(rest)]);
      expect(open(whole)).toEqual({ ok: false, cause: 'reply_malformed' });
    },
  );

  test('an error node is believed only when signed', () => {
    const node = '{"code":"40002","sub_code":"isv.invalid-app-id"}';
    expect(open(`{"error_response":${node},"sign":"${signBytes(node)}"}`).ok).toBe(true);
    expect(open(`{"error_response":${node}}`)).toEqual({ ok: false, cause: 'reply_unsigned' });
  });

  test.each([
    [
      'an unescaped slash where an escaped one was signed',
      '{"u":"a/b"}',
      String.raw`{"u":"a\/b"}`,
      'signature_invalid',
    ],
    ['one more space', '{"code": "10000"}', '{"code":"10000"}', 'signature_invalid'],
    ['another amount', '{"total_amount":"1.00"}', '{"total_amount":"9.00"}', 'signature_invalid'],
    ['a list', '[1]', '[1]', 'reply_malformed'],
    ['a node that is no JSON', '{"a":}', '{"a":}', 'reply_malformed'],
  ])('refuses %s', (_title, sent, signed, cause) => {
    expect(open(`{"alipay_trade_pay_response":${sent},"sign":"${signBytes(signed)}"}`)).toEqual({
      ok: false,
      cause,
    });
  });

  test.each([
    ['nothing', '', 'reply_malformed'],
    ['a page', '<html></html>', 'reply_malformed'],
    ['a bare value', '"x"', 'reply_malformed'],
    ['an empty object', '{}', 'reply_malformed'],
    ['two objects', '{"a":1}{"b":2}', 'reply_malformed'],
    ['a repeated name', '{"sign":"a","sign":"b"}', 'reply_malformed'],
    ['a trailing comma', '{"a":1,}', 'reply_malformed'],
    [
      'the node of another method',
      `{"alipay_trade_query_response":{},"sign":"${signBytes('{}')}"}`,
      'node_unexpected',
    ],
    ['a signature that is no string', '{"alipay_trade_pay_response":{},"sign":null}', 'signature_invalid'],
  ])('refuses %s', (_title, text, cause) => {
    expect(open(text)).toEqual({ ok: false, cause });
  });

  test('a reply cut at any byte is refused', () => {
    const whole = reply(PAY, { code: '10000', subject: 'чай 茶 "}{"' });
    expect(open(whole).ok).toBe(true);
    for (let length = 0; length < whole.length; length += 1) {
      expect(open(whole.subarray(0, length)).ok).toBe(false);
    }
  });

  test('a reply with any byte of its node or signature changed is refused', () => {
    const whole = reply(PAY, { code: '10000', total_amount: '1.00', t: '茶' });
    const opened = (bytes: Uint8Array) => open(bytes);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const mutated = Uint8Array.from(whole);
        mutated[at] = (mutated[at] ?? 0) ^ flip;
        const result = opened(mutated);
        // The only mutations that may pass leave the signed bytes and the signature as they were.
        return (
          !result.ok || JSON.stringify(result.fields) === '{"code":"10000","total_amount":"1.00","t":"茶"}'
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test('random bytes and deep nesting never crash it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !open(bytes).ok),
      { numRuns: 2_000 },
    );
    expect(open(`{"alipay_trade_pay_response":${'['.repeat(100_000)}`).ok).toBe(false);
  });
});
