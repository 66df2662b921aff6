/** `npm run bank -- <command>`: the bank's day by hand, while its process runs or not. */
import type { BankSettings } from './bank-config.ts';
import type { OpenedBank } from './bank-process.ts';
import type { ConsoleDesk } from './console/desk.ts';
import type { Log } from './kernel/log.ts';
import { requireNode } from './kernel/node-version.ts';

requireNode();

const { parseArgs } = await import('node:util');
const { CommandError, refusalText } = await import('./bank-answers.ts');
const { COMMANDS } = await import('./bank-commands.ts');
const { readBankConfig } = await import('./bank-config.ts');
const { DESK_COMMANDS } = await import('./bank-desk.ts');
const { openBank } = await import('./bank-process.ts');
const { userCommand } = await import('./bank-users.ts');
const { ConfigError } = await import('./config.ts');
const { openDesk } = await import('./console-process.ts');
const { AmurError } = await import('./kernel/errors.ts');
const { createLog } = await import('./kernel/log.ts');
const { systemRuntime } = await import('./system-runtime.ts');

const USAGE = `npm run bank -- <command> [cycle] --config bank.json [--json]
  today                                                                how things stand; calendars that end soon
  calendars                                                            those in use, and how far they reach
  cycles     [--partner P] [--state S]     cycle CYCLE                 what there is, and one of them with its lines
  cut        [CYCLE]                                                   those whose cut-off has passed, or this one now
  calculate  [CYCLE] --by NAME             approve CYCLE --by NAME     two persons
  send       [CYCLE]                       import                      files out, files in
  confirm    [CYCLE]                       close [CYCLE]
  round                                                                all of it but the approval, once
  balances   [--at POSITION] [--family F]  trial-balance [--at POSITION]  files [CYCLE]  audit [SUBJECT]
  reconcile                                exceptions [--state open]   three books against each other, and what differs
  propose    EXCEPTION --by NAME --reason TEXT
  resolve    EXCEPTION --by NAME                                       approves what another proposed: books the difference
  returns    [CYCLE]                                                   payments that came back; resolving the exception orders one again
  tiers      [MONTH]                                                   prices by a month's turnover, set or as it stands
  rates                                                                set by hand, the newest first
  propose-rate CURRENCY --rate ROUBLES --hours N --by NAME --reason TEXT    approve-rate | refuse-rate RATE --by NAME
  withdraw-rate RATE --by NAME --reason TEXT               approve-withdrawal | refuse-withdrawal RATE --by NAME
  accounts                                                             balances held against what is expected and in doubt
  payments   [WORDS] [--from DAY] [--to DAY] [--tid T] [--mid M] [--amount A] [--state S]    payment NUMBER
  file       HASH --out PATH                                           a file's bytes, if they are still the recorded ones
  merchants                                terminals                   terminal issue|revoke TID --by NAME
  matters                                                              of cards that need a person
  matter     propose SUBJECT --outcome O --agreement TEXT --by NAME    matter approve|reject RESOLUTION --by NAME
  user       add NAME --role operator|approver|auditor|partner [--partner P], password NAME, disable NAME, list`;

const OPTIONS = {
  config: { type: 'string' },
  by: { type: 'string' },
  reason: { type: 'string' },
  at: { type: 'string' },
  family: { type: 'string' },
  partner: { type: 'string' },
  state: { type: 'string' },
  role: { type: 'string' },
  rate: { type: 'string' },
  hours: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  tid: { type: 'string' },
  mid: { type: 'string' },
  amount: { type: 'string' },
  out: { type: 'string' },
  outcome: { type: 'string' },
  agreement: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const runtime = systemRuntime();
const wantsJson = process.argv.includes('--json');
const SHOW_EVERY_MS = 200;
let shownAt = 0;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [name = '', subject = null, ...more] = positionals;
  const isUser = name === 'user' && subject !== null && more.length <= 1;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const deskCommand = Object.hasOwn(DESK_COMMANDS, name) ? DESK_COMMANDS[name] : undefined;
  if (!isUser && deskCommand === undefined && (command === undefined || more.length > 0))
    throw new CommandError(`There is no such command.\n${USAGE}`);
  if (values.config === undefined) throw new CommandError(`--config is needed.\n${USAGE}`);
  const at = values.at === undefined ? null : Number(values.at);
  if (at !== null && (!Number.isSafeInteger(at) || at < 0)) throw new CommandError('--at is a position.');
  const settings = readBankConfig(values.config);
  const log = createLog('bank-cli', runtime.clock, (line) => void process.stderr.write(`${line}\n`));
  const bank = await openBank(settings, {
    runtime,
    log: { ...log, info: () => undefined },
    defer: (run) => void setImmediate(run),
    progress: showProgress,
    schemaFolder: process.env.AMUR_XSD_DIR,
  });
  try {
    const { by = null, family = null, partner = null, state = null, reason = null, role = null } = values;
    const { rate = null, hours = null } = values;
    const extra = { reason, rate, hours: hours === null ? null : Number(hours) };
    const answer =
      deskCommand !== undefined
        ? await atDesk(settings, bank, log, (desk) =>
            deskCommand(desk, { words: positionals.slice(1), by, values: texts(values) }),
          )
        : command === undefined
          ? await userCommand(bank, { action: subject ?? '', name: more[0] ?? null, role, partner, by })
          : await command(bank.context, { subject, by, at, family, partner, state, ...extra });
    clearProgress();
    process.stdout.write(
      wantsJson ? `${JSON.stringify(answer.facts)}\n` : tableText(answer.columns, answer.rows),
    );
  } finally {
    await bank.close();
  }
}

async function atDesk<T>(
  settings: BankSettings,
  bank: OpenedBank,
  log: Log,
  run: (desk: ConsoleDesk) => Promise<T>,
): Promise<T> {
  const { desk, close } = openDesk(settings, bank, {
    runtime,
    log,
    defer: (work) => void setImmediate(work),
  });
  try {
    return await run(desk);
  } finally {
    await close();
  }
}

function texts(values: Readonly<Record<string, string | boolean | undefined>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
}

/** Long work says on a terminal how far it is; a script's output holds the answer only. */
function showProgress(step: { job: string; subject: string; done: number; of: number | null }): void {
  if (!process.stderr.isTTY || Date.now() - shownAt < SHOW_EVERY_MS) return;
  shownAt = Date.now();
  const end = step.of === null ? '' : ` of ${step.of}`;
  process.stderr.write(`\r\u001b[K${step.job} ${step.subject} ${step.done}${end}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY && shownAt > 0) process.stderr.write('\r\u001b[K');
}

function tableText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => (row[index] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

try {
  await main();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isUsage = error instanceof CommandError || code.startsWith('ERR_PARSE_ARGS');
  if (error instanceof AmurError) {
    process.stderr.write(`${refusalText(error)}\n`);
    if (wantsJson)
      process.stdout.write(`${JSON.stringify({ ok: false, code: error.code, facts: error.facts })}\n`);
  } else if (error instanceof ConfigError || isUsage) {
    const usage = code.startsWith('ERR_PARSE_ARGS') ? `${USAGE}\n` : '';
    process.stderr.write(`${(error as Error).message}\n${usage}`);
  } else throw error;
  process.exitCode = isUsage ? 2 : 1;
}
