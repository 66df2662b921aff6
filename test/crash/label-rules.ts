/** A rule that reads a durable state off a statement: its SQL and what is bound to it. */
export type Bound = readonly unknown[];

export interface Rule {
  readonly sql: RegExp;
  readonly label: (bound: Bound) => string | null;
}

/** Of a statement with named parameters. */
export const named = (bound: Bound, name: string): unknown => {
  const [row] = bound;
  return typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[name] : undefined;
};

export const always = (label: string) => () => label;
