/** What the operator's pages and the command line both work with: terminals' codes, files' bytes, accounts that reconciliation
 *  answers for. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BankSettings } from './bank-config.ts';
import { ConfigError } from './config.ts';
import type { FileBytes, TerminalDesk } from './console/ports.ts';
import { AmurError } from './kernel/errors.ts';
import { parseTid } from './kernel/identifiers.ts';
import { openSecret } from './kernel/secret.ts';
import type { Runtime } from './kernel/time.ts';
import { issueActivation, revokeTerminal } from './parties.ts';
import type { IntakeAccount } from './reconciliation/ports.ts';
import { clearingOf, type PayerRecord, receivableOf, SETTLING_TEMPLATES } from './run/day/payers.ts';
import type { FileRecord } from './settlement/contract.ts';
import type { SqlitePaymentStore } from './store/sqlite/payment-store.ts';

/** Two accounts for each of those who owe us, as reconciliation takes them in. */
export function intakeAccounts(payers: readonly PayerRecord[]): readonly IntakeAccount[] {
  return payers.flatMap((payer) => {
    const { party, offsetMinutes } = payer;
    return (['receivable', 'clearing'] as const).map((book) => ({
      ...{ book, party, offsetMinutes, except: SETTLING_TEMPLATES[book] },
      account: book === 'receivable' ? receivableOf(payer) : clearingOf(payer),
    }));
  });
}

export function terminalDesk(store: SqlitePaymentStore, lifeMs: number, runtime: Runtime): TerminalDesk {
  return {
    issue: (tid) =>
      sentence(async () => {
        const { code, expiresAt } = await issueActivation(store, parseTid(tid), lifeMs, runtime);
        return { tid, code: openSecret(code), expiresAt };
      }),
    revoke: (tid) => sentence(() => revokeTerminal(store, parseTid(tid))),
  };
}

async function sentence<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ConfigError) throw new AmurError('CONSOLE_TERMINAL_REFUSED', {}, { cause: error });
    throw error;
  }
}

/** Files out until they are fetched, files in as they were archived; only bytes whose hash is the recorded one. */
export function fileBytes({
  outboxFolder,
  inboxFolder,
}: Pick<BankSettings, 'outboxFolder' | 'inboxFolder'>): FileBytes {
  return {
    async read(file: FileRecord): Promise<Uint8Array | null> {
      const place =
        file.direction === 'out'
          ? join(outboxFolder, file.party, file.name)
          : join(inboxFolder, '.archive', file.party, `${file.fileId.slice(0, 16)}-${file.name}`);
      try {
        const bytes = await readFile(place);
        return createHash('sha256').update(bytes).digest('hex') === file.fileId ? bytes : null;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}
