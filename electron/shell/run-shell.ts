/** The Electron shell: windows, their lock-down, the terminal's process, and the ports between. No business here.
 *
 *  A page is given a port to the host only when it asks from the main frame of one of our two windows, at its own
 *  address; which role it gets follows from the window, never from the message. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { HostMessage } from '../screens/host-channel.ts';
import type { ScreenRole } from '../screens/screen-port.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { type HostProcess, startHost } from './host-process.ts';
import { lockPages, lockSession } from './lockdown.ts';
import type { ShellElectron } from './shell-electron.ts';
import { openCashierWindow, openCustomerWindow, pageAddress, type WindowOptions } from './windows.ts';

export const PORT_CHANNEL = 'amur:port';

export interface ShellOptions extends WindowOptions {
  readonly runtime: Runtime;
  readonly rendererDir: string;
  readonly hostPath: string;
  readonly hostArgs: readonly string[];
}

/** Returns at once; what follows hangs on Electron's events. */
export function runShell(electron: ShellElectron, options: ShellOptions): void {
  // Before anything opens a port or a journal: the second start hands over to the first.
  if (!electron.app.requestSingleInstanceLock()) {
    electron.app.quit();
    return;
  }
  registerAppScheme(electron.protocol);
  // Electron's own menu is hidden, but its keys end the till, reload it, zoom it and open the developer's tools.
  electron.Menu.setApplicationMenu(null);
  lockPages(electron.app);
  void electron.app.whenReady().then(() => new Shell(electron, options));
}

class Shell {
  readonly #electron: ShellElectron;
  readonly #windows: Readonly<Record<ScreenRole, Electron.BrowserWindow>>;
  readonly #host: HostProcess;
  #mayLeave = false;
  #saying = false;

  constructor(electron: ShellElectron, options: ShellOptions) {
    this.#electron = electron;
    const session = electron.session.defaultSession;
    lockSession(session);
    serveApp(session, options.rendererDir);
    electron.ipcMain.on(PORT_CHANNEL, (event) => this.#givePort(event));
    this.#host = startHost({
      electron,
      runtime: options.runtime,
      hostPath: options.hostPath,
      args: options.hostArgs,
      onMessage: (message) => this.#hostSaid(message),
      onRestarted: () => this.#connectScreens(),
    });
    this.#windows = {
      cashier: openCashierWindow(electron, options),
      customer: openCustomerWindow(electron, options),
    };
    electron.powerSaveBlocker.start('prevent-display-sleep');
    electron.app.on('second-instance', () => this.#windows.cashier.focus());
    electron.app.on('before-quit', (event) => this.#beforeLeaving(event));
    this.#windows.cashier.on('close', (event) => this.#beforeLeaving(event));
  }

  #givePort(event: Electron.IpcMainEvent): void {
    for (const role of ['cashier', 'customer'] as const) {
      if (isPageOf(event, this.#windows[role], role)) this.#connect(role);
    }
  }

  #connectScreens(): void {
    this.#connect('cashier');
    this.#connect('customer');
  }

  #connect(role: ScreenRole): void {
    const window = this.#windows[role];
    if (window.isDestroyed()) return;
    const { port1, port2 } = new this.#electron.MessageChannelMain();
    this.#host.ask({ kind: 'screen', role }, [port1]);
    window.webContents.postMessage(PORT_CHANNEL, null, [port2]);
  }

  /** A payment or refund without a known end keeps the program open; the host is asked every time. */
  #beforeLeaving(event: { preventDefault(): void }): void {
    if (this.#mayLeave) return;
    event.preventDefault();
    if (this.#host.running) this.#host.ask({ kind: 'may_quit' });
    else void this.#leave();
  }

  #hostSaid(message: HostMessage): void {
    switch (message.kind) {
      case 'may_quit':
        if (message.unknown) this.#say('Оплата или возврат ещё не завершены. Дождитесь результата.');
        else void this.#leave();
        break;
      case 'failed':
        this.#say(message.sentence);
        break;
      case 'ready':
      case 'frame':
        break;
    }
  }

  async #leave(): Promise<void> {
    if (this.#mayLeave) return;
    this.#mayLeave = true;
    await this.#host.stop();
    for (const window of Object.values(this.#windows)) if (!window.isDestroyed()) window.destroy();
    this.#electron.app.quit();
  }

  /** One at a time: a terminal that cannot start fails again every second, and nobody could close so many. */
  #say(message: string): void {
    if (this.#saying) return;
    this.#saying = true;
    const said = (): void => {
      this.#saying = false;
    };
    this.#electron.dialog
      .showMessageBox(this.#windows.cashier, { type: 'warning', message })
      .then(said, said);
  }
}

/** `senderFrame` is null once the frame has navigated away or is gone. */
function isPageOf(event: Electron.IpcMainEvent, window: Electron.BrowserWindow, role: ScreenRole): boolean {
  const frame = event.senderFrame;
  return (
    !window.isDestroyed() &&
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    frame.url === pageAddress(role)
  );
}
