import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBankConfig } from '../../gateway/bank-config.ts';
import { DESK_COMMANDS } from '../../gateway/bank-desk.ts';
import { type OpenedDesk, openDesk } from '../../gateway/console-process.ts';
import { type ConsoleWorld, consoleWorld } from './console/console-world.ts';

let world: ConsoleWorld;
let opened: OpenedDesk;
beforeAll(async () => {
  world = await consoleWorld('/nowhere', 1);
  const log = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
  const settings = readBankConfig(join(world.directory, 'bank.json'));
  const { runtime } = world.bank.context;
  opened = openDesk(settings, world.bank, { runtime, log, defer: setImmediate });
});
afterAll(async () => {
  await opened.close();
  await world.close();
});

interface Given {
  readonly by?: string;
  readonly [option: string]: string | undefined;
}

async function run(line: string, { by, ...values }: Given = {}): Promise<string[][]> {
  const [name = '', ...words] = line.split(' ');
  const answer = await DESK_COMMANDS[name]?.(opened.desk, { words, by: by ?? null, values });
  if (answer === undefined) throw new Error(`There is no command ${name}.`);
  for (const row of answer.rows) expect(row.length, name).toBe(answer.columns.length);
  // What is printed for a program is JSON.
  JSON.stringify(answer.facts);
  return answer.rows.map((row) => [...row]);
}
const code = (line: string, given?: Given) =>
  run(line, given).then(
    () => 'ok',
    (error: { readonly code?: string; readonly message: string }) => error.code ?? error.message,
  );

describe('What the pages show', () => {
  test('is found on the command line too: payments by their sum and state, one of them with its postings', async () => {
    const paid = await run('payments', { state: 'approved' });
    expect(paid.length).toBeGreaterThan(5);
    const [id = '', , , receipt = ''] = paid[0] ?? [];
    expect((await run(`payments ${receipt}`))[0]?.[0]).toBe(id);
    const whole = await run(`payment ${id}`);
    expect(whole.map(([, what]) => what)).toContain('approved');
    expect(whole.flat()).toContain('mdr_income:acquirer');
    expect(await code('payment 01KABCDEF0A000000000000999')).toBe('CONSOLE_NOT_FOUND');
    expect(await code('payments', { from: 'yesterday' })).toBe('CONSOLE_REQUEST_INVALID');
  });

  test('merchants, terminals and accounts are listed', async () => {
    expect((await run('merchants')).length).toBe(5);
    expect((await run('terminals'))[4]?.slice(0, 3)).toEqual([
      '00000005',
      '100000000000005',
      'not_activated',
    ]);
    expect(await run('accounts')).toEqual([]);
  });

  test('a file is written as it lies in the outbox, over nothing that stands there, and the journal knows', async () => {
    const [file] = await world.bank.store.files({ cycleId: 'primtorg-RUB-20261117', party: 'primtorg' });
    if (file === undefined) throw new Error('The cycle was sent.');
    const out = join(world.directory, 'copy.bin');
    await run(`file ${file.fileId}`, { out, by: 'olga' });
    expect(readFileSync(out)).toEqual(readFileSync(join(world.directory, 'outbox', file.party, file.name)));
    expect(await code(`file ${file.fileId}`, { out })).toBe('EEXIST');
    const rows = await world.bank.store.audit({ subject: file.name, most: 2 });
    expect(rows.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'command-line file.download',
      'olga file.download',
    ]);
  });
});

describe('What the pages do', () => {
  test('a terminal is given a code and taken out by somebody with a name', async () => {
    expect(await code('terminal issue 00000005')).toBe('Name who does it with --by.');
    const [[, issued = ''] = []] = await run('terminal issue 00000005', { by: 'olga' });
    expect(issued).toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/);
    expect((await run('terminal revoke 00000005', { by: 'olga' }))[0]?.[2]).toBe('revoked');
    expect(await code('terminal issue 00000005', { by: 'olga' })).toBe('CONSOLE_TERMINAL_REFUSED');
  });

  test('a matter of cards is proposed by one and approved by another', async () => {
    const [about] = (await run('matters')).filter(([kind]) => kind === 'reversal_refused');
    const subject = about?.[2] ?? '';
    const agreed = { outcome: 'bank_undid', agreement: 'Letter 17/04', by: 'anna' };
    expect(await code(`matter propose ${subject}`, { ...agreed, agreement: '' })).toBe(
      'CONSOLE_REQUEST_INVALID',
    );
    const proposed = (await run(`matter propose ${subject}`, agreed)).find(
      ([kind]) => kind === 'reversal_refused',
    );
    const [resolution = ''] = proposed?.[6]?.split(' ') ?? [];
    expect(await code(`matter approve ${resolution}`, { by: 'anna' })).toBe('CONSOLE_MATTER_REFUSED');
    const after = await run(`matter approve ${resolution}`, { by: 'boris' });
    expect(after.map(([kind]) => kind)).not.toContain('reversal_refused');
    expect(await code('matter forget it', { by: 'boris' })).toBe('matter propose|approve|reject.');
  });
});
