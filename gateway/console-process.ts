/** The operator's pages put together: reads on a connection that cannot write, and the same services as the command line's on
 *  the bank's own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { ACTIVATION_LIFE_MS, type BankSettings } from './bank-config.ts';
import type { BankWorld, OpenedBank } from './bank-process.ts';
import { ConfigError } from './config.ts';
import type { ConsoleDesk } from './console/desk.ts';
import { type OpenedConsole, openConsole } from './console/server.ts';
import { fileBytes, intakeAccounts, terminalDesk } from './console-parts.ts';
import { openConsoleReads } from './store/sqlite/console-reads.ts';
import { consoleUsers } from './store/sqlite/console-users.ts';
import { openPaymentStore } from './store/sqlite/payment-store.ts';
import { rateTables } from './store/sqlite/rate-tables.ts';

/** Where `npm run` builds the pages to. */
const PAGES_FOLDER = fileURLToPath(new URL('../dist/renderer', import.meta.url));

export type DeskWorld = Pick<BankWorld, 'runtime' | 'log' | 'defer'>;

export type DeskBank = Pick<OpenedBank, 'context' | 'db'>;

export interface OpenedDesk {
  readonly desk: ConsoleDesk;
  close(): Promise<void>;
}

/** Opens the pages beside the bank's jobs. Errors  ConfigError for settings without a `console` */
export async function startConsole(
  settings: BankSettings,
  bank: DeskBank,
  world: DeskWorld,
): Promise<OpenedConsole> {
  const section = settings.console;
  if (section === null) throw new ConfigError('Configuration: there is no console.');
  const { desk, close } = openDesk(settings, bank, world);
  const { tls } = section;
  const opened = await openConsole({
    ...desk,
    listen: section.listen,
    tls:
      tls === null
        ? null
        : { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') },
    hosts: section.hosts,
    pagesFolder: section.pagesFolder ?? PAGES_FOLDER,
  });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await close();
    },
  };
}

/** Everything the pages are made of but their server: the command line's commands work with the same. */
export function openDesk(settings: BankSettings, bank: DeskBank, world: DeskWorld): OpenedDesk {
  const { runtime, log, defer } = world;
  const reading = new Database(settings.databaseFile, { readonly: true, fileMustExist: true });
  const writing = new Database(settings.databaseFile);
  const store = openPaymentStore(writing, runtime, { defer });
  return {
    desk: {
      users: consoleUsers(bank.db),
      reads: openConsoleReads(reading, runtime, intakeAccounts(settings.payers)),
      day: bank.context,
      resolve: bank.context,
      rates: rateTables(bank.db),
      cards: { store, runtime },
      terminals: terminalDesk(store, settings.console?.activationLifeMs ?? ACTIVATION_LIFE_MS, runtime),
      files: fileBytes(settings),
      ...{ runtime, log },
    },
    close: async () => {
      await store.close();
      writing.close();
      reading.close();
    },
  };
}
