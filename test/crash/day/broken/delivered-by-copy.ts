/** Broken: a staged file is delivered by copying it, so that a repeated send finds it still there. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BankContext } from '../../../../gateway/bank-context.ts';

export function deliveredByCopy(context: BankContext, outboxFolder: string): BankContext {
  const { outbox } = context;
  return {
    ...context,
    outbox: {
      ...outbox,
      publish: async (stagedAs, name) => {
        const to = join(outboxFolder, name);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, await outbox.read(stagedAs));
        return true;
      },
    },
  };
}
