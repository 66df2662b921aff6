/** Card records as JSON: money and rates hold bigints, which JSON has none of, so they stand as decimal strings. */

const BIGINTS: ReadonlySet<string> = new Set(['amountMinor', 'value']);

export function toCardJson(record: unknown): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** Only of what `toCardJson` wrote: no field of these names holds anything but an integer. */
export function fromCardJson<T>(json: string): T {
  return JSON.parse(json, (key, value: unknown) =>
    BIGINTS.has(key) && typeof value === 'string' ? BigInt(value) : value,
  ) as T;
}
