/** The bank's day as a process, beside the gateway.
 *
 *  node gateway/bank-main.ts --config bank.json
 *
 *  It may be killed at any moment and started again; it takes every job up where it was. */
import { requireNode } from './kernel/node-version.ts';

requireNode();

// Everything else is loaded after the check, so that an unfit Node is refused before it meets a syntax it cannot read.
const { parseArgs } = await import('node:util');
const { roundJobs } = await import('./bank-context.ts');
const { readBankConfig } = await import('./bank-config.ts');
const { openBank } = await import('./bank-process.ts');
const { startConsole } = await import('./console-process.ts');
const { ConfigError } = await import('./config.ts');
const { AmurError, failureName } = await import('./kernel/errors.ts');
const { createLog } = await import('./kernel/log.ts');
const { lineWriter } = await import('./log-lines.ts');
const { BankDay } = await import('./run/day/bank-day.ts');
const { openCycles } = await import('./run/day/cut.ts');
const { sweepStaged } = await import('./run/day/sweep.ts');
const { systemRuntime } = await import('./system-runtime.ts');

const runtime = systemRuntime();
const defer = (run: () => void) => void setImmediate(run);
const lines = lineWriter(defer, (text) => void process.stderr.write(text));
const log = createLog('bank', runtime.clock, lines.write);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined)
    throw new ConfigError('Usage: node gateway/bank-main.ts --config bank.json');
  const settings = readBankConfig(values.config);
  const bank = await openBank(settings, {
    ...{ runtime, log, defer, schemaFolder: process.env.AMUR_XSD_DIR },
    progress: () => undefined,
  });
  const day = new BankDay(bank.context, roundJobs(bank.context), settings.roundEveryMs);
  const pages =
    settings.console === null ? null : await startConsole(settings, bank, { runtime, log, defer });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    day
      .stop()
      .then(() => pages?.close())
      .then(() => bank.close())
      .then(() => end(0), fail);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  await sweepStaged(bank.context);
  await openCycles(bank.context);
  day.start();
  bank.logWriter?.start();
  log.info('ready', {});
  const addresses = pages === null ? {} : { console: pages.address };
  process.stdout.write(`${JSON.stringify({ ready: true, name: settings.name, addresses })}\n`);
}

function end(code: number): void {
  lines.flush();
  process.exit(code);
}

function fail(error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (error instanceof AmurError) log.alarm('failed', { code: error.code, message: error.message });
  else log.alarm('failed', { error: failureName(error) });
  end(1);
}

// Whoever read our lines may be gone; the day goes on without being told of.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
await main().catch(fail);
