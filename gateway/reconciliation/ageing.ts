/** How long an exception has stood: what a person looks at first is what is oldest and dearest. */
export const AGE_BUCKETS = ['0-1', '2-3', '4-7', '8-30', '30+'] as const;
export type AgeBucket = (typeof AGE_BUCKETS)[number];

const LAST_DAY: readonly (readonly [AgeBucket, number])[] = [
  ['0-1', 1],
  ['2-3', 3],
  ['4-7', 7],
  ['8-30', 30],
];

/** By calendar days. */
export function ageBucket(days: number): AgeBucket {
  return LAST_DAY.find(([, last]) => days <= last)?.[0] ?? '30+';
}
