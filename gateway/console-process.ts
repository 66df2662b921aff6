/** The operator's pages put together: reads on a connection that cannot write, and the same services as the command line's on
 *  the bank's own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { BankSettings } from './bank-config.ts';
import type { BankWorld, OpenedBank } from './bank-process.ts';
import { ConfigError } from './config.ts';
import type { FileBytes, TerminalDesk } from './console/ports.ts';
import { type OpenedConsole, openConsole } from './console/server.ts';
import { AmurError } from './kernel/errors.ts';
import { parseTid } from './kernel/identifiers.ts';
import { openSecret } from './kernel/secret.ts';
import { issueActivation, revokeTerminal } from './parties.ts';
import type { FileRecord } from './settlement/contract.ts';
import { openConsoleReads } from './store/sqlite/console-reads.ts';
import { consoleUsers } from './store/sqlite/console-users.ts';
import { openPaymentStore, type SqlitePaymentStore } from './store/sqlite/payment-store.ts';
import { rateTables } from './store/sqlite/rate-tables.ts';

/** Where `npm run` builds the pages to. */
const PAGES_FOLDER = fileURLToPath(new URL('../dist/renderer', import.meta.url));

/** Opens the pages beside the bank's jobs. Errors  ConfigError for settings without a `console` */
export async function startConsole(
  settings: BankSettings,
  bank: OpenedBank,
  world: Pick<BankWorld, 'runtime' | 'log' | 'defer'>,
): Promise<OpenedConsole> {
  const section = settings.console;
  if (section === null) throw new ConfigError('Configuration: there is no console.');
  const { runtime, log, defer } = world;
  const reading = new Database(settings.databaseFile, { readonly: true, fileMustExist: true });
  const writing = new Database(settings.databaseFile);
  const store = openPaymentStore(writing, runtime, { defer });
  const { tls } = section;
  const opened = await openConsole({
    listen: section.listen,
    tls:
      tls === null
        ? null
        : { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') },
    hosts: section.hosts,
    pagesFolder: section.pagesFolder ?? PAGES_FOLDER,
    users: consoleUsers(bank.db),
    reads: openConsoleReads(reading, runtime),
    day: bank.context,
    resolve: bank.context,
    rates: rateTables(bank.db),
    cards: { store, runtime },
    terminals: terminalDesk(store, section.activationLifeMs, world),
    files: fileBytes(settings),
    ...{ runtime, log },
  });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await store.close();
      writing.close();
      reading.close();
    },
  };
}

function terminalDesk(
  store: SqlitePaymentStore,
  lifeMs: number,
  { runtime }: Pick<BankWorld, 'runtime'>,
): TerminalDesk {
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
function fileBytes({ outboxFolder, inboxFolder }: BankSettings): FileBytes {
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
