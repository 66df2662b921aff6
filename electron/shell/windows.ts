/** The two windows: the cashier's, and the customer's on the second screen, which never takes the focus away from the
 *  scanner's keyboard. */
import type { ScreenRole } from '../screens/screen-port.ts';
import { APP_ORIGIN, SAFE_WEB_PREFERENCES } from './lockdown.ts';
import type { ShellElectron } from './shell-electron.ts';

export interface WindowOptions {
  readonly preloadPath: string;
  /** A till fills its screen; a desk where one tries the program may not want that. */
  readonly kiosk: boolean;
  /** Whether the customer's window is also shown where there is only one screen. */
  readonly customerOnOneScreen: boolean;
}

export function pageAddress(role: ScreenRole): string {
  return `${APP_ORIGIN}/${role}/index.html`;
}

export function openCashierWindow(electron: ShellElectron, options: WindowOptions): Electron.BrowserWindow {
  const window = new electron.BrowserWindow({
    ...windowBase('cashier', options),
    width: 1280,
    height: 800,
    kiosk: options.kiosk,
  });
  window.webContents.on('render-process-gone', () => window.reload());
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageAddress('cashier'));
  return window;
}

export function openCustomerWindow(electron: ShellElectron, options: WindowOptions): Electron.BrowserWindow {
  const window = new electron.BrowserWindow({
    ...windowBase('customer', options),
    width: 800,
    height: 600,
    focusable: false,
    frame: false,
    skipTaskbar: true,
    closable: false,
  });
  window.webContents.on('render-process-gone', () => window.reload());
  const place = (): void => placeCustomer(electron, window, options.customerOnOneScreen);
  window.once('ready-to-show', place);
  electron.screen.on('display-added', place);
  electron.screen.on('display-removed', place);
  electron.screen.on('display-metrics-changed', place);
  void window.loadURL(pageAddress('customer'));
  return window;
}

function windowBase(role: ScreenRole, options: WindowOptions): Electron.BrowserWindowConstructorOptions {
  return {
    show: false,
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    webPreferences: {
      ...SAFE_WEB_PREFERENCES,
      preload: options.preloadPath,
      additionalArguments: [`--amur-role=${role}`],
      backgroundThrottling: false,
    },
  };
}

function placeCustomer(electron: ShellElectron, window: Electron.BrowserWindow, onOneScreen: boolean): void {
  if (window.isDestroyed()) return;
  const primary = electron.screen.getPrimaryDisplay();
  const second = electron.screen.getAllDisplays().find((display) => display.id !== primary.id);
  if (second !== undefined) {
    window.setBounds(second.bounds);
    window.showInactive();
  } else if (onOneScreen) {
    const { x, y, width, height } = primary.workArea;
    window.setBounds({ x: x + width - 480, y: y + height - 640, width: 480, height: 640 });
    window.showInactive();
  } else {
    window.hide();
  }
}
