/** The terminal as one process under a shell: a `utilityProcess` of Electron, or the child of a plain Node program that
 *  speaks the same messages over its IPC channel. */
import './fit-node.ts';
import { announceReady, configFromArguments, failureSentence, stopOnSignals } from './entry.ts';
import { type HostMessage, hostChannel, type PortLike } from './screens/host-channel.ts';
import { systemRuntime } from './system-runtime.ts';
import { openTerminal, somethingUnknown } from './terminal.ts';
import { terminalLog } from './terminal-log.ts';
import { createTill } from './till/create-till.ts';

/** Electron's end of the channel; a plain Node process has none. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PortLike[] }) => void,
  ): unknown;
  postMessage(message: unknown): void;
}

const { parentPort } = process as { readonly parentPort?: ParentPort };
const runtime = systemRuntime();
const log = terminalLog(runtime.clock, (line) => process.stderr.write(line));

function tell(message: HostMessage): void {
  if (parentPort === undefined) process.send?.(message);
  else parentPort.postMessage(message);
}

try {
  const config = configFromArguments(process.argv.slice(2));
  const terminal = await openTerminal(config, runtime, createTill, log);
  const stop = stopOnSignals(() => terminal.stop(), log);
  const receive = hostChannel({
    till: terminal.till,
    somethingUnknown: () => somethingUnknown(terminal.till),
    stop,
    tell,
  });
  if (parentPort === undefined) {
    process.on('message', (message) => receive(message, []));
    // A shell that died cannot be asked again: without one there are no screens.
    process.on('disconnect', stop);
  } else {
    parentPort.on('message', (event) => receive(event.data, event.ports));
  }
  tell({ kind: 'ready' });
  announceReady({});
} catch (error) {
  const sentence = failureSentence(error);
  tell({ kind: 'failed', sentence });
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
