/** Makes a transfer from a template and checks again, with the real amounts, what the proof showed for symbols. */
import { invariant } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import type { EpochMs } from '../kernel/time.ts';
import { accountId, type Parties } from './accounts.ts';
import type { Template, TemplateLine } from './template.ts';
import { type InputName, TEMPLATES, type TemplateName } from './templates.ts';
import type { Entry, Transfer } from './transfer.ts';

export interface TransferMeta extends Parties {
  /** The attempt, refund or card transaction that is booked; in the bank's day the cycle, file or case, and what of it. */
  readonly reference: string;
  readonly businessDate: string;
  readonly postedAt: EpochMs;
}

/** With the parties that a posting cannot do without. */
export type MetaWith<K extends keyof Parties> = TransferMeta & {
  readonly [P in K]-?: NonNullable<Parties[P]>;
};

/** A posted transfer with id `<operation>:<reference>`. Lines that come to zero are left out.
 *  Errors  InvariantError for an amount below zero, mixed currencies in one part, or a transfer of nothing: these are bugs */
export function buildTransfer<T extends TemplateName>(
  name: T,
  inputs: Readonly<Record<InputName<T>, Money>>,
  meta: TransferMeta,
): Transfer {
  const template: Template = TEMPLATES[name];
  requireRoles(template, inputs);
  const entries = template.lines
    .map((line) => entryOf(line, inputs, meta))
    .filter((entry) => entry.amount.amountMinor !== 0n);
  requireBalance(entries);
  return {
    transferId: `${template.books}:${meta.reference}`,
    template: name,
    templateVersion: template.version,
    state: 'posted',
    endsTransferId: null,
    reference: meta.reference,
    mid: meta.mid,
    businessDate: meta.businessDate,
    postedAt: meta.postedAt,
    entries,
  };
}

type Inputs = Readonly<Record<string, Money>>;

function requireRoles(template: Template, inputs: Inputs): void {
  const currencies = new Map<string, string>();
  for (const [input, role] of Object.entries(template.inputs)) {
    const currency = inputOf(inputs, input).currency;
    invariant(
      (currencies.get(role) ?? currency) === currency,
      `Inputs of the ${role} currency of a transfer are in one currency.`,
    );
    currencies.set(role, currency);
  }
}

function entryOf(line: TemplateLine, inputs: Inputs, parties: Parties): Entry {
  let sum = 0n;
  let currency: Money['currency'] | undefined;
  for (const [input, coefficient] of Object.entries(line.amount)) {
    const value = inputOf(inputs, input);
    sum += value.amountMinor * coefficient;
    currency = value.currency;
  }
  invariant(currency !== undefined && sum >= 0n, 'An entry is never below zero.');
  return {
    account: accountId(line.family, parties, line.of),
    side: line.side,
    amount: { amountMinor: sum, currency },
  };
}

function requireBalance(entries: readonly Entry[]): void {
  const net = new Map<string, bigint>();
  for (const { side, amount } of entries) {
    const signed = side === 'debit' ? amount.amountMinor : -amount.amountMinor;
    net.set(amount.currency, (net.get(amount.currency) ?? 0n) + signed);
  }
  invariant(entries.length >= 2, 'A transfer moves something.');
  invariant(
    [...net.values()].every((sum) => sum === 0n),
    'A transfer balances in every currency.',
  );
}

function inputOf(inputs: Inputs, name: string): Money {
  const value = inputs[name];
  invariant(value !== undefined, `The input ${name} is given.`);
  return value;
}
