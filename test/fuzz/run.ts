/** Deals a number of spoilt messages out to the targets, from one seed. */
import { SeededRandom } from '../sim/seeded-random.ts';
import { openEdgeSession } from './edge-target.ts';
import { openEnrolSession } from './enrol-target.ts';
import { openIso8583Session } from './iso8583-target.ts';
import { openNoticeSession } from './notice-target.ts';
import { openPaymentSession } from './payment-target.ts';
import { openReplySession } from './reply-target.ts';
import { openScreenSession } from './screen-target.ts';
import { type Session, Tally } from './tally.ts';
import { openTerminalSession } from './terminal-target.ts';

interface Target {
  readonly name: string;
  /** Of a thousand messages. */
  readonly permille: number;
  readonly perSession: number;
  readonly open: (draw: SeededRandom, tally: Tally) => Promise<Session>;
}

const TARGETS: readonly Target[] = [
  { name: 'terminal', permille: 310, perSession: 500, open: openTerminalSession },
  { name: 'edge', permille: 100, perSession: 2_000, open: openEdgeSession },
  { name: 'enrol', permille: 50, perSession: 1_000, open: openEnrolSession },
  { name: 'iso8583', permille: 50, perSession: 10_000, open: openIso8583Session },
  { name: 'screen', permille: 120, perSession: 300, open: openScreenSession },
  { name: 'reply', permille: 200, perSession: 5_000, open: openReplySession },
  { name: 'payment', permille: 50, perSession: 250, open: openPaymentSession },
  { name: 'notice', permille: 120, perSession: 500, open: openNoticeSession },
];

export const TARGET_NAMES: readonly string[] = TARGETS.map(({ name }) => name);

/** `only` gives the whole count to one target. */
export async function fuzz(
  count: number,
  seed: number,
  progress: (line: string) => void = () => {},
  only?: string,
): Promise<Tally> {
  const tally = new Tally();
  const draw = new SeededRandom(seed);
  const unhandled = (error: unknown): void => {
    tally.violate(
      'process',
      `unhandled: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      [],
      '',
    );
  };
  process.on('unhandledRejection', unhandled);
  process.on('uncaughtException', unhandled);
  try {
    const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
    let left = count;
    for (const [index, target] of targets.entries()) {
      const share = index === targets.length - 1 ? left : Math.floor((count * target.permille) / 1_000);
      left -= share;
      await run(target, share, draw.fork(), tally);
      progress(`${target.name}: ${share} done, ${tally.violationCount} violations so far`);
    }
  } finally {
    process.off('unhandledRejection', unhandled);
    process.off('uncaughtException', unhandled);
  }
  return tally;
}

async function run(target: Target, share: number, draw: SeededRandom, tally: Tally): Promise<void> {
  for (let done = 0; done < share; ) {
    const session = await target.open(draw, tally);
    const until = Math.min(share, done + target.perSession);
    const unbroken = await noting(target, tally, async () => {
      for (; done < until; done += 1) await session.one();
    });
    // A message that was answered by an exception counts, and the rest go on against a new world.
    if (!unbroken) done += 1;
    await noting(target, tally, () => session.close());
  }
}

async function noting(target: Target, tally: Tally, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tally.violate(target.name, `thrown: ${what}`, [], '');
    return false;
  }
}
