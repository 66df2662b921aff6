/** The bank's process with one of its rules broken, named by the environment; otherwise as `gateway/bank-main.ts`. */
import { parseArgs } from 'node:util';
import { readBankConfig } from '../../../../gateway/bank-config.ts';
import { roundJobs } from '../../../../gateway/bank-context.ts';
import { openBank } from '../../../../gateway/bank-process.ts';
import { BankDay } from '../../../../gateway/run/day/bank-day.ts';
import { openCycles } from '../../../../gateway/run/day/cut.ts';
import { sweepStaged } from '../../../../gateway/run/day/sweep.ts';
import { systemRuntime } from '../../../../gateway/system-runtime.ts';
import { BROKEN_DAY_RULES } from './rules.ts';

const { values } = parseArgs({ options: { config: { type: 'string' } } });
const rule = BROKEN_DAY_RULES[process.env.AMUR_CRASH_BREAK ?? ''];
if (rule === undefined) throw new Error('Name the rule that is to be broken.');
const settings = readBankConfig(values.config ?? '');
const silent = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
const bank = await openBank(settings, {
  ...{ runtime: systemRuntime(), log: silent, progress: () => undefined },
  defer: (run) => void setImmediate(run),
});
const context = rule.breaks(bank.context, settings.outboxFolder);
const day = new BankDay(context, roundJobs(context), settings.roundEveryMs);
process.on('SIGTERM', () => {
  void day
    .stop()
    .then(() => bank.close())
    .then(() => process.exit(0));
});
await sweepStaged(context);
await openCycles(context);
day.start();
bank.logWriter?.start();
process.stdout.write(`${JSON.stringify({ ready: true, name: settings.name, addresses: {} })}\n`);
