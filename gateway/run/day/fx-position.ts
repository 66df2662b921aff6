/** The exchange position as the books have it, with the revaluation that stands in it set apart. */
import type { PositionBalance } from '../../fx/revaluation.ts';
import { type CurrencyCode, RUB } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { DayStore } from '../../settlement/ports.ts';

export interface PositionNow {
  /** The last revaluation, while it has not been taken back; above zero is a gain. */
  readonly standing: Money;
  /** Without it. */
  readonly balances: readonly PositionBalance[];
}

export const HOME: CurrencyCode = RUB;

/** As of the last transfer there is: new ones are given their positions first. */
export async function positionNow(store: DayStore, foldMost: number): Promise<PositionNow> {
  while ((await store.foldEntries(foldMost)) > 0);
  const families = ['fx_position', 'fx_unrealised'];
  const accounts = await store.balancesAt(await store.lastPosition(), families);
  const of = (family: string) => accounts.filter(({ account }) => account.startsWith(`${family}:`));
  const standing = of('fx_unrealised').reduce((sum, { debit, credit }) => sum + credit - debit, 0n);
  const balances = of('fx_position').map(({ currency, debit, credit }) =>
    currency === HOME ? { currency, debit: debit - standing, credit } : { currency, debit, credit },
  );
  return { standing: money(standing, HOME), balances };
}

/** What is held of one currency, and the roubles given for it. All currencies share one account of roubles, so that its cost is
 *  known only while no other is held.
 *  Errors  FX_POSITION_MIXED */
export function heldOf(
  balances: readonly PositionBalance[],
  currency: CurrencyCode,
): { readonly held: Money; readonly cost: Money } {
  const others = balances.filter((row) => row.currency !== currency && row.currency !== HOME);
  if (others.some(({ debit, credit }) => debit !== credit))
    throw new AmurError('FX_POSITION_MIXED', { currency });
  const of = (code: CurrencyCode) => balances.filter((row) => row.currency === code);
  const held = of(currency).reduce((sum, { debit, credit }) => sum + credit - debit, 0n);
  const cost = of(HOME).reduce((sum, { debit, credit }) => sum + debit - credit, 0n);
  return { held: money(held, currency), cost: money(cost, HOME) };
}
