/** Electron's main process. Everything it does is in `shell/`, with Electron as an argument. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  utilityProcess,
} from 'electron';
import { runShell } from './shell/run-shell.ts';
import { systemRuntime } from './system-runtime.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    kiosk: { type: 'boolean' },
    'customer-window': { type: 'boolean' },
  },
  strict: false,
});
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const configPath =
  typeof values.config === 'string' ? values.config : `${app.getPath('userData')}/terminal.json`;

runShell(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    MessageChannelMain,
    powerSaveBlocker,
    protocol,
    screen,
    session,
    utilityProcess,
  },
  {
    runtime: systemRuntime(),
    rendererDir: beside('../renderer'),
    preloadPath: beside('preload.cjs'),
    hostPath: beside('host.mjs'),
    hostArgs: ['--config', configPath],
    kiosk: values.kiosk === true,
    customerOnOneScreen: values['customer-window'] === true,
  },
);
