/** Everything a decision needs: the books, the cards, the keys, and what was armed. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { Arming, Choice } from './arming.ts';
import type { Books } from './books.ts';
import type { Cards } from './cards.ts';
import type { Values } from './messages.ts';
import type { Periods } from './periods.ts';
import { isApproval, scenarioOf } from './scenarios.ts';
import type { BankHsm, BankTerms } from './terms.ts';
import type { Transactions } from './transactions.ts';
import type { ZoneKeys } from './zone-keys.ts';

export interface Desk {
  readonly runtime: Runtime;
  readonly terms: BankTerms;
  readonly hsm: BankHsm;
  readonly books: Books;
  readonly cards: Cards;
  readonly transactions: Transactions;
  readonly periods: Periods;
  readonly keys: ZoneKeys;
  readonly arming: Arming;
}

/** DE39 and what else the answer carries. `kept`: the same answer goes to every repeat. */
export interface Decision {
  readonly code: string;
  readonly values: Values;
  readonly kept: boolean;
}

export const refused = (code: string): Decision => ({ code, values: {}, kept: false });

/** The code of an armed refusal, or null. */
export function armedRefusal(choice: Choice): string | null {
  const chosen = choice.get('answer');
  const code = chosen === undefined ? null : scenarioOf(chosen.name).code;
  return code === null || isApproval(code) ? null : code;
}
