/** One sale and one refund with gateway and terminal under `strace`: is what each of them acknowledges on the disk before
 *  the message that depends on it leaves? `node test/crash/sync-trace.ts` prints the finding as JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ports } from '../../build/estate-config.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { Counter } from './counter.ts';
import { DRILLS } from './drills.ts';
import type { ProcessUnderTest } from './durable-labels.ts';
import { readJournal } from './journal-reader.ts';
import { Shop } from './shop.ts';
import { checkSynced, type SyncClaim, type SyncFinding } from './sync-claim.ts';
import { readTrace, STRACE } from './system-calls.ts';

export type Traced = 'gateway' | 'terminal';

export interface SyncReport {
  readonly ok: boolean;
  readonly findings: readonly ({ readonly process: Traced; readonly claim: string } & SyncFinding)[];
}

interface Claim extends SyncClaim {
  readonly process: Traced;
}

/** A field of JSON as the trace shows it. */
function field(name: string, value: string): string {
  return String.raw`\"${name}\":\"${value}\"`;
}

function claims(ports: Ports, attemptId: string, refundId: string): readonly Claim[] {
  const gateway = { process: 'gateway', log: 'gateway.sqlite-wal' } as const;
  const terminal = { process: 'terminal', log: 'journal.db-wal' } as const;
  const approved = field('state', 'approved');
  return [
    {
      ...{ ...gateway, name: 'payment intent before the request to the wallet', port: ports.alipay },
      ...{ holds: [attemptId, 'intent'], says: ['method=alipay.trade.pay'] },
    },
    {
      ...{ ...gateway, name: 'payment outcome before the terminal is told', port: ports.gateway },
      ...{ holds: [attemptId, 'approved'], says: [field('attemptId', attemptId), approved] },
    },
    {
      ...{ ...gateway, name: 'refund intent before the request to the wallet', port: ports.alipay },
      ...{ holds: [refundId, 'intent'], says: ['method=alipay.trade.refund'] },
    },
    {
      ...{ ...gateway, name: 'refund outcome before the terminal is told', port: ports.gateway },
      ...{ holds: [refundId, 'approved'], says: [field('refundId', refundId), approved] },
    },
    {
      ...{ ...terminal, name: 'attempt before payment.start leaves', port: ports.gateway },
      ...{ holds: [attemptId, 'sending'], says: [field('type', 'payment.start')] },
    },
    {
      ...{ ...terminal, name: 'payment outcome before the screen says paid', port: ports.terminal },
      ...{ holds: [attemptId, 'approved'], says: [field('name', 'paid')] },
    },
    {
      ...{ ...terminal, name: 'refund before refund.start leaves', port: ports.gateway },
      ...{ holds: [refundId, 'sending'], says: [field('type', 'refund.start')] },
    },
    {
      ...{ ...terminal, name: 'refund outcome before the screen says refunded', port: ports.terminal },
      ...{ holds: [refundId, 'approved'], says: [field('name', 'refund_done')] },
    },
  ];
}

/** `broken` starts this process with a store that does not sync. */
export async function traceSyncs(broken: Traced | null, seed: number): Promise<SyncReport> {
  const traceOf = (name: ProcessUnderTest): string => join(shop.directory, `trace-${name}.txt`);
  const shop = await Shop.open({
    underOf: (name, directory) =>
      name === 'alipay' ? [] : [...STRACE, '-o', join(directory, `trace-${name}.txt`)],
    neverSync: broken,
  });
  try {
    const counter = new Counter(shop, DRILLS.refund_part, new SeededRandom(seed));
    const revive = (): Promise<boolean> => Promise.resolve(true);
    const saleId = await counter.sell(revive, 30_000);
    await counter.refund(saleId, revive, 30_000);
    const ids = readJournal<{ attempt_id: string; refund_id: string }>(
      shop.directory,
      'SELECT attempt_id, refund_id FROM refunds WHERE sale_id = ?',
      saleId,
    );
    const [{ attempt_id: attemptId, refund_id: refundId } = { attempt_id: '', refund_id: '' }] = ids;
    await shop.estate.stopAll();
    const calls = {
      gateway: readTrace(readFileSync(traceOf('gateway'), 'latin1')),
      terminal: readTrace(readFileSync(traceOf('terminal'), 'latin1')),
    };
    const findings = claims(shop.ports, attemptId, refundId).map((claim) => {
      const finding = checkSynced(calls[claim.process], claim);
      return { process: claim.process, claim: claim.name, ...finding };
    });
    return { ok: findings.every((finding) => finding.ok), findings };
  } finally {
    await shop.close(false);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = await traceSyncs(null, 1);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exit(report.ok ? 0 : 1);
}
