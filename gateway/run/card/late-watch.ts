/** Answers of banks that nobody waits for any more: looked up by what the bank knows the request by, logged, and turned into
 *  a reversal where none is queued. Kept in memory: what a restart forgets, its own reversal has dealt with. */
import { failureName } from '../../kernel/errors.ts';
import type { BankAnswered } from '../../payments/card/ports.ts';
import type { BankReference, CardRecord } from '../../payments/card/records.ts';
import { isApproval } from '../../payments/card/response-codes.ts';
import { applyToCard } from './card-steps.ts';
import type { CardContext } from './context.ts';

export class LateAnswers {
  readonly #context: CardContext;
  readonly #expected = new Map<string, string>();
  /** What came besides the one answer, while the transaction was still waiting for that or taking it. */
  readonly #early = new Map<string, BankAnswered | null>();
  readonly #working = new Set<Promise<void>>();
  #stopListening: readonly (() => void)[] = [];

  constructor(context: CardContext) {
    this.#context = context;
  }

  start(): void {
    this.#stopListening = [...this.#context.banks.values()].map((bank) =>
      bank.onLate((reference, answer) => this.#take(reference, answer)),
    );
  }

  async stop(): Promise<void> {
    for (const stop of this.#stopListening) stop();
    this.#stopListening = [];
    await Promise.all(this.#working);
  }

  /** A bank may say two things in one breath: what comes before `asked` is dealt with then. */
  asking({ bankReference }: CardRecord): void {
    if (bankReference !== null) this.#early.set(keyOf(bankReference), null);
  }

  asked({ bankReference }: CardRecord): void {
    if (bankReference === null) return;
    const key = keyOf(bankReference);
    const early = this.#early.get(key) ?? null;
    this.#early.delete(key);
    if (early !== null) this.#take(bankReference, early);
  }

  /** The oldest is forgotten when there are too many. */
  expect({ bankReference, cardId }: CardRecord): void {
    if (bankReference === null) return;
    this.#expected.set(keyOf(bankReference), cardId);
    const oldest = this.#expected.keys().next();
    if (this.#expected.size > this.#context.policy.lateMost && oldest.done !== true) {
      this.#expected.delete(oldest.value);
    }
  }

  #take(reference: BankReference, answer: BankAnswered): void {
    const early = this.#early.get(keyOf(reference));
    if (early !== undefined) {
      // Of several an approval is what matters.
      if (early === null || isApproval(answer.responseCode)) this.#early.set(keyOf(reference), answer);
      return;
    }
    const cardId = this.#expected.get(keyOf(reference));
    const { bank } = reference;
    if (cardId === undefined) {
      this.#context.log.warn('card_late_answer_of_unknown', { bank, code: answer.responseCode });
      return;
    }
    const work: Promise<void> = applyToCard(this.#context, cardId, { kind: 'late_answer', answer })
      .then(
        () => undefined,
        (error: unknown) =>
          this.#context.log.alarm('card_late_answer_failed', { bank, error: failureName(error) }),
      )
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
  }
}

function keyOf({ bank, mti, stan, transmittedAt }: BankReference): string {
  return `${bank} ${mti} ${stan} ${transmittedAt}`;
}
