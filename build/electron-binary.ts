/** Whether this machine can open the terminal in an Electron window, and if not, why, in one line. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process.ts';

export type ElectronBinary =
  | { readonly kind: 'here'; readonly path: string }
  | { readonly kind: 'absent'; readonly why: string };

const PACKAGE = join(ROOT, 'node_modules', 'electron');

/** The package downloads its binary when first asked; where that does not end within `patienceMs`, this says so and lets
 *  the download go on for the next start. */
export async function findElectron(patienceMs: number): Promise<ElectronBinary> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { kind: 'absent', why: 'there is no display to open a window on' };
  }
  const there = installed();
  if (there !== null) return { kind: 'here', path: there };
  const failure = await download(patienceMs);
  const now = installed();
  return now === null ? { kind: 'absent', why: failure } : { kind: 'here', path: now };
}

/** `path.txt` names the binary inside `dist` once it has been unpacked. */
export function installed(): string | null {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const path = join(own ?? join(PACKAGE, 'dist'), readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : null;
}

function download(patienceMs: number): Promise<string> {
  if (!existsSync(join(PACKAGE, 'install.js')))
    return Promise.resolve('the electron package is not installed');
  const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], {
    cwd: PACKAGE,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(0, 4_000);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.unref();
      resolve('its binary is still being downloaded; the next start will find it');
    }, patienceMs);
    child.on('error', (error) => resolve(`its binary cannot be downloaded (${error.message})`));
    child.on('exit', () => {
      clearTimeout(timer);
      const [reason = 'no reason given'] = words
        .split('\n')
        .filter((line) => /error|ENOTFOUND|ECONN|refused/i.test(line));
      resolve(`its binary cannot be downloaded here (${reason.trim().slice(0, 120)})`);
    });
  });
}
