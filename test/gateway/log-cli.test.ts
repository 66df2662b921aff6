import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteKeyOf, noteKeyText } from '../../gateway/ledger/log/note.ts';
import { LogWriter } from '../../gateway/run/log-writer.ts';
import { openLogStore } from '../../gateway/store/sqlite/log-tables.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';
import { transferRow } from './store/records.ts';

const ORIGIN = 'amur.test/ledger';
const PARTNER_MID = '100000000000007';
const silent = { info: () => {}, warn: () => {}, alarm: () => {} };
const CLI = new URL('../../gateway/log-cli.ts', import.meta.url).pathname;

const logKey = generateKeyPairSync('ed25519').privateKey;
const witnessKey = generateKeyPairSync('ed25519').privateKey;
const KEY = noteKeyText(noteKeyOf(ORIGIN, 'ed25519', logKey));
const WITNESS = noteKeyText(noteKeyOf('partner.test', 'cosignature', witnessKey));

let folder = '';
let db: Database.Database;
let store: SqlitePaymentStore;
let writer: LogWriter;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-log-cli-'));
  const world = new VirtualWorld();
  db = new Database(at('books.db'));
  store = openPaymentStore(db, world);
  writer = new LogWriter(openLogStore(db), { origin: ORIGIN, privateKey: logKey }, world, silent);
  writeFileSync(at('witness.pem'), witnessKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(at('log.pem'), logKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const mid = number % 3 === 0 ? (PARTNER_MID as never) : undefined;
    const transfer = transferRow(`wallet_sale:${number}`, mid === undefined ? {} : { mid });
    expect((await store.commit([{ kind: 'transfer.insert', transfer }])).ok).toBe(true);
  }
  while ((await store.foldEntries(1_000)) > 0);
  await writer.writeAll();
}

function log(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args, '--json'], {
    encoding: 'utf8',
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { status, stderr, json: (last === '' ? {} : JSON.parse(last)) as Record<string, unknown> };
}

describe('the log as files', () => {
  test('a partner gets its own payments, proves them, witnesses the log, and needs no database for it', async () => {
    await post(0, 300);
    const book = ['--database', at('books.db')];
    const files = ['--log', at('log'), '--key', KEY];
    expect(log('publish', ...book, ...files).json).toMatchObject({ ok: true, size: 300, added: 300 });
    expect(log('disclose', ...book, '--mid', PARTNER_MID, '--out', at('mine')).json).toMatchObject({
      leaves: 100,
    });
    expect(readFileSync(at('mine'), 'utf8')).not.toContain('wallet_sale:1"');

    const witness = ['--key-file', at('witness.pem'), '--name', 'partner.test', '--seen', at('seen')];
    expect(log('witness', ...files, ...witness, '--out', at('cosigned')).json).toMatchObject({
      ok: true,
      size: 300,
    });
    expect(log('publish', ...book, ...files, '--cosigned', at('cosigned')).json).toMatchObject({
      ok: true,
      added: 0,
    });
    copyFileSync(at('log/checkpoint'), at('checkpoint-300'));

    await post(300, 700);
    log('publish', ...book, ...files);
    expect(log('witness', ...files, ...witness, '--out', at('cosigned')).json).toMatchObject({
      size: 700,
      since: 300,
    });
    log('publish', ...book, ...files, '--cosigned', at('cosigned'));

    const entry = ['--disclosed', at('mine'), '--ref', 'wallet_sale:33', '--out', at('entry.proof')];
    expect(log('prove', ...files, ...entry).json).toMatchObject({ ok: true, size: 700 });
    const growth = ['--since', at('checkpoint-300'), '--out', at('growth.proof')];
    expect(log('prove', ...files, ...growth).json).toMatchObject({ ok: true, size: 700 });
    for (const proof of ['entry.proof', 'growth.proof']) {
      const verified = log('verify', '--key', KEY, '--witness', WITNESS, '--proof', at(proof));
      expect(verified.json).toMatchObject({ ok: true, size: 700, cosignedBy: ['partner.test'] });
    }
    expect(log('verify', ...files, '--disclosed', at('mine')).json).toMatchObject({
      ok: true,
      disclosed: 100,
    });
    const kept = ['--checkpoint', at('checkpoint-300'), '--checkpoint', at('log/checkpoint')];
    expect(log('verify', '--key', KEY, ...book, ...kept).json).toMatchObject({ ok: true, violations: 0 });
  });

  test('a proof, a disclosure or a tile with anything changed does not verify', () => {
    const proof = readFileSync(at('entry.proof'), 'utf8');
    writeFileSync(at('false.proof'), proof.replace('8934', '8935'));
    expect(log('verify', '--key', KEY, '--proof', at('false.proof'))).toMatchObject({
      status: 1,
      json: { ok: false, code: 'LOG_PROOF_INVALID' },
    });
    writeFileSync(at('cut.proof'), proof.slice(0, 200));
    expect(log('verify', '--key', KEY, '--proof', at('cut.proof')).json).toMatchObject({
      code: 'LOG_PROOF_INVALID',
    });

    writeFileSync(at('not-mine'), readFileSync(at('mine'), 'utf8').replace('8934', '8935'));
    const files = ['--log', at('log'), '--key', KEY];
    expect(log('verify', ...files, '--disclosed', at('not-mine'))).toMatchObject({
      status: 1,
      json: { ok: false, wrong: ['wallet_sale:0'] },
    });
    cpSync(at('log'), at('spoilt'), { recursive: true });
    const tile = readFileSync(at('spoilt/tile/0/001'));
    tile[77] = (tile[77] ?? 0) ^ 1;
    writeFileSync(at('spoilt/tile/0/001'), tile);
    expect(log('verify', '--log', at('spoilt'), '--key', KEY)).toMatchObject({
      status: 1,
      json: { ok: false },
    });
  });

  test('a witness does not sign a log that was made anew, and says so', async () => {
    const other = new Database(at('other.db'));
    const world = new VirtualWorld({ seed: 2 });
    const otherStore = openPaymentStore(other, world);
    for (let number = 0; number < 800; number += 1) {
      const transfer = transferRow(`wallet_sale:${number}`);
      await otherStore.commit([{ kind: 'transfer.insert', transfer }]);
    }
    while ((await otherStore.foldEntries(1_000)) > 0);
    await new LogWriter(
      openLogStore(other),
      { origin: ORIGIN, privateKey: logKey },
      world,
      silent,
    ).writeAll();
    other.close();
    const files = ['--log', at('other'), '--key', KEY];
    log('publish', '--database', at('other.db'), ...files);
    const witness = [
      '--key-file',
      at('witness.pem'),
      '--name',
      'partner.test',
      '--seen',
      at('seen'),
      '--out',
      at('no'),
    ];
    expect(log('witness', ...files, ...witness)).toMatchObject({
      status: 1,
      json: { ok: false, code: 'LOG_NOT_CONSISTENT' },
    });
    expect(
      log('publish', '--database', at('other.db'), ...files, '--cosigned', at('cosigned')).json,
    ).toMatchObject({
      ok: false,
      cosignaturesRefused: 1,
    });
  });

  test('a wrong argument is told with the usage, a file that is not there by its name', () => {
    expect(log('verify', '--proof', at('entry.proof'))).toMatchObject({ status: 2, json: { code: 'USAGE' } });
    expect(log('frobnicate')).toMatchObject({ status: 2 });
    expect(log('verify', '--key', KEY, '--proof', at('nothing')).stderr).toContain('nothing');
    expect(log('verify', '--key', 'x', '--proof', at('entry.proof')).json).toMatchObject({
      code: 'LOG_KEY_INVALID',
    });
    expect(log('verify', '--key', KEY, '--database', at('nothing.db')).status).toBe(1);
    expect(log('key', '--key-file', at('log.pem'), '--name', ORIGIN).json).toMatchObject({ key: KEY });
  });
});
