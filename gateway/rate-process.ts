/** Rates put together from their parts: the board, the file, folder and address it is fed from, the second source, the rates
 *  set by hand, and the history. */
import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';
import { PRICING_SOURCE, RateBoard } from './fx/rate-board.ts';
import { parseAlipayRates, parseRateTable } from './fx/second-source.ts';
import { parseCurrencyCode } from './kernel/currency.ts';
import type { Log } from './kernel/log.ts';
import { Secret } from './kernel/secret.ts';
import { type CancelTimer, localTime, MOSCOW_OFFSET_MINUTES, type Runtime } from './kernel/time.ts';
import { createRateFetch } from './rate-address.ts';
import type { RateSettings } from './rate-config.ts';
import { followRateFile, followRateFolder } from './rate-file.ts';
import { tickRates } from './run/manual-rates.ts';
import { followRateAddress } from './run/rate-fetching.ts';
import type { RateTables } from './store/sqlite/rate-tables.ts';

export interface RateParts {
  readonly board: RateBoard;
  readonly quoteKey: Secret<Uint8Array> | undefined;
  stop(): void;
}

/** Days of history that the board starts with, before any file is read. */
const HISTORY_DAYS = 30;
const DAY_MS = 86_400_000;

/** Errors  ConfigError for a key file that cannot be used */
export function startRates(
  settings: RateSettings,
  tables: RateTables,
  { runtime, log }: { readonly runtime: Runtime; readonly log: Log },
): RateParts {
  const { quoteLifeMs, maxAgeDays, sanity, second } = settings;
  const board = new RateBoard(
    {
      ...{ quoteLifeMs, maxAgeDays, sanity },
      ...(second === undefined ? {} : { second: bandOf(second) }),
      markups: (settings.markups ?? []).map((row) => ({
        ...row,
        currency: row.currency === null ? null : parseCurrencyCode(row.currency),
      })),
    },
    runtime.clock,
  );
  const load = (bytes: Uint8Array): string => {
    const date = board.load(bytes);
    for (const set of board.history()) {
      if (set.source === PRICING_SOURCE && set.effectiveOn === date) tables.addSet(set);
    }
    return date;
  };
  const stops = follow(settings, { board, load, tables }, { runtime, log });
  return {
    board,
    quoteKey: settings.quoteKeyFile === undefined ? undefined : readQuoteKey(settings.quoteKeyFile),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

interface Fed {
  readonly board: RateBoard;
  readonly load: (bytes: Uint8Array) => string;
  readonly tables: RateTables;
}

function follow(
  { file, folder, address, second, rereadEveryMs }: RateSettings,
  { board, load, tables }: Fed,
  { runtime, log }: { readonly runtime: Runtime; readonly log: Log },
): readonly (() => void)[] {
  const stops: (() => void)[] = [];
  const { clock } = runtime;
  recall(board, tables, clock.now());
  if (second !== undefined) {
    const loadSecond = (bytes: Uint8Array): string => {
      const set =
        second.shape === 'alipay'
          ? parseAlipayRates(bytes, clock.now())
          : parseRateTable(bytes, second.source ?? '', clock.now());
      const date = board.loadSecond(set);
      tables.addSet(set);
      return date;
    };
    stops.push(followRateFile(second.file, rereadEveryMs, loadSecond, runtime, log));
  }
  if (folder !== undefined) stops.push(followRateFolder(folder, rereadEveryMs, load, runtime, log));
  stops.push(followRateFile(file, rereadEveryMs, load, runtime, log));
  if (address !== undefined) {
    const { url, caFile, everyMs, retryMs, timeoutMs } = address;
    const caPem = caFile === undefined ? null : readFileSync(caFile, 'utf8');
    const fetch = createRateFetch({ url, caPem, timeoutMs, timers: runtime.timers });
    stops.push(followRateAddress({ fetch, load, everyMs, retryMs }, runtime, log));
  }
  stops.push(followManual(board, tables, rereadEveryMs, runtime));
  return stops;
}

/** What was in effect before this start still is, whether or not a file lies there. */
function recall(board: RateBoard, tables: RateTables, now: number): void {
  const day = (at: number) => localTime(at, MOSCOW_OFFSET_MINUTES).date;
  board.recall(tables.setsBetween(PRICING_SOURCE, day(now - HISTORY_DAYS * DAY_MS), day(now + DAY_MS)));
}

/** Rates are proposed and approved elsewhere, in the same database. */
function followManual(board: RateBoard, tables: RateTables, everyMs: number, runtime: Runtime): () => void {
  let cancel: CancelTimer = () => undefined;
  const look = () => {
    board.setManual(tickRates(tables, runtime));
    cancel = runtime.timers.after(everyMs, look);
  };
  look();
  return () => cancel();
}

function bandOf(second: NonNullable<RateSettings['second']>) {
  const { widestBp, apartDaysMost, traded } = second;
  return { widestBp, apartDaysMost, ...(traded === undefined ? {} : { traded }) };
}

function readQuoteKey(file: string): Secret<Uint8Array> {
  let digits: string;
  try {
    digits = readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`Configuration: ${file} cannot be read.`);
  }
  if (!/^[0-9A-Fa-f]{64}$/.test(digits)) {
    throw new ConfigError(`Configuration: ${file} does not hold 64 hexadecimal digits.`);
  }
  return new Secret(new Uint8Array(Buffer.from(digits, 'hex')));
}
