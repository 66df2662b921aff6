import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runShell } from '../../electron/shell/run-shell.ts';
import { virtualRuntime } from '../drivers/virtual-runtime.ts';
import {
  DoubleContents,
  DoubleElectron,
  type DoubleHost,
  type DoubleWindow,
  display,
} from './double-electron.ts';

interface Shell {
  electron: DoubleElectron;
  runtime: ReturnType<typeof virtualRuntime>;
  cashier: DoubleWindow;
  customer: DoubleWindow;
  host: DoubleHost;
}

async function shell(change: { displays?: number; customerOnOneScreen?: boolean } = {}): Promise<Shell> {
  const electron = new DoubleElectron();
  if (change.displays === 2) electron.displays = [display(1, 0), display(2, 1920)];
  const runtime = virtualRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'amur-shell-'));
  mkdirSync(join(folder, 'cashier'));
  writeFileSync(join(folder, 'cashier/index.html'), '<!doctype html>cashier');
  runShell(electron.api, {
    runtime,
    rendererDir: folder,
    preloadPath: '/app/preload.cjs',
    hostPath: '/app/host.mjs',
    hostArgs: ['--config', '/etc/terminal.json'],
    kiosk: true,
    customerOnOneScreen: change.customerOnOneScreen ?? false,
  });
  await runtime.advance(0);
  rmSync(folder, { recursive: true, force: true });
  const [cashier, customer] = electron.windows;
  const [host] = electron.hosts;
  if (cashier === undefined || customer === undefined || host === undefined)
    throw new Error('Nothing was opened.');
  return { electron, runtime, cashier, customer, host };
}

function preventable(): { event: { preventDefault(): void }; prevented: () => boolean } {
  let prevented = false;
  return {
    event: {
      preventDefault: () => {
        prevented = true;
      },
    },
    prevented: () => prevented,
  };
}

describe('the security checklist', () => {
  test('every window is isolated, sandboxed, without Node, with web security, and loads our own scheme', async () => {
    const { cashier, customer } = await shell();
    for (const [window, role] of [
      [cashier, 'cashier'],
      [customer, 'customer'],
    ] as const) {
      expect(window.options.webPreferences).toMatchObject({
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        preload: '/app/preload.cjs',
        additionalArguments: [`--amur-role=${role}`],
      });
      expect(window.options.webPreferences).not.toHaveProperty('enableBlinkFeatures');
      expect(window.webContents.mainFrame.url).toBe(`app://amur/${role}/index.html`);
    }
  });

  test('there is no menu, whose keys would close, reload, zoom or open the pages’ tools', async () => {
    const { electron } = await shell();
    expect(electron.menus).toEqual([null]);
    expect(electron.log.indexOf('menu')).toBeLessThan(electron.log.indexOf('window'));
  });

  test('every permission is denied, asked for or checked, for pages and devices', async () => {
    const { defaultSession } = (await shell()).electron.session;
    const answers: boolean[] = [];
    for (const permission of ['media', 'geolocation', 'notifications', 'serial', 'hid', 'openExternal']) {
      defaultSession.permissionRequest?.(null, permission, (granted) => answers.push(granted));
    }
    expect(answers).toEqual(Array(6).fill(false));
    expect([defaultSession.permissionCheck?.(), defaultSession.devicePermission?.()]).toEqual([false, false]);
  });

  test('navigation, new windows and web views are refused on every page that is ever made', async () => {
    const { electron } = await shell();
    const contents = new DoubleContents('app://amur/cashier/index.html');
    electron.app.emit('web-contents-created', {}, contents);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const { event, prevented } = preventable();
      contents.emit(name, event);
      expect([name, prevented()]).toEqual([name, true]);
    }
    expect(contents.openHandler?.()).toEqual({ action: 'deny' });
  });

  test('a page can load nothing but the program’s own files', async () => {
    const { defaultSession } = (await shell()).electron.session;
    const cancelled = (url: string): boolean | undefined => {
      let result: boolean | undefined;
      defaultSession.beforeRequest?.({ url }, ({ cancel }) => {
        result = cancel;
      });
      return result;
    };
    expect(cancelled('app://amur/cashier/index.html')).toBe(false);
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1:8445/',
      'file:///etc/passwd',
      'app://amur.evil/',
    ]) {
      expect(cancelled(url)).toBe(true);
    }
  });

  test('the scheme is registered before the application is ready, and answers with a strict policy', async () => {
    const { electron } = await shell();
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(electron.log.indexOf('schemes')).toBeLessThan(electron.log.indexOf('host'));
    const answer = electron.session.defaultSession.appHandler?.(new Request('app://amur/nothing'));
    expect(answer?.status).toBe(404);
    const policy = answer?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const foreign = electron.session.defaultSession.appHandler?.(
      new Request('app://other/cashier/index.html'),
    );
    expect(foreign?.status).toBe(404);
  });

  test('the shell never opens anything outside itself', () => {
    for (const file of [
      'run-shell',
      'windows',
      'lockdown',
      'app-protocol',
      'host-process',
      'shell-electron',
    ]) {
      expect(readFileSync(`electron/shell/${file}.ts`, 'utf8')).not.toMatch(/openExternal|\.loadFile|remote/);
    }
  });
});

describe('ports', () => {
  const ask = (electron: DoubleElectron, sender: unknown, senderFrame: unknown): void => {
    electron.ipcMain.emit('amur:port', { sender, senderFrame });
  };

  test('are given to our own two pages, each with the role of its window', async () => {
    const { electron, cashier, customer, host } = await shell();
    ask(electron, cashier.webContents, cashier.webContents.mainFrame);
    ask(electron, customer.webContents, customer.webContents.mainFrame);
    expect(host.asked).toEqual([
      { message: { kind: 'screen', role: 'cashier' }, ports: ['host-end-1'] },
      { message: { kind: 'screen', role: 'customer' }, ports: ['host-end-2'] },
    ]);
    expect(cashier.webContents.posted).toEqual([{ channel: 'amur:port', ports: ['page-end-1'] }]);
    expect(customer.webContents.posted).toEqual([{ channel: 'amur:port', ports: ['page-end-2'] }]);
  });

  test('are refused to a gone frame, a frame inside a page, a foreign address and a foreign page', async () => {
    const { electron, cashier, customer, host } = await shell();
    const url = cashier.webContents.mainFrame.url;
    ask(electron, cashier.webContents, null);
    ask(electron, cashier.webContents, { url });
    ask(electron, new DoubleContents(url), { url });
    ask(electron, customer.webContents, cashier.webContents.mainFrame);
    cashier.webContents.mainFrame.url = 'app://amur/other.html';
    ask(electron, cashier.webContents, cashier.webContents.mainFrame);
    expect(host.asked).toEqual([]);
  });

  test('are given anew when the terminal’s process ended and was started again', async () => {
    const { electron, runtime, cashier, host } = await shell();
    host.emit('exit', 1);
    await runtime.advance(1_000);
    expect(electron.hosts.length).toBe(2);
    expect(electron.hosts[1]?.asked.map(({ message }) => message.role)).toEqual(['cashier', 'customer']);
    expect(cashier.webContents.posted.length).toBe(1);
  });
});

describe('the customer’s display', () => {
  test('fills the second screen, cannot take the focus and appears without taking it', async () => {
    const { customer } = await shell({ displays: 2 });
    customer.emit('ready-to-show');
    expect(customer.options).toMatchObject({ focusable: false, frame: false, show: false });
    expect(customer.bounds).toMatchObject({ x: 1920, width: 1920 });
    expect(customer.acts).toEqual(['showInactive']);
  });

  test('follows the screens as they come and go', async () => {
    const { electron, customer } = await shell();
    customer.emit('ready-to-show');
    electron.displays = [display(1, 0), display(2, 1920)];
    electron.screen.emit('display-added');
    electron.displays = [display(1, 0)];
    electron.screen.emit('display-removed');
    expect(customer.acts).toEqual(['hide', 'showInactive', 'hide']);
  });

  test('is shown on the only screen when that was asked for', async () => {
    const { customer } = await shell({ customerOnOneScreen: true });
    customer.emit('ready-to-show');
    expect([customer.acts, customer.bounds]).toEqual([
      ['showInactive'],
      { x: 1440, y: 440, width: 480, height: 640 },
    ]);
  });
});

describe('one life', () => {
  test('a second start hands over to the first and opens nothing', async () => {
    const electron = new DoubleElectron(false);
    runShell(electron.api, {
      runtime: virtualRuntime(),
      rendererDir: '/none',
      preloadPath: '',
      hostPath: '',
      hostArgs: [],
      kiosk: false,
      customerOnOneScreen: false,
    });
    await Promise.resolve();
    expect([electron.log, electron.windows.length]).toEqual([['lock', 'quit'], 0]);
  });

  test('the first one comes to the front, and the host gets its configuration', async () => {
    const { electron, cashier } = await shell();
    electron.app.emit('second-instance');
    expect(cashier.acts).toContain('focus');
    expect(electron.forks).toEqual([{ path: '/app/host.mjs', args: ['--config', '/etc/terminal.json'] }]);
  });

  test('it ends only after the host said that nothing is unknown, and the host has stopped', async () => {
    const { electron, runtime, cashier, host } = await shell();
    const { event, prevented } = preventable();
    cashier.emit('close', event);
    expect([prevented(), host.asked.at(-1)?.message]).toEqual([true, { kind: 'may_quit' }]);
    host.emit('message', { kind: 'may_quit', unknown: false });
    await runtime.advance(0);
    expect(host.asked.at(-1)?.message).toEqual({ kind: 'stop' });
    expect(electron.log.at(-1)).toBe('quit');
    const last = preventable();
    electron.app.emit('before-quit', last.event);
    expect(last.prevented()).toBe(false);
  });

  test('with a payment unknown it stays and says why', async () => {
    const { electron, runtime, host } = await shell();
    const { event, prevented } = preventable();
    electron.app.emit('before-quit', event);
    host.emit('message', { kind: 'may_quit', unknown: true });
    await runtime.advance(0);
    expect([prevented(), electron.log.includes('quit'), electron.said.length]).toEqual([true, false, 1]);
  });

  test('a terminal that cannot start says so once, not once a second', async () => {
    const { electron, runtime } = await shell();
    let answer: (() => void) | undefined;
    electron.dialog.showMessageBox = (_window, { message }) => {
      const said = electron.said.push(message);
      return new Promise((resolve) => {
        answer = () => resolve(said);
      });
    };
    const fail = async (): Promise<void> => {
      electron.hosts.at(-1)?.emit('message', { kind: 'failed', sentence: 'The configuration is wrong.' });
      electron.hosts.at(-1)?.emit('exit', 1);
      await runtime.advance(1_000);
    };
    await fail();
    await fail();
    await fail();
    expect(electron.said).toEqual(['The configuration is wrong.']);
    answer?.();
    await runtime.advance(0);
    await fail();
    expect(electron.said).toHaveLength(2);
  });

  test('a page that crashed is loaded again', async () => {
    const { cashier } = await shell();
    cashier.webContents.emit('render-process-gone');
    expect(cashier.acts).toEqual(['reload']);
  });
});
