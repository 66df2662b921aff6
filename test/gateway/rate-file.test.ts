import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { createLog } from '../../gateway/kernel/log.ts';
import { followRateFile, followRateFolder } from '../../gateway/rate-file.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';

const EVERY_MS = 60_000;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-rates-'));
  file = join(folder, 'XML_daily.xml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function follow(look: typeof followRateFile = followRateFile, path = file) {
  const world = new VirtualWorld();
  const loaded: string[] = [];
  const alarms: unknown[] = [];
  const load = (bytes: Uint8Array): string => {
    const text = Buffer.from(bytes).toString();
    if (text === 'bad') throw new AmurError('RATE_FILE_INVALID', {});
    loaded.push(text);
    return text;
  };
  const log = createLog('gateway', world.clock, (line) => {
    const entry = JSON.parse(line) as { level: string; code: string };
    if (entry.level === 'alarm') alarms.push(entry.code);
  });
  const stop = look(path, EVERY_MS, load, world.process(), log);
  return { world, loaded, alarms, stop };
}

test('a file is loaded at the start and again when it changes', async () => {
  writeFileSync(file, '2026-11-21');
  const { world, loaded, stop } = follow();
  await world.advance(EVERY_MS);
  expect(loaded).toEqual(['2026-11-21']);
  writeFileSync(file, '2026-11-22, longer');
  await world.advance(EVERY_MS);
  expect(loaded).toEqual(['2026-11-21', '2026-11-22, longer']);
  stop();
});

test('a file that is missing or refused is an alarm once, and is taken when it is sound', async () => {
  const { world, loaded, alarms, stop } = follow();
  await world.advance(3 * EVERY_MS);
  writeFileSync(file, 'bad');
  await world.advance(3 * EVERY_MS);
  expect(alarms).toEqual(['RATE_FILE_UNREADABLE', 'RATE_FILE_INVALID']);
  writeFileSync(file, 'sound');
  await world.advance(EVERY_MS);
  expect(loaded).toEqual(['sound']);
  stop();
});

test('a path that cannot even be looked at is an alarm, and never ends the process', async () => {
  writeFileSync(file, 'sound');
  const { world, loaded, alarms, stop } = follow();
  rmSync(file);
  symlinkSync(file, file);
  await world.advance(2 * EVERY_MS);
  expect(alarms).toEqual(['RATE_FILE_UNREADABLE']);
  rmSync(file);
  writeFileSync(file, 'back again');
  await world.advance(EVERY_MS);
  expect(loaded).toEqual(['sound', 'back again']);
  stop();
});

test('files of a folder are loaded by name, each once, and again when one changes; others are left alone', async () => {
  writeFileSync(join(folder, '2.xml'), '2026-11-22');
  writeFileSync(join(folder, '1.XML'), '2026-11-21');
  writeFileSync(join(folder, 'readme.txt'), 'bad');
  writeFileSync(join(folder, '.3.xml'), 'bad');
  const { world, loaded, alarms, stop } = follow(followRateFolder, folder);
  await world.advance(2 * EVERY_MS);
  expect(loaded).toEqual(['2026-11-21', '2026-11-22']);
  writeFileSync(join(folder, '3.xml'), '2026-11-23');
  writeFileSync(join(folder, '1.XML'), '2026-11-21, corrected');
  await world.advance(EVERY_MS);
  expect(loaded.slice(2)).toEqual(['2026-11-21, corrected', '2026-11-23']);
  writeFileSync(join(folder, '4.xml'), 'bad');
  await world.advance(3 * EVERY_MS);
  expect(alarms).toEqual(['RATE_FILE_INVALID']);
  stop();
});

test('a folder that goes away is an alarm once, and its files are taken when it is back', async () => {
  writeFileSync(file, '2026-11-21');
  const { world, loaded, alarms, stop } = follow(followRateFolder, folder);
  rmSync(folder, { recursive: true });
  await world.advance(3 * EVERY_MS);
  expect(alarms).toEqual(['RATE_FOLDER_EMPTY']);
  mkdirSync(folder);
  writeFileSync(file, '2026-11-22');
  await world.advance(EVERY_MS);
  expect(loaded).toEqual(['2026-11-21', '2026-11-22']);
  stop();
});
