import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keyFile } from '../../../gateway/banks/key-file.ts';
import { NO_ZONE_KEYS } from '../../../gateway/banks/key-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'zone-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = { block: 'D0112P0TB00E0000'.padEnd(112, 'A'), kcv: 'A1B2C3', since: 1_795_327_200_000 };

test('What was saved is loaded again, readable by its owner only, with nothing left beside it.', async () => {
  const file = join(folder, 'volga.json');
  const store = keyFile(file, 'volga');
  expect(await store.load()).toBeNull();
  await store.save({ ...NO_ZONE_KEYS, ZPK: { current: key, previous: null, pending: null } });
  await store.save({ ...NO_ZONE_KEYS, ZAK: { current: key, previous: key, pending: key } });
  expect(await keyFile(file, 'volga').load()).toEqual({
    ...NO_ZONE_KEYS,
    ZAK: { current: key, previous: key, pending: key },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['volga.json']);
});

test('A file that is cut, altered or another bank’s is refused, and its words are not in the error.', async () => {
  const file = join(folder, 'neva.json');
  await keyFile(file, 'neva').save({ ...NO_ZONE_KEYS, ZPK: { current: key, previous: null, pending: null } });
  const whole = readFileSync(file, 'utf8');
  for (const text of [whole.slice(0, 60), whole.replace('A1B2C3', 'zz'), '[]', '', whole.replace('1', '2')]) {
    writeFileSync(file, text);
    const error = await keyFile(file, 'neva')
      .load()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'KeyFileError' });
    expect(String(error)).not.toContain('D0112');
  }
  writeFileSync(file, whole);
  await expect(keyFile(file, 'volga').load()).rejects.toMatchObject({ code: 'KEY_FILE_MALFORMED' });
});
