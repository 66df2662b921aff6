/** What both entries of the terminal share: arguments, the ready line, signals, and an end that says why. */
import { parseArgs } from 'node:util';
import { AmurError } from '../gateway/kernel/errors.ts';
import { ConfigError, readTerminalConfig, type TerminalConfig } from './terminal-config.ts';
import type { TerminalLog } from './terminal-log.ts';

/** Errors  ConfigError */
export function configFromArguments(args: readonly string[]): TerminalConfig {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } }, strict: false });
  if (typeof values.config !== 'string') throw new ConfigError('Say --config <file.json>.');
  return readTerminalConfig(values.config);
}

export function announceReady(addresses: Readonly<Record<string, string>>): void {
  process.stdout.write(`${JSON.stringify({ ready: true, name: 'terminal', addresses })}\n`);
}

/** Stops once, whichever signal comes first, and leaves with 0 when that went well. */
export function stopOnSignals(stop: () => Promise<void>, log: TerminalLog): () => void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log('stop_failed', { cause: error instanceof Error ? error.name : 'unknown' });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return end;
}

/** One sentence for what a person must put right; the stack only for what is a fault of the program. */
export function failureSentence(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AmurError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
