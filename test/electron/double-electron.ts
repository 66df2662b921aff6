/** A double of Electron that records what the shell asks of it. */
import { EventEmitter } from 'node:events';
import type { ShellElectron } from '../../electron/shell/shell-electron.ts';

export class DoubleContents extends EventEmitter {
  readonly posted: { channel: string; ports: unknown[] }[] = [];
  readonly mainFrame: { url: string };
  openHandler: (() => { action: string }) | null = null;

  constructor(url: string) {
    super();
    this.mainFrame = { url };
  }

  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }

  postMessage(channel: string, _message: unknown, ports: unknown[]): void {
    this.posted.push({ channel, ports });
  }
}

export class DoubleWindow extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new DoubleContents('');
  readonly acts: string[] = [];
  bounds: unknown = null;
  destroyed = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
  }

  setBounds(bounds: unknown): void {
    this.bounds = bounds;
  }

  show = (): number => this.acts.push('show');
  showInactive = (): number => this.acts.push('showInactive');
  hide = (): number => this.acts.push('hide');
  focus = (): number => this.acts.push('focus');
  reload = (): number => this.acts.push('reload');
  isDestroyed = (): boolean => this.destroyed;
  destroy(): void {
    this.destroyed = true;
  }
}

export class DoubleHost extends EventEmitter {
  readonly asked: { message: { kind: string; role?: string }; ports: unknown[] }[] = [];
  killed = false;
  postMessage(message: { kind: string }, ports: unknown[] = []): void {
    this.asked.push({ message, ports });
    if (message.kind === 'stop') this.emit('exit', 0);
  }
  kill(): void {
    this.killed = true;
  }
}

type Answer<T> = (value: T) => void;

export class DoubleSession {
  permissionRequest: ((contents: unknown, permission: string, answer: Answer<boolean>) => void) | null = null;
  permissionCheck: (() => boolean) | null = null;
  devicePermission: (() => boolean) | null = null;
  beforeRequest: ((details: { url: string }, answer: Answer<{ cancel: boolean }>) => void) | null = null;
  appHandler: ((request: Request) => Response) | null = null;
  readonly webRequest = {
    onBeforeRequest: (handler: NonNullable<DoubleSession['beforeRequest']>): void => {
      this.beforeRequest = handler;
    },
  };
  readonly protocol = {
    handle: (_scheme: string, handler: (request: Request) => Response): void => {
      this.appHandler = handler;
    },
  };
  setPermissionRequestHandler(handler: NonNullable<DoubleSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: () => boolean): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }
}

export interface DoubleDisplay {
  readonly id: number;
  readonly bounds: { x: number; y: number; width: number; height: number };
  readonly workArea: { x: number; y: number; width: number; height: number };
}

export class DoubleElectron {
  readonly log: string[] = [];
  readonly windows: DoubleWindow[] = [];
  readonly hosts: DoubleHost[] = [];
  readonly forks: { path: string; args: string[] }[] = [];
  readonly said: string[] = [];
  readonly schemes: unknown[] = [];
  readonly menus: unknown[] = [];
  readonly app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: () => {
      this.log.push('lock');
      return this.first;
    },
    whenReady: async () => undefined,
    quit: () => this.log.push('quit'),
  });
  readonly ipcMain = new EventEmitter();
  readonly session = { defaultSession: new DoubleSession() };
  readonly dialog = {
    showMessageBox: async (_w: unknown, box: { message: string }) => this.said.push(box.message),
  };
  readonly Menu = {
    setApplicationMenu: (menu: unknown) => {
      this.log.push('menu');
      this.menus.push(menu);
    },
  };
  readonly powerSaveBlocker = { start: (kind: string) => this.log.push(kind) };
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: unknown[]) => {
      this.log.push('schemes');
      this.schemes.push(...schemes);
    },
  };
  displays: DoubleDisplay[] = [display(1, 0)];
  readonly screen = Object.assign(new EventEmitter(), {
    getPrimaryDisplay: () => this.displays[0],
    getAllDisplays: () => this.displays,
  });
  readonly utilityProcess = {
    fork: (path: string, args: string[]) => {
      this.log.push('host');
      this.forks.push({ path, args });
      const host = new DoubleHost();
      this.hosts.push(host);
      return host;
    },
  };
  readonly first: boolean;

  constructor(first = true) {
    this.first = first;
  }

  get api(): ShellElectron {
    const { windows, log } = this;
    let made = 0;
    class BrowserWindow extends DoubleWindow {
      constructor(options: Electron.BrowserWindowConstructorOptions) {
        super(options);
        log.push('window');
        windows.push(this);
      }
    }
    class MessageChannelMain {
      readonly port1 = `host-end-${++made}`;
      readonly port2 = `page-end-${made}`;
    }
    return { ...this, BrowserWindow, MessageChannelMain } as unknown as ShellElectron;
  }
}

export function display(id: number, x: number): DoubleDisplay {
  const area = { x, y: 0, width: 1920, height: 1080 };
  return { id, bounds: area, workArea: area };
}
