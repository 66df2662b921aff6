/** `npm run bench -- <name> [--json]`: measures the real processes. Progress goes to stderr; with `--json` the last line
 *  of stdout is the whole result. Exit 1 when a target is missed. */
import { JSON_RESULT, readCommandLine } from '../../build/command-line.ts';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { cardBench } from './card.ts';
import { iso8583Bench } from './iso8583.ts';
import { saleBench } from './sale.ts';
import { settlementBench } from './settlement.ts';

requireNode();

export interface BenchResult {
  /** Every target met. */
  readonly ok: boolean;
  readonly [part: string]: unknown;
}

export interface BenchOptions {
  /** How many of the main measurement, and how many starts; the bench's own numbers when not said. */
  readonly sales?: number;
  readonly starts?: number;
  /** Of `card`: how long, how many a second, and how many steps it is then driven on towards where it no longer holds. */
  readonly seconds?: number;
  readonly rate?: number;
  readonly rampSteps?: number;
  readonly say: (text: string) => void;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  sale: saleBench,
  iso8583: iso8583Bench,
  card: cardBench,
  settlement: settlementBench,
};

const { values, words } = readCommandLine({
  name: 'npm run bench',
  says: 'Speed and memory, beside a peer or the physical limit in the same run.',
  words: { name: 'bench', of: Object.keys(BENCHES) },
  options: {
    sales: { kind: 'whole', from: 1, says: 'sale: how many are measured' },
    starts: { kind: 'whole', from: 0, says: 'sale: cold starts' },
    seconds: { kind: 'whole', from: 1, says: 'card: how long the rate is offered' },
    rate: { kind: 'whole', from: 1, says: 'card: authorisations offered in a second' },
    'no-ramp': { kind: 'flag', says: 'card: the sustained rate alone' },
    ...JSON_RESULT,
  },
});
const bench = BENCHES[words[0] ?? ''];
if (bench === undefined) throw new Error(`There is no bench ${words[0]}.`);
const result = await bench({
  ...(values.sales === undefined ? {} : { sales: values.sales }),
  ...(values.starts === undefined ? {} : { starts: values.starts }),
  ...(values.seconds === undefined ? {} : { seconds: values.seconds }),
  ...(values.rate === undefined ? {} : { rate: values.rate }),
  ...(values['no-ramp'] ? { rampSteps: 0 } : {}),
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${JSON.stringify(result, null, values.json ? undefined : 2)}\n`);
process.exitCode = result.ok ? 0 : 1;
