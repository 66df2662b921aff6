/** Card attempts of a sale that ended without them: what was approved is undone, what is in flight is given up, and the
 *  banks are told. */
import type { SaleId } from '../kernel/identifiers.ts';
import { stepCard } from '../payments/card/card-machine.ts';
import { cardChanges } from '../payments/card/card-unit.ts';
import type { Change } from '../payments/ports.ts';
import type { RunContext } from './context.ts';

export interface GivenUpCards {
  readonly changes: readonly Change[];
  /** To be called once they are committed. */
  readonly committed: () => void;
}

const NOTHING: GivenUpCards = { changes: [], committed: () => {} };

export async function giveUpCards(context: RunContext, saleId: SaleId): Promise<GivenUpCards> {
  const { cards } = context;
  const records = await context.store.cards.ofSale(saleId);
  if (records.length === 0) return NOTHING;
  if (cards === null) {
    // Taken by a gateway that had partner banks, closed by one that has none: nobody here could tell them.
    context.log.alarm('card_attempt_without_banks', { saleId });
    return NOTHING;
  }
  const now = context.store.now();
  const advised = new Set<string>();
  const changes: Change[] = [];
  for (const record of records) {
    // A refund stands by itself: closing a sale takes no money back that was given.
    if (record.kind === 'refund') continue;
    const decision = stepCard(record, { kind: 'sale_closed' }, now);
    for (const { note, facts } of decision.notes) context.log.alarm(note, facts);
    if (decision.advice !== null) advised.add(decision.advice.bank);
    const supplies = { answer: null, adviceNumbers: () => cards.adviceNumbers(now) };
    changes.push(...cardChanges(decision, record, supplies, now));
  }
  return {
    changes,
    committed: () => {
      if (advised.size === 0) return;
      cards.committed([...advised]);
      context.committed(null, true);
    },
  };
}
