/** Proposes and decides how a matter of cards is settled. Who proposes does not approve, and an approval is committed together
 *  with what it does. Works beside a running gateway: what changed meanwhile is read and decided again. */
import { newUlid } from '../../kernel/identifiers.ts';
import type { Runtime } from '../../kernel/time.ts';
import { cardChanges } from '../../payments/card/card-unit.ts';
import type { CardMatter, CardResolution, ResolutionOutcome } from '../../payments/card/matters.ts';
import { outcomesFor, resolveCard } from '../../payments/card/resolution.ts';
import type { Change, PaymentStore } from '../../payments/ports.ts';
import { BankNumbers } from './bank-numbers.ts';
import { CARD_COMMIT_TRIES_MOST } from './context.ts';

/** What is being told or asked for longer is a person's matter too. */
export const MATTER_WAITS_MS = 900_000;

export interface ResolvingWorld {
  readonly store: PaymentStore;
  readonly runtime: Pick<Runtime, 'clock' | 'random'>;
}

export type ResolvingRefusal =
  | 'name_invalid'
  | 'agreement_invalid'
  | 'no_such_matter'
  | 'outcome_not_possible'
  | 'proposed_already'
  | 'no_such_proposal'
  | 'decided_already'
  | 'same_person';

export type Resolving<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ResolvingRefusal; readonly possible?: readonly string[] };

export interface Proposal {
  readonly subject: string;
  readonly outcome: ResolutionOutcome;
  readonly agreement: string;
  readonly by: string;
}

const refuse = (refusal: ResolvingRefusal) => ({ ok: false, refusal }) as const;

/** Errors  what the store throws */
export async function proposeResolution(
  { store, runtime }: ResolvingWorld,
  { subject, outcome, agreement, by }: Proposal,
): Promise<Resolving<{ readonly resolutionId: string; readonly matter: CardMatter }>> {
  const proposedBy = personOf(by);
  if (proposedBy === null) return refuse('name_invalid');
  const text = agreement.trim();
  if (text === '' || text.length > 300) return refuse('agreement_invalid');
  const matter = await matterOf(store, subject, outcome);
  if (!matter.ok) return matter;
  const resolutionId = newUlid(runtime.clock, runtime.random);
  const row = { resolutionId, subject, outcome, agreement: text, proposedBy, proposedAt: store.now() };
  const result = await store.commit([{ kind: 'resolution.propose', row }]);
  return result.ok ? { ok: true, value: { resolutionId, matter: matter.value } } : refuse('proposed_already');
}

/** Errors  what the store throws */
export async function decideResolution(
  world: ResolvingWorld,
  resolutionId: string,
  decision: 'approved' | 'rejected',
  by: string,
): Promise<Resolving<CardResolution>> {
  const { store } = world;
  const decidedBy = personOf(by);
  if (decidedBy === null) return refuse('name_invalid');
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    const proposed = await store.cards.matters.resolution(resolutionId);
    if (proposed === null) return refuse('no_such_proposal');
    if (proposed.decision !== null) return refuse('decided_already');
    if (decision === 'approved' && proposed.proposedBy === decidedBy) return refuse('same_person');
    const row = { resolutionId, decision, decidedBy, decidedAt: store.now() };
    const effects = decision === 'approved' ? await effectsOf(world, proposed) : NO_EFFECTS;
    if (!effects.ok) return effects;
    const result = await store.commit([{ kind: 'resolution.decide', row }, ...effects.value]);
    if (result.ok) return { ok: true, value: { ...proposed, ...row } };
  }
  throw new Error('A matter kept changing under its resolution.');
}

const NO_EFFECTS: Resolving<readonly Change[]> = { ok: true, value: [] };

async function effectsOf(
  { store, runtime }: ResolvingWorld,
  { subject, outcome }: CardResolution,
): Promise<Resolving<readonly Change[]>> {
  const found = await matterOf(store, subject, outcome);
  if (!found.ok) return found;
  const { kind, card, bank } = found.value;
  if (card === null || bank === null) return NO_EFFECTS;
  const record = await store.cards.card(subject);
  if (record === null) return refuse('no_such_matter');
  const refund = record.kind === 'refund' && record.originalId !== null;
  const original = refund && record.originalId !== null ? await store.cards.card(record.originalId) : null;
  const advice = await store.cards.matters.adviceOf(
    subject,
    kind.startsWith('completion') ? 'completion' : 'reversal',
  );
  const now = store.now();
  const resolved = resolveCard(outcome, record, original, advice, now);
  if (resolved === null) return refuse('outcome_not_possible');
  const numbers = await numbersBeside(store, bank);
  const adviceId = newUlid(runtime.clock, runtime.random);
  const supplies = { answer: null, adviceNumbers: () => ({ adviceId, ...numbers }) };
  const own = cardChanges(resolved.decision, record, supplies, now);
  const told: readonly Change[] =
    resolved.advice === null ? [] : [{ kind: 'advice.put', row: resolved.advice }];
  return { ok: true, value: [...own, ...told] };
}

async function matterOf(
  store: PaymentStore,
  subject: string,
  outcome: ResolutionOutcome,
): Promise<Resolving<CardMatter>> {
  const about = (await store.cards.matters.open(MATTER_WAITS_MS)).filter((each) => each.subject === subject);
  if (about.length === 0) return refuse('no_such_matter');
  const matter = about.find((each) => outcomesFor(each).includes(outcome));
  return matter === undefined
    ? { ...refuse('outcome_not_possible'), possible: about.flatMap(outcomesFor) }
    : { ok: true, value: matter };
}

/** A running gateway counts its own numbers in memory and never dates a message back, so that one of a minute ago is free. */
async function numbersBeside(store: PaymentStore, bank: string) {
  const at = store.now() - 60_000;
  const { stan, transmittedAt } = (await BankNumbers.after(store.cards, [bank], at)).next(at);
  return { stan, transmittedAt };
}

/** One spelling for one person. */
function personOf(name: string): string | null {
  const person = name.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9._-]{0,39}$/.test(person) ? person : null;
}
