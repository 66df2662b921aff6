/** The gateway as a process.
 *
 *  node gateway/main.ts --config gateway.json                          runs it
 *  and with one of these, while it runs or not, does what it says and ends (gateway/operator-commands.ts, docs/cards.md):
 *
 *  --issue-activation TID      prints a new activation code
 *  --revoke TID                revokes a terminal
 *  --close-bank-day BANK       has the totals compared with the bank now
 *  --card-matters              lists what of cards needs a person
 *  --propose SUBJECT --outcome OUTCOME --agreement TEXT --by NAME
 *  --approve ID --by NAME      by another person; or --reject
 *  --card-refusals TID         why the terminal's messages were refused */
import { requireNode } from './kernel/node-version.ts';

requireNode();

// Everything else is loaded after the check, so that an unfit Node is refused before it meets a syntax it cannot read.
const { parseArgs } = await import('node:util');
const { ConfigError, readGatewayConfig } = await import('./config.ts');
const { AmurError } = await import('./kernel/errors.ts');
const { createLog } = await import('./kernel/log.ts');
const { lineWriter } = await import('./log-lines.ts');
const { OPERATOR_OPTIONS, operatorCommand } = await import('./operator-commands.ts');
const { openSeededStore, startGateway } = await import('./process.ts');
const { systemRuntime } = await import('./system-runtime.ts');

const runtime = systemRuntime();
const defer = (run: () => void) => void setImmediate(run);
const lines = lineWriter(defer, (text) => void process.stderr.write(text));
const log = createLog('gateway', runtime.clock, lines.write);
const world = { runtime, log, defer };

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' }, ...OPERATOR_OPTIONS } });
  const { config, ...named } = values;
  if (config === undefined) throw new ConfigError('Usage: node gateway/main.ts --config gateway.json');
  const settings = readGatewayConfig(config);
  const command = operatorCommand(named);
  if (command === null) return run(settings);
  const opened = await openSeededStore(settings, world);
  try {
    print(await command({ settings, store: opened.store, runtime }, named));
  } finally {
    await opened.close();
  }
}

async function run(settings: ReturnType<typeof readGatewayConfig>): Promise<void> {
  const gateway = await startGateway(settings, world);
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    gateway.stop().then(() => end(0), fail);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  log.info('ready', {});
  print({ ready: true, name: 'gateway', addresses: gateway.addresses });
}

function end(code: number): void {
  lines.flush();
  process.exit(code);
}

function fail(error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (error instanceof AmurError) log.alarm('failed', { code: error.code, message: error.message });
  else
    log.alarm('failed', {
      error: error instanceof Error ? error.name : 'thrown',
      message: systemCause(error),
    });
  end(1);
}

/** Of an unforeseen failure only the system's own code and the places in our code may be kept, not its words. */
function systemCause(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error ? String(error.code) : '';
  const places = (error.stack ?? '').match(/[\w-]+\.ts:\d+/g)?.slice(0, 4) ?? [];
  return [code, ...places].join(' ').trim();
}

// Whoever read our lines may be gone; payments go on without being told of.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
await main().catch(fail);
