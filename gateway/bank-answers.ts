/** What the commands of `npm run bank` are asked and how they answer. */
import type { BankContext } from './bank-context.ts';
import type { AmurError } from './kernel/errors.ts';
import { formatDecimal, type Money } from './kernel/money.ts';
import type { Obstacle } from './run/day/context.ts';

export interface BankArguments {
  /** The cycle or exception a command is for; null for all that are in the state it begins from. */
  readonly subject: string | null;
  /** Who does it; needed where it is somebody's decision. */
  readonly by: string | null;
  readonly at: number | null;
  readonly family: string | null;
  readonly partner: string | null;
  readonly state: string | null;
  readonly reason?: string | null;
  /** Roubles for one unit, as a decimal. */
  readonly rate?: string | null;
  readonly hours?: number | null;
}

export interface BankAnswer {
  /** With amounts as decimal texts, for JSON. */
  readonly facts: unknown;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export type Command = (context: BankContext, args: BankArguments) => Promise<BankAnswer>;

export class CommandError extends Error {}

export function amountFacts(amount: Money): { readonly amount: string; readonly currency: string } {
  return { amount: formatDecimal(amount), currency: amount.currency };
}

export function person({ by }: BankArguments): string {
  if (by === null || !/^[A-Za-z0-9_.-]{1,40}$/.test(by)) {
    throw new CommandError('It is somebody’s decision: name who decides with --by.');
  }
  return by;
}

const OBSTACLES: Readonly<Record<Obstacle['code'], (subject: string) => string>> = {
  file_not_delivered: (name) => `The file ${name} has not been delivered.`,
  exception_open: (name) => `The exception ${name} is open.`,
  payment_again_awaited: (name) => `The payment came back and is awaited again as ${name}.`,
  file_awaited: (name) => `A file of ${name} is missing.`,
};

export function obstacleText({ code, subject }: Obstacle): string {
  return OBSTACLES[code](subject);
}

export function refusalText(error: AmurError): string {
  const facts = Object.entries(error.facts).map(([name, value]) => ` ${name} ${value}`);
  return `${error.code}: ${error.message}${facts.join(',')}`;
}
