/** What an operator tells the gateway on its command line, while it runs or not. Each ends with JSON for a person or a script;
 *  what is refused is a sentence and a failure. */
import { ConfigError, type GatewaySettings } from './config.ts';
import { parseCurrencyCode } from './kernel/currency.ts';
import { parseTid } from './kernel/identifiers.ts';
import { formatDecimal, type Money } from './kernel/money.ts';
import { openSecret } from './kernel/secret.ts';
import { instantText, localTime, MOSCOW_OFFSET_MINUTES, type Runtime } from './kernel/time.ts';
import { issueActivation, revokeTerminal } from './parties.ts';
import type { BatchDifference, CardMatter, CardRefusal, ResolutionOutcome } from './payments/card/matters.ts';
import type { BatchTotals } from './payments/card/records.ts';
import { outcomesFor } from './payments/card/resolution.ts';
import type { PaymentStore } from './payments/ports.ts';
import {
  decideResolution,
  MATTER_WAITS_MS,
  proposeResolution,
  type Resolving,
  type ResolvingRefusal,
} from './run/card/resolving.ts';

export const OPERATOR_OPTIONS = {
  'issue-activation': { type: 'string' },
  revoke: { type: 'string' },
  'close-bank-day': { type: 'string' },
  'card-matters': { type: 'boolean' },
  'card-refusals': { type: 'string' },
  propose: { type: 'string' },
  outcome: { type: 'string' },
  agreement: { type: 'string' },
  approve: { type: 'string' },
  reject: { type: 'string' },
  by: { type: 'string' },
} as const;

export type OperatorValues = {
  readonly [O in keyof typeof OPERATOR_OPTIONS]?: (typeof OPERATOR_OPTIONS)[O]['type'] extends 'boolean'
    ? boolean
    : string;
};

export interface OperatorWorld {
  readonly settings: GatewaySettings;
  readonly store: PaymentStore;
  readonly runtime: Runtime;
}

type Command = (world: OperatorWorld, values: OperatorValues) => Promise<unknown>;

/** Null when none is named: then the gateway is to run. Errors  ConfigError for two at once */
export function operatorCommand(values: OperatorValues): Command | null {
  const named = COMMANDS.filter(([option]) => values[option] !== undefined);
  const [first, second] = named;
  if (second !== undefined) throw new ConfigError('One command at a time.');
  if (first !== undefined) return first[1];
  const stray = Object.keys(values).length > 0;
  if (stray)
    throw new ConfigError('--outcome, --agreement and --by belong to --propose, --approve or --reject.');
  return null;
}

const COMMANDS: readonly (readonly [keyof OperatorValues, Command])[] = [
  ['issue-activation', issue],
  ['revoke', revoke],
  ['close-bank-day', closeBankDay],
  ['card-matters', listMatters],
  ['card-refusals', listRefusals],
  ['propose', propose],
  ['approve', (world, values) => decide(world, values.approve, 'approved', values.by)],
  ['reject', (world, values) => decide(world, values.reject, 'rejected', values.by)],
];

async function issue({ settings, store, runtime }: OperatorWorld, values: OperatorValues): Promise<unknown> {
  const tid = parseTid(values['issue-activation'] ?? '');
  const { code, expiresAt } = await issueActivation(store, tid, settings.activationLifeMs, runtime);
  return { tid, activationCode: openSecret(code), expiresAt: instantText(expiresAt) };
}

async function revoke({ store }: OperatorWorld, values: OperatorValues): Promise<unknown> {
  const tid = parseTid(values.revoke ?? '');
  await revokeTerminal(store, tid);
  return { tid, revoked: true };
}

async function closeBankDay({ settings, store }: OperatorWorld, values: OperatorValues): Promise<unknown> {
  const bank = values['close-bank-day'] ?? '';
  if (settings.cards?.banks.every((one) => one.bank !== bank) !== false) {
    throw new ConfigError('Configuration: there is no such bank.');
  }
  const settlementDate = localTime(store.now(), MOSCOW_OFFSET_MINUTES).date;
  await store.commit([{ kind: 'bank_day.wish', row: { bank, cause: 'operator', settlementDate } }]);
  return { bank, settlementDate, wished: true };
}

async function listMatters({ store }: OperatorWorld): Promise<unknown> {
  const matters = await store.cards.matters.open(MATTER_WAITS_MS);
  return { matters: matters.map((matter) => shownMatter(matter, store.now())) };
}

const REFUSALS_SHOWN = 100;

async function listRefusals({ store }: OperatorWorld, values: OperatorValues): Promise<unknown> {
  const tid = parseTid(values['card-refusals'] ?? '');
  const refusals = await store.cards.matters.refusals(tid, REFUSALS_SHOWN);
  return { tid, refusals: refusals.map(shownRefusal) };
}

async function propose(world: OperatorWorld, values: OperatorValues): Promise<unknown> {
  const { propose: subject = '', outcome, agreement = '', by = '' } = values;
  const proposed = await proposeResolution(world, {
    ...{ subject, agreement, by },
    outcome: outcome as ResolutionOutcome,
  });
  const { resolutionId, matter } = settledOr(proposed);
  return { resolutionId, outcome, ...shownMatter(matter, world.store.now()) };
}

async function decide(
  world: OperatorWorld,
  resolutionId: string | undefined,
  decision: 'approved' | 'rejected',
  by: string | undefined,
): Promise<unknown> {
  const { subject, outcome, agreement, proposedBy, decidedBy } = settledOr(
    await decideResolution(world, resolutionId ?? '', decision, by ?? ''),
  );
  return { resolutionId, subject, outcome, agreement, proposedBy, decision, decidedBy };
}

const SENTENCES: Readonly<Record<ResolvingRefusal, string>> = {
  name_invalid: 'Say who you are: --by with letters, digits, dots, dashes.',
  agreement_invalid: 'Say what was agreed and where it is written, in at most 300 characters: --agreement.',
  no_such_matter: 'There is no such matter (any more): see --card-matters.',
  outcome_not_possible: 'This outcome is not possible for the matter.',
  proposed_already: 'Something else was proposed about it and is not decided.',
  no_such_proposal: 'There is no such proposal.',
  decided_already: 'It was decided before.',
  same_person: 'Somebody else than who proposed it approves.',
};

function settledOr<T>(done: Resolving<T>): T {
  if (done.ok) return done.value;
  const possible = done.possible === undefined ? '' : ` Possible: ${done.possible.join(', ') || 'none yet'}.`;
  throw new ConfigError(`${SENTENCES[done.refusal]}${possible}`);
}

const MINUTE_MS = 60_000;

function moneyText(amount: Money): string {
  return `${formatDecimal(amount)} ${amount.currency}`;
}

function shownMatter(matter: CardMatter, now: number): Readonly<Record<string, unknown>> {
  const { kind, bank, subject, since, atRisk, tries, responseCode, card, batch, proposed } = matter;
  return {
    ...{ kind, bank, subject, since: instantText(since), ageMinutes: Math.floor((now - since) / MINUTE_MS) },
    ...{ atRisk: moneyText(atRisk), tries, responseCode },
    ...(card === null ? {} : { card }),
    ...(batch === null ? {} : { batch: shownBatch(batch) }),
    possible: outcomesFor(matter),
    ...(proposed === null ? {} : { proposed: { ...proposed, proposedAt: instantText(proposed.proposedAt) } }),
  };
}

function shownBatch({ tid, batch, claimed, counted }: BatchDifference): Readonly<Record<string, unknown>> {
  const side = ({ sales, salesMinor, refunds, refundsMinor, open }: BatchTotals) => ({
    ...{
      sales,
      salesSum: formatDecimal({ amountMinor: salesMinor, currency: parseCurrencyCode(claimed.currency) }),
    },
    ...{
      refunds,
      refundsSum: formatDecimal({ amountMinor: refundsMinor, currency: parseCurrencyCode(claimed.currency) }),
    },
    open,
  });
  return { tid, batch, till: side(claimed), gateway: side(counted) };
}

function shownRefusal({ at, amount, ...refusal }: CardRefusal): Readonly<Record<string, unknown>> {
  return { at: instantText(at), ...refusal, amount: amount === null ? null : moneyText(amount) };
}
