/** Answers of banks that nobody waits for any more: looked up in the store by what the bank knows the request by, however long
 *  ago and by whatever process it was asked, logged, and turned into a reversal where none is queued. */
import { failureName } from '../../kernel/errors.ts';
import type { BankAnswered } from '../../payments/card/ports.ts';
import type { BankReference, CardRecord } from '../../payments/card/records.ts';
import { isApproval } from '../../payments/card/response-codes.ts';
import { applyToCard } from './card-steps.ts';
import type { CardContext } from './context.ts';

export class LateAnswers {
  readonly #context: CardContext;
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

  #take(reference: BankReference, answer: BankAnswered): void {
    const early = this.#early.get(keyOf(reference));
    if (early !== undefined) {
      // Of several an approval is what matters.
      if (early === null || isApproval(answer.responseCode)) this.#early.set(keyOf(reference), answer);
      return;
    }
    const { bank } = reference;
    const work: Promise<void> = this.#apply(reference, answer)
      .catch((error: unknown) =>
        this.#context.log.alarm('card_late_answer_failed', { bank, error: failureName(error) }),
      )
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #apply(reference: BankReference, answer: BankAnswered): Promise<void> {
    const { store, log } = this.#context;
    const record = await store.cards.byBankReference(reference);
    if (record === null) {
      log.warn('card_late_answer_of_unknown', { bank: reference.bank, code: answer.responseCode });
      return;
    }
    const event = { kind: 'late_answer', answer } as const;
    await applyToCard(this.#context, record.cardId, event, undefined, record);
  }
}

function keyOf({ bank, mti, stan, transmittedAt }: BankReference): string {
  return `${bank} ${mti} ${stan} ${transmittedAt}`;
}
