/** The customer's side of the counter: phones and scenarios of the wallet simulator, over its control address. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { Estate } from './estate.ts';

export interface PhoneTrade {
  readonly tradeNo: string;
  readonly outTradeNo: string;
  readonly status: string;
  readonly payFen: string;
}

/** The wallet's own books, as it prints them. Amounts are decimal strings of minor units. */
export interface WalletBooks {
  readonly trades: readonly {
    readonly outTradeNo: string;
    readonly status: string;
    readonly totalMinor: string;
    readonly transCurrency: string;
    readonly payFen: string;
    readonly paidAt: number | null;
  }[];
  readonly refunds: readonly {
    readonly outTradeNo: string;
    readonly outRequestNo: string;
    readonly amountMinor: string;
    readonly payFen: string;
  }[];
  readonly faults: readonly unknown[];
}

export class WalletClient {
  private readonly base: string;
  private readonly ca: string;

  constructor(estate: Estate) {
    this.base = estate.address('alipay', 'control');
    this.ca = readFileSync(estate.certificates.caCert, 'utf8');
  }

  async paymentCode(buyerId: string): Promise<string> {
    const issued = (await this.call('POST', 'payment-code', { buyerId })) as { code: string };
    return issued.code;
  }

  /** Scans what the till's QR says and confirms with the PIN. */
  async payQr(buyer: { readonly buyerId: string; readonly pin: string }, content: string): Promise<void> {
    const scanned = (await this.call('POST', 'scan', { buyerId: buyer.buyerId, content })) as {
      ok: boolean;
      reason?: string;
      trade?: PhoneTrade;
    };
    if (scanned.trade === undefined) throw new Error(`The phone refused the QR: ${scanned.reason}.`);
    await this.approve(scanned.trade.tradeNo, buyer.pin);
  }

  async pending(buyerId: string): Promise<readonly PhoneTrade[]> {
    return ((await this.call('POST', 'pending', { buyerId })) as { pending: readonly PhoneTrade[] }).pending;
  }

  async approve(tradeNo: string, pin: string): Promise<void> {
    const done = (await this.call('POST', 'approve', { tradeNo, pin })) as { ok: boolean; reason?: string };
    if (!done.ok) throw new Error(`The phone could not confirm: ${done.reason}.`);
  }

  async arm(scenario: string, method?: string, times = 1): Promise<void> {
    await this.call('POST', 'arm', { scenario, times, ...(method === undefined ? {} : { method }) });
  }

  async disarm(): Promise<void> {
    await this.call('POST', 'disarm', {});
  }

  async books(): Promise<WalletBooks> {
    return (await this.call('GET', 'books')) as WalletBooks;
  }

  call(verb: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.base}/${path}`,
        {
          method: verb,
          ca: this.ca,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
        },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (reply.statusCode === 200) resolve(JSON.parse(text));
            else
              reject(
                new Error(
                  `The wallet simulator answered ${reply.statusCode} to ${path}: ${text.slice(0, 200)}`,
                ),
              );
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}
