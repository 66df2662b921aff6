/** What must hold at the end of the played days, each as a sentence with what was found. */
import { createHash, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CNY } from '../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../gateway/kernel/money.ts';
import { noteKeyOf } from '../../gateway/ledger/log/note.ts';
import type { FileRecord } from '../../gateway/settlement/contract.ts';
import { readPaymentOrders1c } from '../../gateway/settlement/files/read-orders-1c.ts';
import { readPain001 } from '../../gateway/settlement/files/read-pain001.ts';
import { readPartnerDetail } from '../../gateway/settlement/files/read-partner-detail.ts';
import { readWhole } from '../../gateway/settlement/files/reading.ts';
import { sourceOf } from '../../gateway/settlement/files/source.ts';
import { auditDatabase } from '../../gateway/store/sqlite/log-audit.ts';
import { HOUSE_BANK, LOG_ORIGIN, OUR_ACCOUNTS } from '../bank-day-config.ts';
import { FIRST_DAY } from './days.ts';
import { CAPITAL } from './parties.ts';
import type { Week } from './week.ts';

export interface Check {
  readonly holds: boolean;
  readonly says: string;
}

export async function checkAll(week: Week, last: string, mayHaveAlarms = false): Promise<readonly Check[]> {
  return [
    await cyclesClosed(week, last),
    await trialBalance(week),
    ...(await threeBooks(week)),
    await nothingOpen(week),
    await nostroIsTheBanks(week),
    await filesOut(week),
    await filesIn(week),
    logHolds(week),
    {
      holds: mayHaveAlarms || week.bank.alarms.length === 0,
      says: `${week.bank.alarms.length} alarms of the bank's process ${week.bank.alarms.slice(0, 3).join('; ')}`,
    },
  ];
}

async function cyclesClosed(week: Week, last: string): Promise<Check> {
  const all = await week.bank.context.store.cycles();
  const cycles = all.filter(({ businessDate }) => businessDate <= last);
  const closed = cycles.filter(({ state }) => state === 'CLOSED');
  const yuan = closed.filter(({ currency, outcome }) => currency === CNY && outcome === 'pay');
  return {
    holds: cycles.length > 0 && closed.length === cycles.length && (last === FIRST_DAY || yuan.length > 0),
    says: `${closed.length} of ${cycles.length} cycles up to ${last} are CLOSED, ${yuan.length} of them paid in yuan`,
  };
}

async function trialBalance(week: Week): Promise<Check> {
  const { store } = week.bank.context;
  const sums = new Map<string, bigint>();
  for (const { currency, debit, credit } of await store.balancesAt(await store.lastPosition()))
    sums.set(currency, (sums.get(currency) ?? 0n) + debit - credit);
  return {
    holds: [...sums.values()].every((sum) => sum === 0n),
    says: `trial balance ${[...sums].map(([currency, sum]) => `${currency} ${sum}`).join(', ')}`,
  };
}

async function threeBooks(week: Week): Promise<readonly Check[]> {
  const { checks } = await week.bank.reconcile();
  const unmatched = checks.filter(({ balanceMinor }) => balanceMinor !== 0n);
  return [
    {
      holds: checks.every(({ agrees }) => agrees),
      says: `${checks.length} accounts agree with what is unmatched on them`,
    },
    {
      holds: unmatched.length === 0,
      says: `unmatched: ${unmatched.length === 0 ? 'nothing' : unmatched.map(({ account, currency, balanceMinor }) => `${account} ${formatDecimal(money(balanceMinor, currency))} ${currency}`).join(', ')}`,
    },
  ];
}

async function nothingOpen(week: Week): Promise<Check> {
  const open = await week.bank.openExceptions();
  return {
    holds: open.length === 0,
    says: `${open.length} exceptions are open ${open.map(({ exceptionId }) => exceptionId).join(' ')}`,
  };
}

/** Our books of our account, and the bank's. */
async function nostroIsTheBanks(week: Week): Promise<Check> {
  const { store } = week.bank.context;
  const balances = await store.balancesAt(await store.lastPosition(), ['nostro']);
  const differences = (['RUB', 'CNY'] as const).map((currency) => {
    const account = OUR_ACCOUNTS[currency];
    const ours = balances.find((row) => row.account === `nostro:${account}`);
    const theirs = week.outside.house.balance(account) - CAPITAL[currency];
    return (ours === undefined ? 0n : ours.debit - ours.credit) - theirs;
  });
  return {
    holds: differences.every((difference) => difference === 0n),
    says: `our accounts differ from the bank's books by RUB ${differences[0]}, CNY ${differences[1]}`,
  };
}

async function filesOut(week: Week): Promise<Check> {
  const files = (await week.bank.context.store.files()).filter(({ direction }) => direction === 'out');
  const wrong = files.filter((file) => !isThereAndReads(week.directory, file));
  return {
    holds: wrong.length === 0 && files.length > 0,
    says: `${files.length} files written, ${files.length - wrong.length} of them are delivered and read back ${wrong.map(({ name }) => name).join(' ')}`,
  };
}

function isThereAndReads(directory: string, file: FileRecord): boolean {
  const waiting = join(directory, 'outbox', file.party, file.name);
  const fetched = join(directory, 'house-bank', 'orders', file.name);
  const path = file.party === HOUSE_BANK && existsSync(fetched) ? fetched : waiting;
  if (file.state !== 'delivered' || !existsSync(path)) return false;
  const bytes = readFileSync(path);
  if (createHash('sha256').update(bytes).digest('hex') !== file.fileId) return false;
  const source = sourceOf(file.name, bytes);
  switch (file.kind) {
    case 'payment_order_1c':
      return readWhole(readPaymentOrders1c(source), [bytes]).rows.length === file.rows;
    case 'pain001':
      return readPain001(source, bytes).rows.length === file.rows;
    case 'partner_detail':
    case 'claim':
      return readWhole(readPartnerDetail(source), [bytes]).rows.length === file.rows;
    default:
      return bytes.subarray(-8).toString('utf8').trim() === '</html>';
  }
}

async function filesIn(week: Week): Promise<Check> {
  const { tally } = week.bank;
  const known = (await week.bank.context.store.exceptions()).filter(({ type }) => type === 'duplicate_file');
  const all = tally.filesIn + tally.filesRefused + known.length;
  return {
    holds: all === week.outside.filesPut,
    says: `${week.outside.filesPut} files came in: ${tally.filesIn} taken, ${tally.filesRefused} refused, ${known.length} known already`,
  };
}

function logHolds(week: Week): Check {
  const key = createPrivateKey(readFileSync(join(week.directory, 'log-key.pem')));
  const { ok, log } = auditDatabase(week.bank.db, noteKeyOf(LOG_ORIGIN, 'ed25519', key));
  return {
    holds: ok,
    says: `the transparency log of ${week.bank.tally.leavesLogged} leaves verifies against the database (${log?.faults.length ?? '?'} faults)`,
  };
}
