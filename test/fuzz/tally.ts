/** What was seen: how many of each kind, with which answers, and every breach with enough to repeat it. */

export interface Violation {
  readonly kind: string;
  readonly what: string;
  readonly made: readonly string[];
  /** The beginning of the message, as text. */
  readonly message: string;
}

const KEPT_MOST = 50;

export class Tally {
  readonly kinds: Record<string, { total: number; stillValid: number; answers: Record<string, number> }> = {};
  readonly violations: Violation[] = [];
  violationCount = 0;

  count(kind: string, answer: string, stillValid: boolean): void {
    this.kinds[kind] ??= { total: 0, stillValid: 0, answers: {} };
    const row = this.kinds[kind];
    row.total += 1;
    row.stillValid += stillValid ? 1 : 0;
    row.answers[answer] = (row.answers[answer] ?? 0) + 1;
  }

  violate(kind: string, what: string, made: readonly string[], message: Uint8Array | string): void {
    this.violationCount += 1;
    if (this.violations.length >= KEPT_MOST) return;
    const text = typeof message === 'string' ? message : Buffer.from(message).toString('latin1');
    this.violations.push({ kind, what, made, message: text.slice(0, 1_500) });
  }
}

/** A run of messages of one kind against one world; opened anew from time to time so that books stay small. */
export interface Session {
  one(): Promise<void>;
  close(): Promise<void>;
}
