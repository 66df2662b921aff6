/** Closing the batch, as a supervisor wishes it. */
import { openCardAttempts } from '../../journal/card-attempts.ts';
import { currentBatch } from '../../journal/card-batches.ts';
import type { TillCore } from '../core.ts';
import { Refusal } from '../refusal.ts';
import { type PinProof, record, requireSupervisor } from '../staff-commands.ts';
import { startBatchClose } from './batch.ts';
import { requireCards } from './begin.ts';

/** Errors  CARD_TRANSACTION_OPEN, requireSupervisor's and requireCards' */
export function beginBatchClose(core: TillCore, command: PinProof): void {
  const { staffId } = requireSupervisor(core, command);
  requireCards(core);
  if (openCardAttempts(core.journal).length > 0) throw new Refusal('CARD_TRANSACTION_OPEN');
  const { batch } = currentBatch(core.journal);
  record(core, { act: 'batch_close', staffId, subject: batch, reason: null });
  startBatchClose(core);
}
