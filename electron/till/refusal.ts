/** The terminal's own operating failures: a code of the contract (or of the gateway's catalogue) and facts safe to show. */
import type { ErrorCode, ErrorFacts } from '../../gateway/kernel/errors.ts';
import type { HostErrorCode } from '../contract/commands.ts';

export type RefusalCode = HostErrorCode | ErrorCode;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly facts: ErrorFacts;

  constructor(code: RefusalCode, facts: ErrorFacts = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.code = code;
    this.facts = facts;
  }
}
