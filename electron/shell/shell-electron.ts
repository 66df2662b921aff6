/** The parts of Electron the shell uses, as an argument: a test passes a double that records. */
export type ShellElectron = Pick<
  typeof Electron.Main,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'utilityProcess'
>;
