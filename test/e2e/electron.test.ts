/** The real Electron, where its binary is: the packaged programs in a window, isolated as the shell's own tests say. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { _electron } from 'playwright-core';
import { expect, test } from 'vitest';
import { bundlePrograms, bundleScreens, DIST_ELECTRON } from '../../build/bundle.ts';

/** The binary that an earlier install put there; never downloads one. */
function electronBinary(): string | null {
  const given = process.env.AMUR_ELECTRON;
  if (given !== undefined && existsSync(given)) return given;
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

const binary = electronBinary();
if (binary === null) {
  process.stderr.write(
    'DID NOT RUN: the window under the real Electron. Its binary is not installed here; the shell was tested with a double only.\n',
  );
}

test(`the cashier’s page under Electron${binary === null ? ' (DID NOT RUN: no Electron binary here)' : ''}`, async () => {
  if (binary === null) {
    expect(electronBinary()).toBeNull();
    return;
  }
  await bundlePrograms();
  await bundleScreens();
  const application = await _electron.launch({
    executablePath: binary,
    args: [join(DIST_ELECTRON, 'main.mjs'), '--config', '/nowhere/terminal.json'],
  });
  const window = await application.firstWindow();
  expect(window.url()).toMatch(/^app:\/\/amur\/(cashier|customer)\/index\.html$/);
  const seen = await window.evaluate(
    '({ node: typeof process, load: typeof require, bridge: Object.keys(amur).sort() })',
  );
  expect(seen).toEqual({ node: 'undefined', load: 'undefined', bridge: ['onFrame', 'post'] });
  await application.close();
});
