import { createPrivateKey, createPublicKey } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../gateway/kernel/secret.ts';
import { signedString, signRequest, verifyBytes } from '../../../../gateway/wallets/alipay/signing.ts';
import { alipayKeys, answering, cnyOrder, config, contentOf, merchantKeys, reply } from './wallet-double.ts';

const sdk = new AlipaySdk({
  appId: config.appId,
  privateKey: merchantKeys.privatePem,
  keyType: 'PKCS8',
  alipayPublicKey: alipayKeys.publicPem,
});

describe('request signing', () => {
  test("signs the same parameters to the same signature as Alipay's own SDK", () => {
    fc.assert(
      fc.property(
        fc.record({
          subject: fc.string({ unit: 'grapheme' }),
          amount: fc.stringMatching(/^[1-9][0-9]{0,6}\.[0-9]{2}$/),
        }),
        ({ subject, amount }) => {
          const bizContent = { out_trade_no: 'A1', subject, total_amount: amount };
          const theirs = new URLSearchParams(
            sdk.sdkExecute('alipay.trade.pay', { bizContent }, { bizContentAutoSnakeCase: false }),
          );
          const parameters = new Map([...theirs].filter(([name]) => name !== 'sign'));
          expect(signRequest(parameters, createPrivateKey(merchantKeys.privatePem))).toBe(theirs.get('sign'));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("sends a request whose signature the SDK's own checker accepts and a changed one it does not", async () => {
    const { connector, sent } = answering(reply('alipay.trade.pay', { code: '20000' }));
    await connector.pay(cnyOrder, new Secret('281234567890123456'));
    const checker = new AlipaySdk({
      appId: config.appId,
      privateKey: merchantKeys.privatePem,
      alipayPublicKey: merchantKeys.publicPem,
    });
    const parameters = Object.fromEntries([
      ...(sent[0]?.url.searchParams ?? []),
      ...new URLSearchParams(sent[0]?.body),
    ]);
    expect(checker.checkNotifySignV2(parameters)).toBe(true);
    expect(checker.checkNotifySignV2({ ...parameters, app_id: '1' })).toBe(false);
    expect(contentOf(sent[0]).subject).toBe(cnyOrder.subject);
  });

  test('leaves empty parameters out of the signed string and sorts by ASCII', () => {
    expect(
      signedString(
        new Map([
          ['b', '2'],
          ['a', '1 &=%'],
          ['c', ''],
          ['B', '0'],
        ]),
      ),
    ).toBe('B=0&a=1 &=%&b=2');
  });
});

test('a signature that is not base64 of the right bytes is not accepted', () => {
  const key = createPublicKey(alipayKeys.publicPem);
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, signature) => !verifyBytes(bytes, signature, key)),
  );
});
