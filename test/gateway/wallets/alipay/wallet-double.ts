/** Alipay's side of the wire for tests: keys made on the spot, replies signed with them, requests kept. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { parseAttemptId } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { Secret } from '../../../../gateway/kernel/secret.ts';
import type { Runtime } from '../../../../gateway/kernel/time.ts';
import type { WalletOrder } from '../../../../gateway/payments/wallet-port.ts';
import type { AlipayConfig, AlipayLogEntry } from '../../../../gateway/wallets/alipay/config.ts';
import { createAlipayConnector } from '../../../../gateway/wallets/alipay/connector.ts';
import type { HttpPost } from '../../../../gateway/wallets/alipay/http-post.ts';

function keyPair(): { privatePem: string; publicPem: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export const merchantKeys = keyPair();
export const alipayKeys = keyPair();

export const config: AlipayConfig = {
  gatewayUrl: 'https://127.0.0.1/gateway.do',
  appId: '2021000000000001',
  privateKeyPem: new Secret(merchantKeys.privatePem),
  alipayPublicKeyPem: alipayKeys.publicPem,
  sellerId: '2088000000000001',
  notifyUrl: 'https://acquirer.example/notify',
  timeoutMs: 5_000,
  timeoutExpress: '3m',
};

export const NO = parseAttemptId('01JD9Z6M3T5V7X9B1D3F5H7K9M');
export const REFUND_NO = '01JD9Z6M3T5V7X9B1D3F5H7K9N';

export const cnyOrder: WalletOrder = {
  outTradeNo: NO,
  order: money(8_888n, CNY),
  settleCurrency: null,
  subject: 'Магазин «Амур» 茶',
  storeId: '0001',
  terminalId: '00000001',
  operator: 'anna',
};
export const rubOrder: WalletOrder = { ...cnyOrder, order: money(100_000n, RUB), settleCurrency: 'RUB' };

export function signBytes(text: string): string {
  return sign('RSA-SHA256', Buffer.from(text, 'utf8'), alipayKeys.privatePem).toString('base64');
}

export function reply(method: string, fields: Record<string, unknown>): Buffer {
  const node = JSON.stringify(fields);
  return Buffer.from(`{"${method.replaceAll('.', '_')}_response":${node},"sign":"${signBytes(node)}"}`);
}

/** Timers that fire only when told to, so that a timeout is an event and not a wait. */
export function manualRuntime(): Runtime & { fireTimers(): void } {
  const pending = new Set<() => void>();
  return {
    clock: { now: () => Date.UTC(2026, 10, 22, 17, 30, 5) },
    random: { bytes: (length) => new Uint8Array(length) },
    timers: {
      after: (_delayMs, run) => {
        pending.add(run);
        return () => pending.delete(run);
      },
    },
    fireTimers: () => {
      for (const run of pending) run();
      pending.clear();
    },
  };
}

export interface SentRequest {
  readonly url: URL;
  readonly body: string;
}

export function connect(
  transport: (request: SentRequest) => ReturnType<HttpPost> | { status: number; bodyBytes: Uint8Array },
) {
  const runtime = manualRuntime();
  const log: AlipayLogEntry[] = [];
  const sent: SentRequest[] = [];
  const post: HttpPost = async (url, _headers, body) => {
    const request = { url: new URL(url), body: Buffer.from(body).toString('utf8') };
    sent.push(request);
    return transport(request);
  };
  const connector = createAlipayConnector(config, post, runtime, (entry) => log.push(entry));
  return { connector, runtime, log, sent };
}

export function answering(bodyBytes: Uint8Array, status = 200) {
  return connect(() => ({ status, bodyBytes }));
}

export function contentOf(request: SentRequest | undefined): Record<string, string> {
  return JSON.parse(new URLSearchParams(request?.body ?? '').get('biz_content') ?? '{}');
}
