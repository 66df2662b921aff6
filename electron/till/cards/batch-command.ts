/** Closing the batch, as a supervisor wishes it. */
import { currentBatch } from '../../journal/card-batches.ts';
import type { TillCore } from '../core.ts';
import { type PinProof, record, requireSupervisor } from '../staff-commands.ts';
import { startBatchClose } from './batch.ts';
import { requireCards } from './begin.ts';

/** Errors  requireSupervisor's and requireCards' */
export function beginBatchClose(core: TillCore, command: PinProof): void {
  const { staffId } = requireSupervisor(core, command);
  requireCards(core);
  const { batch } = currentBatch(core.journal);
  record(core, { act: 'batch_close', staffId, subject: batch, reason: null });
  startBatchClose(core);
}
