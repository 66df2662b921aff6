/** What the edge tells an operator: an event's name and facts that are safe to keep. */
import type { ErrorFacts } from '../kernel/errors.ts';

export interface EdgeLog {
  info(event: string, facts: ErrorFacts): void;
  warn(event: string, facts: ErrorFacts): void;
  alarm(event: string, facts: ErrorFacts): void;
}
