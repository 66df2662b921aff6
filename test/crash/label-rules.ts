/** A rule that reads a durable state off a statement: its SQL and what is bound to it. */
export type Bound = readonly unknown[];

export interface Rule {
  readonly sql: RegExp;
  readonly label: (bound: Bound, sql: string) => string | null;
}

/** Of an insert by position: what is bound to the column. The statement's own list of columns says where. */
export function inserted(sql: string, bound: Bound, column: string): unknown {
  const columns =
    /\(([^)]*)\)/
      .exec(sql)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  const at = columns.indexOf(column);
  if (at < 0) throw new Error(`There is no column ${column} in: ${sql}`);
  return bound[at];
}

/** Of a statement with named parameters. */
export const named = (bound: Bound, name: string): unknown => {
  const [row] = bound;
  return typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[name] : undefined;
};

export const always = (label: string) => () => label;
