/** The bank's day put together from its parts, beside the gateway and on its database: its writes are short, so payments do
 *  not wait for it, and what it reads it reads in parts. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { BankSettings } from './bank-config.ts';
import { openInboxFolder } from './inbox-folder.ts';
import type { Log } from './kernel/log.ts';
import type { Runtime } from './kernel/time.ts';
import { openOutboxFolder } from './outbox-folder.ts';
import { commitAll } from './run/day/commits.ts';
import { type DayContext, DEFAULT_DAY_LIMITS } from './run/day/context.ts';
import type { DayChange, Progress } from './settlement/ports.ts';
import { openDayStore, type SqliteDayStore } from './store/sqlite/day-store.ts';

export interface BankWorld {
  readonly runtime: Runtime;
  readonly log: Log;
  /** Gathers the commits of one turn of the event loop. */
  readonly defer: (run: () => void) => void;
  readonly progress: Progress;
}

export interface OpenedBank {
  readonly context: DayContext;
  readonly store: SqliteDayStore;
  /** For whatever else reads and writes the same database in this process. */
  readonly db: Database.Database;
  close(): Promise<void>;
}

/** The store with the parties of the configuration in it, and the folders. */
export async function openBank(settings: BankSettings, world: BankWorld): Promise<OpenedBank> {
  const { runtime, log, defer, progress } = world;
  mkdirSync(dirname(settings.databaseFile), { recursive: true, mode: 0o700 });
  const db = new Database(settings.databaseFile);
  const store = openDayStore(db, runtime, { defer });
  const context: DayContext = {
    store,
    outbox: openOutboxFolder(settings.outboxFolder, runtime.random),
    inbox: openInboxFolder(settings.inboxFolder, runtime.clock, settings.fileRestMs),
    runtime,
    log,
    book: settings.book,
    terms: settings.terms,
    limits: DEFAULT_DAY_LIMITS,
    progress,
    obstacles: async () => [],
  };
  await seedParties(context, settings);
  return {
    context,
    store,
    db,
    close: async () => {
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
