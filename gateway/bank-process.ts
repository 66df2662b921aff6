/** The bank's day put together from its parts, beside the gateway and on its database: its writes are short, so payments do
 *  not wait for it, and what it reads it reads in parts. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { BankSettings } from './bank-config.ts';
import type { BankContext } from './bank-context.ts';
import { ConfigError } from './config.ts';
import { openInboxFolder } from './inbox-folder.ts';
import type { Log } from './kernel/log.ts';
import type { Runtime } from './kernel/time.ts';
import { openOutboxFolder } from './outbox-folder.ts';
import { commitAll } from './run/day/commits.ts';
import { type DayContext, DEFAULT_DAY_LIMITS } from './run/day/context.ts';
import { LogWriter } from './run/log-writer.ts';
import type { DayChange, Progress } from './settlement/ports.ts';
import { openDayStore, type SqliteDayStore } from './store/sqlite/day-store.ts';
import { openLogStore } from './store/sqlite/log-tables.ts';
import { rateTables } from './store/sqlite/rate-tables.ts';
import { openReconStore } from './store/sqlite/recon-store.ts';
import { openSchemaFolder } from './xml-schema.ts';

export interface BankWorld {
  readonly runtime: Runtime;
  readonly log: Log;
  /** Gathers the commits of one turn of the event loop. */
  readonly defer: (run: () => void) => void;
  readonly progress: Progress;
  /** Where ISO's schemas are kept; without it nothing is checked against them. */
  readonly schemaFolder?: string | undefined;
}

export interface OpenedBank {
  readonly context: BankContext;
  readonly store: SqliteDayStore;
  /** For whatever else reads and writes the same database in this process. */
  readonly db: Database.Database;
  /** Writes the transparency log while it is started; null where none is configured. */
  readonly logWriter: LogWriter | null;
  close(): Promise<void>;
}

/** The store with the parties of the configuration in it, and the folders. */
export async function openBank(settings: BankSettings, world: BankWorld): Promise<OpenedBank> {
  const { runtime, log, defer, progress, schemaFolder } = world;
  mkdirSync(dirname(settings.databaseFile), { recursive: true, mode: 0o700 });
  const db = new Database(settings.databaseFile);
  const store = openDayStore(db, runtime, { defer });
  const context: BankContext = {
    store,
    outbox: openOutboxFolder(settings.outboxFolder, runtime.random),
    inbox: openInboxFolder(settings.inboxFolder, runtime.clock, settings.fileRestMs),
    schemas: openSchemaFolder(schemaFolder),
    runtime,
    log,
    book: settings.book,
    terms: settings.terms,
    limits: DEFAULT_DAY_LIMITS,
    progress,
    obstacles: async () => [],
    recon: openReconStore(db),
    payers: settings.payers,
    rates: rateTables(db),
  };
  await seedParties(context, settings);
  const logWriter =
    settings.log === null
      ? null
      : new LogWriter(
          openLogStore(db),
          { origin: settings.log.origin, privateKey: readLogKey(settings.log.keyFile) },
          runtime,
          log,
        );
  return {
    context,
    store,
    db,
    logWriter,
    close: async () => {
      await logWriter?.stop();
      await store.close();
      db.close();
    },
  };
}

/** Safe to repeat: a payee that is with its partner stays, one that has another now goes over at the present position. */
async function seedParties(context: DayContext, settings: BankSettings): Promise<void> {
  const changes: DayChange[] = [
    ...settings.partners.map((row): DayChange => ({ kind: 'partner.set', row })),
    ...settings.payees.map((row): DayChange => ({ kind: 'payee.set', row })),
    ...settings.assignments.map((payee): DayChange => ({ kind: 'payee.assign', payee })),
  ];
  await commitAll(
    context,
    changes.map((change) => [change]),
  );
}

/** Errors  ConfigError */
function readLogKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below in one sentence, without what the file holds.
  }
  throw new ConfigError(`Configuration: ${file} does not hold a private key of Ed25519.`);
}
