/** The `rates` section of the gateway's configuration. */
import Type, { type Static } from 'typebox';
import { allCurrencies } from './kernel/currency.ts';

const exact = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Decimal = Type.String({ pattern: '^[0-9]{1,9}(\\.[0-9]{1,9})?$' });
const Duration = Type.Integer({ minimum: 1, maximum: 10 * 365 * 86_400_000 });
const Delay = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const BasisPoints = Type.Integer({ minimum: 0, maximum: 9_999 });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const BusinessDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });

export const RatesSection = Type.Object(
  {
    /** Bank of Russia XML_daily. Read again whenever it changes. */
    file: Text,
    rereadEveryMs: Delay,
    quoteLifeMs: Duration,
    maxAgeDays: Type.Integer({ minimum: 1, maximum: 60 }),
    sanity: Type.Object({ lowest: Decimal, highest: Decimal }, exact),
    /** More daily files, whatever their names, dropped into a folder. */
    folder: Type.Optional(Text),
    /** Where the daily file is fetched from as well. */
    address: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^(https://|http://(127\\.0\\.0\\.1|\\[::1\\]|localhost)[:/])' }),
          everyMs: Delay,
          retryMs: Delay,
          timeoutMs: Delay,
          caFile: Type.Optional(Text),
        },
        exact,
      ),
    ),
    /** The source that the first is held against. */
    second: Type.Optional(
      Type.Object(
        {
          file: Text,
          shape: Type.Union([Type.Literal('table'), Type.Literal('alipay')]),
          /** Who publishes it, where the file does not say: `CFETS`. */
          source: Type.Optional(Type.String({ pattern: '^[A-Z]{2,12}$' })),
          widestBp: Type.Integer({ minimum: 1, maximum: 5_000 }),
          apartDaysMost: Type.Integer({ minimum: 0, maximum: 60 }),
          traded: Type.Optional(Type.Array(Currency, { minItems: 1, maxItems: 50 })),
        },
        exact,
      ),
    ),
    /** Mark-ups of merchant groups; `currency` null is any. */
    markups: Type.Optional(
      Type.Array(
        Type.Object(
          {
            group: Type.String({ minLength: 1, maxLength: 40 }),
            currency: Type.Union([Currency, Type.Null()]),
            inForceFrom: BusinessDate,
            markupBp: BasisPoints,
          },
          exact,
        ),
        { maxItems: 10_000 },
      ),
    ),
    /** 64 hexadecimal digits that quotes are signed under; absent, they carry no signature. */
    quoteKeyFile: Type.Optional(Text),
  },
  exact,
);
export type RateSettings = Static<typeof RatesSection>;

/** Relative paths are relative to the configuration file. */
export function ratePathsAt(rates: RateSettings, at: (path: string) => string): RateSettings {
  const { folder, address, second, quoteKeyFile } = rates;
  return {
    ...rates,
    file: at(rates.file),
    ...(folder === undefined ? {} : { folder: at(folder) }),
    ...(address?.caFile === undefined ? {} : { address: { ...address, caFile: at(address.caFile) } }),
    ...(second === undefined ? {} : { second: { ...second, file: at(second.file) } }),
    ...(quoteKeyFile === undefined ? {} : { quoteKeyFile: at(quoteKeyFile) }),
  };
}

/** What the shape alone does not show, in sentences for the person who wrote the file. */
export function rateContradictions({ second, markups }: RateSettings): readonly string[] {
  const named = [...(second?.traded ?? []), ...(markups ?? []).flatMap(({ currency }) => currency ?? [])];
  const known = new Set<string>(allCurrencies().map(({ code }) => code));
  const unknown = named.filter((code) => !known.has(code));
  const rows = (markups ?? []).map((row) => `${row.group} ${row.currency ?? 'any'} ${row.inForceFrom}`);
  const twice = rows.filter((row, index) => rows.indexOf(row) !== index);
  return [
    ...unknown.map((code) => `rates: ${code} is not a currency of ISO 4217`),
    ...twice.map((row) => `rates: the mark-up of ${row} is given twice`),
    ...(second?.shape === 'table' && second.source === undefined
      ? ['rates: a table does not say whose it is, so the second source is named']
      : []),
  ];
}
