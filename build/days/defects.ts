/** One more day whose files are not as they should be: each fault is planted by name in a partner's file, never in books, and
 *  must be found as an exception of its own type, be listed with the money at risk, and end by two persons. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExceptionRecord, ExceptionType } from '../../gateway/settlement/contract.ts';
import { dayStart } from '../../simulators/alipay/settlement-files/days.ts';
import { type DefectKind, plant } from '../../simulators/alipay/settlement-files/defects.ts';
import { dayAfter, isOpen } from './days.ts';
import { untilSettled } from './play.ts';
import type { Week } from './week.ts';

interface Planted {
  readonly defect: string;
  readonly file: string;
  /** What it must be found as, and in how many exceptions. */
  readonly type: ExceptionType;
  readonly times: number;
}

export interface FoundDefect extends Planted {
  readonly exceptions: readonly ExceptionRecord[];
}

export interface DefectsReport {
  readonly day: string;
  readonly found: readonly FoundDefect[];
  /** As they stood before anybody ended one. */
  readonly open: readonly ExceptionRecord[];
  readonly ended: readonly ExceptionRecord[];
  /** Of a type that nothing was planted for. */
  readonly unforeseen: readonly ExceptionRecord[];
}

const SALES = 12;
/** Numbers are swapped between two; what is late is missing too, until it comes. */
const WALLET: readonly (readonly [DefectKind, ExceptionType, number])[] = [
  ['swapped_ids', 'swapped_ids', 2],
  ['missing', 'missing_theirs', 2],
  ['extra', 'missing_ours', 1],
  ['wrong_amount', 'amount', 1],
  ['duplicate', 'duplicate', 1],
  ['late', 'late', 1],
];

/** From the first day on that is followed by working days everywhere. */
export async function playDefects(
  week: Week,
  from: string,
  say: (text: string) => void,
): Promise<DefectsReport> {
  const before = new Set((await week.bank.context.store.exceptions()).map(({ exceptionId }) => exceptionId));
  const day = await untilWorkingDays(week, from);
  await week.day(
    day,
    week.usualSales(day).map(() => SALES),
  );
  const planted = plantInWallet(week, day);
  const next = dayAfter(day, 1);
  await week.day(next, NOTHING, {
    clearing: [{ kind: 'extra', rrn: null }],
    delivered: () => {
      deliverCutShort(week, day, next);
      deliverAgain(week);
    },
  });
  await week.day(dayAfter(day, 2), NOTHING);
  const all = (await week.bank.context.store.exceptions()).filter(
    ({ exceptionId }) => !before.has(exceptionId),
  );
  const open = all.filter(({ state }) => state === 'open');
  say(`  ${day}  ${planted.length} faults planted; ${all.length} exceptions, ${open.length} open`);
  const ended: ExceptionRecord[] = [];
  for (const one of open) ended.push(await week.bank.end(one, REASONS[one.type] ?? 'Looked into.'));
  await untilSettled(week, dayAfter(day, 3), dayAfter(day, 2), say);
  const types = new Set(planted.map(({ type }) => type));
  return {
    ...{ day, open, ended },
    found: planted.map((one) => ({ ...one, exceptions: all.filter((row) => isOf(one, row)) })),
    unforeseen: all.filter(({ type }) => !types.has(type)),
  };
}

const NOTHING: readonly number[] = [0, 0, 0, 0];

const REASONS: Partial<Record<ExceptionType, string>> = {
  missing_theirs: 'The wallet does not find it; given up after a week.',
  missing_ours: 'Paid to us and nobody claims it.',
  amount: 'The difference is the wallet’s; it keeps to its file.',
  duplicate: 'Paid twice; the wallet was told and leaves it.',
  swapped_ids: 'Each bears the other’s number; the sums are right together.',
  truncated_file: 'The whole file came after it.',
  duplicate_file: 'Nothing of it was taken twice.',
};

function isOf({ type, file }: Planted, row: ExceptionRecord): boolean {
  return row.type === type && row.party === file;
}

async function untilWorkingDays(week: Week, from: string): Promise<string> {
  const works = (day: string) =>
    ['ru.payments', 'cn.banks'].every((calendar) => isOpen(calendar, day, week.calendars));
  let day = from;
  while (![0, 1, 2].every((later) => works(dayAfter(day, later)))) {
    await week.day(day, NOTHING);
    day = dayAfter(day, 1);
  }
  return day;
}

function plantInWallet(week: Week, day: string): readonly Planted[] {
  const { desk } = walletOf(week);
  const trades = desk.trades.paidBetween(dayStart(day), dayStart(dayAfter(day, 1)));
  const swapped = trades.filter(({ settleCurrency }) => settleCurrency === 'CNY').at(-1);
  for (const [kind] of WALLET) {
    const ours = kind === 'swapped_ids' ? (swapped?.outTradeNo ?? null) : null;
    plant(desk, { kind, day, file: 'settlement', ours });
  }
  return [
    ...WALLET.map(([defect, type, times]) => ({ defect, type, times, file: 'alipay' })),
    { defect: 'truncated', type: 'truncated_file', times: 1, file: 'alipay' },
    { defect: 'extra', type: 'missing_ours', times: 1, file: 'mir-bank' },
    { defect: 'the same file again', type: 'duplicate_file', times: 1, file: 'mir-bank' },
  ];
}

/** The archive once more, and its last third lost on the way. */
function deliverCutShort(week: Week, day: string, settleDay: string): void {
  const wallet = walletOf(week);
  plant(wallet.desk, { kind: 'truncated', day, file: 'settlement', ours: null });
  const pack = wallet
    .settlementFiles({ from: day, to: day, settleDay })
    .find(({ name }) => name.endsWith('.zip'));
  wallet.desk.books.sql("DELETE FROM planted_defect WHERE kind = 'truncated'").run();
  if (pack === undefined) throw new Error('The wallet settles in an archive.');
  week.outside.redeliver('alipay', `first_${pack.name}`, pack.bytes);
}

function deliverAgain(week: Week): void {
  const folder = join(week.directory, 'inbox', 'mir-bank');
  const [name] = readdirSync(folder).sort();
  if (name === undefined) throw new Error('The bank has cleared nothing.');
  week.outside.redeliver('mir-bank', `z_${name}`, readFileSync(join(folder, name)));
}

function walletOf(week: Week) {
  const wallet = week.world.wallet.open;
  if (wallet === null) throw new Error('In calm weather nobody dies.');
  return wallet;
}
