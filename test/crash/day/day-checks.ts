/** What must hold of a day at its end, however often its process was killed: against itself, and against the same day that
 *  nobody disturbed. */
import { createPrivateKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { noteKeyOf } from '../../../gateway/ledger/log/note.ts';
import { reconcileAll } from '../../../gateway/run/day/reconcile.ts';
import { readPartnerDetail } from '../../../gateway/settlement/files/read-partner-detail.ts';
import { readWhole } from '../../../gateway/settlement/files/reading.ts';
import { sourceOf } from '../../../gateway/settlement/files/source.ts';
import { auditDatabase } from '../../../gateway/store/sqlite/log-audit.ts';
import { withStore } from './day-reader.ts';
import { CLEARING, CYCLES, LOG_ORIGIN } from './day-terms.ts';
import type { Outside } from './outside.ts';

/** What a day has come to. Two days that differ in nothing but their kills come to the same. */
export interface Ending {
  readonly cycles: readonly string[];
  readonly balances: readonly string[];
  readonly postings: readonly string[];
  readonly delivered: readonly string[];
  readonly paid: readonly string[];
  readonly rows: readonly string[];
}

/** Its violations, and its ending. The process has gone. */
export async function checkDay(
  directory: string,
  startedAt: number,
  outside: Outside,
): Promise<{ readonly violations: readonly string[]; readonly ending: Ending }> {
  const violations = await withStore(directory, startedAt, async (context, logWriter) => {
    const { matched, exceptions, checks } = await reconcileAll(context);
    const open = await context.store.exceptions();
    await logWriter?.writeAll();
    return [
      ...(matched === 0 ? [] : [`reconciliation still had ${matched} to match`]),
      ...(exceptions === 0 ? [] : [`reconciliation found ${exceptions} exceptions`]),
      ...open.map(({ exceptionId, state }) => `the exception ${exceptionId} was raised (${state})`),
      ...checks
        .filter(({ agrees, balanceMinor }) => !agrees || balanceMinor !== 0n)
        .map(({ account, balanceMinor, currency }) => `${account} stands at ${balanceMinor} ${currency}`),
    ];
  });
  const db = new Database(join(directory, 'gateway.sqlite'), { fileMustExist: true });
  try {
    const all = (sql: string): readonly string[] => db.prepare<[], string>(sql).pluck().all();
    violations.push(...booksOf(all), ...logOf(db, directory), ...filesOf(db, all, outside));
    violations.push(...leftBehind(directory));
    return { violations, ending: endingOf(all, outside) };
  } finally {
    db.close();
  }
}

/** How two endings differ, in sentences. */
export function differences(ending: Ending, expected: Ending): readonly string[] {
  return (Object.keys(expected) as (keyof Ending)[]).flatMap((part) => {
    const [found, wanted] = [new Set(ending[part]), new Set(expected[part])];
    const extra = [...found].filter((one) => !wanted.has(one));
    const missing = [...wanted].filter((one) => !found.has(one));
    const counted = ending[part].length === expected[part].length ? [] : [`${ending[part].length} of them`];
    const said = [...extra.map((one) => `+ ${one}`), ...missing.map((one) => `- ${one}`), ...counted];
    return said.length === 0
      ? []
      : [`${part} are not as in an undisturbed day: ${said.slice(0, 6).join('; ')}`];
  });
}

function booksOf(all: (sql: string) => readonly string[]): readonly string[] {
  return [
    ...all(
      `SELECT 'the trial balance of ' || currency || ' is ' || sum(iif(side = 'debit', amount_minor, -amount_minor))
       FROM entry GROUP BY currency HAVING sum(iif(side = 'debit', amount_minor, -amount_minor)) <> 0`,
    ),
    ...all(
      `SELECT template || ' of ' || reference || ' was posted ' || count(*) || ' times' FROM transfer
       WHERE template IN ('payout_sent', 'payout_confirmed', 'card_settled', 'card_received')
       GROUP BY template, reference HAVING count(*) > 1`,
    ),
    ...all(
      `SELECT cycle_id || ' ended ' || state FROM settlement_cycle
       WHERE cycle_id IN (SELECT value FROM json_each('${JSON.stringify(CYCLES)}')) AND state <> 'CLOSED'`,
    ),
    ...all(
      `SELECT 'the payout of ' || c.cycle_id || ' in the ledger is not its net' FROM settlement_cycle c
       WHERE c.outcome = 'pay' AND c.net_minor <> coalesce((SELECT sum(e.amount_minor) FROM transfer t
         JOIN entry e ON e.transfer_id = t.transfer_id AND e.side = 'debit' AND e.currency = c.currency
         WHERE t.template = 'payout_sent' AND t.reference = c.cycle_id), 0)`,
    ),
  ];
}

function logOf(db: Database.Database, directory: string): readonly string[] {
  const key = createPrivateKey(readFileSync(join(directory, 'log-key.pem')));
  const audit = auditDatabase(db, noteKeyOf(LOG_ORIGIN, 'ed25519', key));
  const faults =
    audit.log === null ? ['could not be read'] : audit.log.faults.map((one) => JSON.stringify(one));
  return [...audit.damage, ...audit.strays, ...faults].map((text) => `the transparency log: ${text}`);
}

/** Every file was delivered, so nothing waits; what a killed process had staged went at the next start. */
function leftBehind(directory: string): readonly string[] {
  const staging = join(directory, 'outbox', '.staging');
  const names = existsSync(staging) ? readdirSync(staging) : [];
  return names.length === 0 ? [] : [`${names.length} staged files were left behind`];
}

interface FileRow {
  readonly file_id: string;
  readonly direction: string;
  readonly kind: string;
  readonly name: string;
  readonly party: string;
  readonly state: string;
  readonly row_count: number;
  readonly taken: number;
}

function filesOf(
  db: Database.Database,
  all: (sql: string) => readonly string[],
  outside: Outside,
): readonly string[] {
  const files = db
    .prepare<[], FileRow>(
      `SELECT f.*, (SELECT count(*) FROM scheme_row s WHERE s.file_id = f.file_id)
         + (SELECT count(*) FROM statement_row s WHERE s.file_id = f.file_id) AS taken FROM bank_file f`,
    )
    .all();
  const found = [...outside.unread.map((text) => `a delivered file cannot be read: ${text}`)];
  const byHash = new Map(files.map((file) => [file.file_id, file]));
  const byName = new Map<string, number>();
  for (const { name, hash, bytes, recorded } of outside.deliveries) {
    byName.set(name, (byName.get(name) ?? 0) + 1);
    const file = byHash.get(hash);
    if (recorded === null) found.push(`${name} was delivered before its hash was recorded`);
    if (file === undefined || `${file.party}/${file.name}` !== name) {
      found.push(`${name} was delivered in bytes that no record names`);
    } else found.push(...unreadable(file, bytes));
  }
  for (const [name, times] of byName) if (times > 1) found.push(`${name} was delivered ${times} times`);
  const incoming = files.filter(({ direction }) => direction === 'in');
  const brought = CLEARING.length + outside.statements.length;
  if (incoming.length !== brought) found.push(`${brought} files came and ${incoming.length} are recorded`);
  for (const { name, party, state, row_count: rows, taken } of incoming) {
    if (state !== 'imported') found.push(`${party}/${name} ended ${state}`);
    if (rows !== taken) found.push(`${party}/${name} has ${rows} rows and ${taken} were taken in`);
  }
  for (const file of files.filter(({ direction, state }) => direction === 'out' && state !== 'delivered')) {
    found.push(`${file.party}/${file.name} ended ${file.state}`);
  }
  const sent = new Map<string, bigint>();
  for (const { cycleId, amount } of outside.payments) {
    sent.set(cycleId, (sent.get(cycleId) ?? 0n) + amount.amountMinor);
  }
  const ordered = [...sent].map(([cycleId, minor]) => `${cycleId} ${minor}`).sort();
  const booked = all(
    `SELECT t.reference || ' ' || sum(e.amount_minor) FROM transfer t JOIN entry e ON e.transfer_id = t.transfer_id
     WHERE t.template = 'payout_sent' AND e.side = 'debit' GROUP BY t.reference ORDER BY 1`,
  );
  if (ordered.join() !== booked.join()) {
    found.push(`payment orders say ${ordered.join(', ')} and the ledger ${booked.join(', ')}`);
  }
  return found;
}

/** Orders were read when the bank paid them. */
function unreadable({ kind, name }: FileRow, bytes: Buffer): readonly string[] {
  if (kind === 'merchant_statement') {
    return bytes.toString('utf8').trimEnd().endsWith('</html>') ? [] : [`${name} has no end`];
  }
  if (kind !== 'partner_detail') return [];
  try {
    readWhole(readPartnerDetail(sourceOf(name, bytes)), [bytes]);
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function endingOf(all: (sql: string) => readonly string[], outside: Outside): Ending {
  return {
    cycles: all(
      `SELECT cycle_id || ' ' || state || ' ' || coalesce(outcome, '') || ' ' || coalesce(net_minor, '')
       FROM settlement_cycle ORDER BY cycle_id`,
    ),
    balances: all(
      `SELECT account || ' ' || currency || ' ' || sum(iif(side = 'debit', amount_minor, -amount_minor))
       FROM entry GROUP BY account, currency ORDER BY 1`,
    ),
    postings: all(`SELECT template || ' ' || count(*) FROM transfer GROUP BY template ORDER BY 1`),
    delivered: outside.deliveries.map(({ name }) => name).sort(),
    paid: outside.payments.map(({ cycleId, amount }) => `${cycleId} ${amount.amountMinor}`).sort(),
    rows: all(
      `SELECT 'scheme ' || count(*) FROM scheme_row UNION ALL SELECT 'lines ' || count(*) FROM net_line
       UNION ALL SELECT 'paired ' || count(*) FROM recon_row UNION ALL SELECT 'items ' || count(*) FROM recon_item`,
    ),
  };
}
