/** The terminal for any browser of this machine, without Electron: `node serve.ts --config file.json`. */
import './fit-node.ts';
import { fileURLToPath } from 'node:url';
import { announceReady, configFromArguments, failureSentence, stopOnSignals } from './entry.ts';
import { openScreenServer } from './screens/screen-server.ts';
import { systemRuntime } from './system-runtime.ts';
import { openTerminal } from './terminal.ts';
import { terminalLog } from './terminal-log.ts';
import { createTill } from './till/create-till.ts';

const runtime = systemRuntime();
const log = terminalLog(runtime.clock, (line) => process.stderr.write(line));

try {
  const config = configFromArguments(process.argv.slice(2));
  const terminal = await openTerminal(config, runtime, createTill, log);
  const server = await openScreenServer({
    till: terminal.till,
    runtime,
    log,
    host: config.serve.host,
    port: config.serve.port,
    rendererDir: config.serve.rendererDir ?? builtScreens(),
  });
  stopOnSignals(async () => {
    await server.close();
    await terminal.stop();
  }, log);
  announceReady(server.addresses);
} catch (error) {
  process.stderr.write(`${failureSentence(error)}\n`);
  process.exit(1);
}

/** Beside the bundle when this is one, in `dist` when this is the source. */
function builtScreens(): string {
  const bundled = !import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(bundled ? '../renderer' : '../dist/renderer', import.meta.url));
}
