/** A promise of the system that did not hold. Carries what a person needs to see it again. */

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly rule: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(rule: string, facts: Readonly<Record<string, string | number>>) {
    super(`${rule}: ${JSON.stringify(facts)}`);
    this.rule = rule;
    this.facts = facts;
  }
}

export function require(
  holds: boolean,
  rule: string,
  facts: Readonly<Record<string, string | number>>,
): void {
  if (!holds) throw new Violation(rule, facts);
}
