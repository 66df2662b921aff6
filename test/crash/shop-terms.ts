/** The estate that is killed: the real one with short patience, and customers who do not run out of money. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateTerms, Ports } from '../../build/estate-config.ts';

export interface Buyer {
  readonly buyerId: string;
  readonly pin: string;
}

export const RICH: Buyer = { buyerId: '2088000000000044', pin: '444444' };
export const POOR: Buyer = { buyerId: '2088000000000055', pin: '555555' };

const BUYERS = [
  {
    ...RICH,
    logonId: 'rich@example.cn',
    name: '钱多',
    accountClass: 'III',
    balanceFen: '900000000000',
    dayLimitFen: '900000000000',
    yearLimitFen: '900000000000',
  },
  { ...POOR, logonId: '13800000055', name: '钱少', accountClass: 'II', balanceFen: '1' },
];

/** A lease outlives the killed gateway, so it bounds how soon the next one may go on. */
export function quickTerms(ports: Ports): EstateTerms {
  return {
    ports,
    alipayTimeoutMs: 1_500,
    policy: { askEveryMs: 150, unknownAfterMs: 100, setAsideAfterMs: 300, replyTimeoutMs: 1_500 },
    run: { leaseMs: 900, replyAfterMs: 700, idleLookMs: 500, retryMs: 100, retryMostMs: 500 },
    payments: {
      firstInquiryAfterPendingMs: 150,
      firstInquiryAfterUnknownMs: 150,
      inquiryEveryMs: 150,
      inquiriesMost: 8,
      giveUpAfterMs: 1_300,
      qrLifeMs: 20_000,
      cancelRetryFirstMs: 100,
      cancelRetryMostMs: 400,
      lateLookRetryMs: 300,
      resumeAfterMs: 150,
      refundRetryFirstMs: 100,
      refundRetryMostMs: 400,
      fundsRetryFirstMs: 150,
      fundsRetryMostMs: 400,
      refundDeclineHoldMs: 300,
    },
  };
}

/** What the estate's terms do not name: other customers, and quotes so short that a sale often needs a new one. */
export function adjustConfiguration(directory: string): void {
  change(join(directory, 'alipay.json'), (config) => ({ ...config, buyers: BUYERS }));
  change(join(directory, 'gateway.json'), (config) => ({
    ...config,
    rates: { ...(config.rates as object), quoteLifeMs: QUOTE_LIFE_MS },
  }));
}

const QUOTE_LIFE_MS = 2_500;

function change(file: string, by: (config: Record<string, unknown>) => object): void {
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify(by(config)), { mode: 0o600 });
}
