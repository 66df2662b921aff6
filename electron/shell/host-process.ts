/** The terminal's process, kept alive: a driver that crashes it takes no window with it, and the journal brings the next
 *  one to where the last one was. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { HostMessage, ShellRequest } from '../screens/host-channel.ts';
import type { ShellElectron } from './shell-electron.ts';

export interface HostProcess {
  readonly running: boolean;
  ask(request: ShellRequest, ports?: Electron.MessagePortMain[]): void;
  /** Resolves when it has ended; it is not started again. */
  stop(): Promise<void>;
}

export interface HostProcessOptions {
  readonly electron: Pick<ShellElectron, 'utilityProcess'>;
  readonly runtime: Runtime;
  readonly hostPath: string;
  readonly args: readonly string[];
  onMessage(message: HostMessage): void;
  /** Every time it started anew after an end: screens need new ports. */
  onRestarted(): void;
}

const RESTART_MS = 1_000;
const STOP_WITHIN_MS = 8_000;

export function startHost(options: HostProcessOptions): HostProcess {
  const { electron, runtime } = options;
  let child: Electron.UtilityProcess | null = null;
  let stopping = false;

  function start(): void {
    const started = electron.utilityProcess.fork(options.hostPath, [...options.args], {
      serviceName: 'Amur terminal',
      stdio: 'inherit',
    });
    child = started;
    started.on('message', (message: HostMessage) => options.onMessage(message));
    started.on('exit', () => {
      child = null;
      if (stopping) return;
      runtime.timers.after(RESTART_MS, () => {
        if (stopping) return;
        start();
        options.onRestarted();
      });
    });
  }

  start();
  return {
    get running() {
      return child !== null;
    },
    ask(request, ports = []) {
      child?.postMessage(request, ports);
    },
    stop() {
      stopping = true;
      const last = child;
      if (last === null) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = runtime.timers.after(STOP_WITHIN_MS, () => last.kill());
        last.once('exit', () => {
          cancel();
          resolve();
        });
        last.postMessage({ kind: 'stop' } satisfies ShellRequest);
      });
    },
  };
}
