/** Broken: a file goes out as soon as it is written, before its hash is committed. */
import type { BankContext } from '../../../../gateway/bank-context.ts';

export function publishBeforeRecord(context: BankContext): BankContext {
  const { outbox } = context;
  const written = new Map<string, Uint8Array>();
  return {
    ...context,
    outbox: {
      ...outbox,
      stage: async (name, content) => {
        const staged = await outbox.stage(name, content);
        written.set(staged.stagedAs, await outbox.read(staged.stagedAs));
        await outbox.publish(staged.stagedAs, name);
        return staged;
      },
      read: async (stagedAs) => written.get(stagedAs) ?? outbox.read(stagedAs),
    },
  };
}
