/** The books of a day opened beside the bank's process: by the person who approves, and by the checks. */
import { join } from 'node:path';
import { type BankSettings, readBankConfig } from '../../../gateway/bank-config.ts';
import type { BankContext } from '../../../gateway/bank-context.ts';
import { openBank } from '../../../gateway/bank-process.ts';
import type { LogWriter } from '../../../gateway/run/log-writer.ts';
import { dayRuntime, SILENT } from './day-estate.ts';

export async function withStore<T>(
  directory: string,
  startedAt: number,
  use: (context: BankContext, logWriter: LogWriter | null) => Promise<T>,
): Promise<T> {
  const bank = await openBank(settingsOf(directory), {
    ...{ runtime: dayRuntime(startedAt), log: SILENT, progress: () => undefined },
    defer: (run) => void setImmediate(run),
  });
  try {
    return await use(bank.context, bank.logWriter);
  } finally {
    await bank.close();
  }
}

function settingsOf(directory: string): BankSettings {
  return readBankConfig(join(directory, 'bank.json'));
}
