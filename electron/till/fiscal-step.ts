/** One operation at the fiscal register: registered, or found there after its answer was lost. */
import type { FiscalReceipt, FiscalResult } from '../../drivers/contract/fiscal.ts';
import type { TillCore } from './core.ts';

/** `ended` is a transition with the register's word. One that cannot be journaled has not come: the register is asked
 *  for its last document until it can. `again` asks for that document first. */
export function fiscalStep(
  core: TillCore,
  receipt: FiscalReceipt,
  again: boolean,
  ended: (result: FiscalResult) => void,
): void {
  const { fiscal } = core.parts.devices;
  const { operationId } = receipt;
  const answer = again
    ? fiscal
        .lastDocument(operationId)
        .then((last) => (last.kind === 'failed' ? fiscal.register(receipt) : last))
    : fiscal.register(receipt);
  const askAgain = (): void =>
    core.arm(`fiscal ${operationId}`, core.parts.policy.askEveryMs, () =>
      fiscalStep(core, receipt, true, ended),
    );
  const told = (result: FiscalResult): void => core.happen(() => ended(result), askAgain);
  answer.then(told, (error: unknown) =>
    told({ kind: 'unknown', cause: error instanceof Error ? error.name : 'unknown' }),
  );
}
