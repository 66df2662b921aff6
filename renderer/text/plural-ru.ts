/** Russian counts in three forms: 1 позиция, 2 позиции, 5 позиций. */
export function plural(count: number, one: string, few: string, many: string): string {
  const lastTwo = Math.abs(count) % 100;
  const last = lastTwo % 10;
  if (lastTwo > 10 && lastTwo < 20) return many;
  if (last === 1) return one;
  return last >= 2 && last <= 4 ? few : many;
}
