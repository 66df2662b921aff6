/** The batch that a message belongs to: the one it names. A terminal without batches names none (zeros), and begins a new one with
 *  each close: the gateway numbers them, the first 000000. */
import type { BatchRecord } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';
import { batchOf } from './facts.ts';
import type { TillMessage } from './till-message.ts';

const NONE = '000000';
const BATCH_LAST = 999_999;

/** Errors  FactsError; what the store throws */
export function batchNamed(context: Pick<CardContext, 'store'>, message: TillMessage): Promise<string> {
  return named(context, message, () => false);
}

/** Of a claim: the closed one, where the claim that closed it comes again. Errors  batchNamed's */
export function batchClaimed(context: Pick<CardContext, 'store'>, message: TillMessage): Promise<string> {
  return named(context, message, isClaimedBy);
}

async function named(
  { store }: Pick<CardContext, 'store'>,
  message: TillMessage,
  isOfLast: (last: BatchRecord, message: TillMessage) => boolean,
): Promise<string> {
  const batch = batchOf(message);
  if (batch !== NONE) return batch;
  const last = await store.cards.lastClosedBatch(message.identity.tid);
  if (last === null) return NONE;
  return isOfLast(last, message) ? last.batch : nextBatch(last.batch);
}

function isClaimedBy({ claimed }: BatchRecord, message: TillMessage): boolean {
  return claimed.some(({ name }) => name === claimName(message));
}

export function claimName({ identity }: TillMessage): string {
  return `${identity.stan} ${identity.transmittedAt}`;
}

/** `000001` comes after `999999`: zeros are of terminals that have no batches. */
export function nextBatch(batch: string): string {
  return String((Number(batch) % BATCH_LAST) + 1).padStart(6, '0');
}
