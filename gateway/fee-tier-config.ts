/** Prices by last month's turnover as `bank.json` has them: dated rows, a merchant's own before everybody's. */
import Type, { type Static } from 'typebox';
import { allCurrencies } from './kernel/currency.ts';
import { AmurError } from './kernel/errors.ts';
import { parseMid } from './kernel/identifiers.ts';
import { type FeeRow, requireSoundFees } from './ledger/fee-book.ts';
import { rateOfTerms } from './ledger/fee-rate.ts';

const exact = { additionalProperties: false } as const;
const Minor = Type.String({ pattern: '^(0|[1-9][0-9]{0,14})$' });

export const FeeTierRows = Type.Array(
  Type.Object(
    {
      inForceFrom: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
      /** Null for all merchants that have no row of their own. */
      mid: Type.Union([Type.String({ pattern: '^[0-9]{15}$' }), Type.Null()]),
      tender: Type.Union([Type.Literal('wallet'), Type.Literal('card')]),
      currency: Type.String({ pattern: '^[A-Z]{3}$' }),
      tiers: Type.Array(
        Type.Object(
          {
            /** Turnover of the month from which it holds; the first is 0. */
            fromMinor: Minor,
            mdrBp: Type.Integer({ minimum: 0, maximum: 10_000 }),
            fixedMinor: Type.Optional(Minor),
            floorMinor: Type.Optional(Minor),
            capMinor: Type.Optional(Minor),
          },
          exact,
        ),
        { minItems: 1, maxItems: 20 },
      ),
    },
    exact,
  ),
  { maxItems: 10_000 },
);
type RowsFile = Static<typeof FeeTierRows>;

/** Errors  FEE_TERMS_INVALID */
export function feeRowsOf(rows: RowsFile): readonly FeeRow[] {
  const made = rows.map(
    ({ inForceFrom, mid, tender, currency, tiers }): FeeRow => ({
      ...{ inForceFrom, tender, currency, measure: 'month_turnover', brackets: 'whole', rounding: 'half_up' },
      mid: mid === null ? null : parseMid(mid),
      tiers: tiers.map(({ fromMinor, mdrBp, ...bounds }) => ({
        from: BigInt(fromMinor),
        rate: rateOfTerms(mdrBp, bounds),
      })),
    }),
  );
  requireSoundFees(made);
  return made;
}

/** In sentences for the person who wrote the file. */
export function feeTierContradictions(rows: RowsFile = []): readonly string[] {
  const unknown = rows.filter(({ currency }) => allCurrencies().every(({ code }) => code !== currency));
  if (unknown.length > 0)
    return unknown.map(({ currency }) => `feeTiers: ${currency} is not a currency of ISO 4217`);
  try {
    feeRowsOf(rows);
    return [];
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
    return [`feeTiers: ${error.message} (${Object.values(error.facts).join(' ')})`];
  }
}
