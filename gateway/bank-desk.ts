/** What the operator's pages show and do and the bank's jobs do not, as commands: each asks the pages' own route, so that both
 *  come to the same, and both leave the same rows in the journal. */
import { writeFileSync } from 'node:fs';
import { type BankAnswer, CommandError } from './bank-answers.ts';
import type {
  AccountCheck,
  ActivationView,
  MatterView,
  MerchantView,
  PaymentsView,
  PaymentView,
  TerminalView,
} from './console/contract/views.ts';
import type { ConsoleDesk, Download } from './console/desk.ts';
import type { ConsoleUser } from './console/ports.ts';
import { ROUTES } from './console/routes.ts';
import { parseCurrencyCode } from './kernel/currency.ts';
import { formatDecimal, type MoneyJson, money, moneyFromJson } from './kernel/money.ts';
import { instantText } from './kernel/time.ts';

export interface DeskArguments {
  /** What follows the command's name. */
  readonly words: readonly string[];
  readonly by: string | null;
  readonly values: Readonly<Record<string, string | undefined>>;
}

type DeskCommand = (desk: ConsoleDesk, args: DeskArguments) => Promise<BankAnswer>;

export const DESK_COMMANDS: Readonly<Record<string, DeskCommand>> = {
  accounts: async (desk) => {
    const checks: readonly AccountCheck[] = desk.reads.accountChecks();
    const rows = checks.map(({ book, party, currency, balance, expected, inDoubt, agrees }) => {
      const of = (minor: string) => formatDecimal(money(BigInt(minor), parseCurrencyCode(currency)));
      return [`${party} ${book}`, currency, of(balance), of(expected), of(inDoubt), `${agrees}`];
    });
    return {
      facts: checks,
      columns: ['account', 'currency', 'balance', 'expected', 'in doubt', 'agrees'],
      rows,
    };
  },
  payments: async (desk, { words, values }) => {
    const { from, to, tid, mid, amount, state } = values;
    const query = given({ words: words.join(' ') || undefined, from, to, tid, mid, amount, state });
    const found = (await ask(desk, 'GET', '/api/payments', { query })) as PaymentsView;
    return {
      facts: found,
      columns: ['payment', 'at', 'terminal', 'receipt', 'tender', 'amount', 'charged', 'state'],
      rows: found.rows.map(
        ({ id, at, tid: of, receipt, rrn, tender, amount: price, charged, state: now }) => [
          ...[id, instantText(at), of, receipt ?? rrn ?? '', tender, sumText(price), sumText(charged), now],
        ],
      ),
    };
  },
  payment: async (desk, { words: [id] }) => {
    const params = { id: needed(id, 'payment needs its number.') };
    const view = (await ask(desk, 'GET', '/api/payments/:id', { params })) as PaymentView;
    return {
      facts: view,
      columns: ['at', 'what', 'account', 'debit', 'credit'],
      rows: [
        ...view.steps.map(({ step, at }) => [instantText(at), step, '', '', '']),
        ...view.postings.flatMap(({ template, postedAt, entries }) =>
          entries.map(({ account, side, amount }) => {
            const sums = side === 'debit' ? [sumText(amount), ''] : ['', sumText(amount)];
            return [instantText(postedAt), template, account, ...sums];
          }),
        ),
      ],
    };
  },
  file: async (desk, { words: [id], by, values }) => {
    const path = needed(values.out, 'file needs --out PATH.');
    const params = { file: needed(id, 'file needs its hash: see files.') };
    const { download, bytes } = (await ask(desk, 'GET', '/api/files/:file', { params, by })) as Download;
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
    const facts = { name: download, path, bytes: bytes.length };
    return { facts, columns: ['file', 'written to', 'bytes'], rows: [[download, path, `${bytes.length}`]] };
  },
  merchants: async (desk) => {
    const { rows } = (await ask(desk, 'GET', '/api/merchants', {})) as { rows: readonly MerchantView[] };
    return {
      facts: rows,
      columns: ['merchant', 'name', 'bank', 'terminals', 'owed'],
      rows: rows.map(({ mid, name, partner, terminals, owed }) => [
        ...[mid, name, partner ?? '', `${terminals}`, owed.map(sumText).join(', ')],
      ]),
    };
  },
  terminals: async (desk) => terminalTable(desk.reads.terminals()),
  terminal: async (desk, { words: [action, tid], by }) => {
    const params = { tid: needed(tid, 'terminal issue|revoke TID --by NAME.') };
    const who = { params, by: needed(by, 'Name who does it with --by.') };
    if (action === 'revoke') {
      await ask(desk, 'POST', '/api/terminals/:tid/revoke', who);
      return terminalTable(desk.reads.terminals().filter((one) => one.tid === params.tid));
    }
    if (action !== 'issue') throw new CommandError('terminal issue|revoke TID --by NAME.');
    const issued = (await ask(desk, 'POST', '/api/terminals/:tid/activation', who)) as ActivationView;
    const facts = { ...issued, expiresAt: instantText(issued.expiresAt) };
    return {
      facts,
      columns: ['terminal', 'code, shown once', 'until'],
      rows: [[facts.tid, facts.code, facts.expiresAt]],
    };
  },
  matters: async (desk) => matterTable(await ask(desk, 'GET', '/api/matters', {})),
  matter: async (desk, { words: [action, subject], by: name, values }) => {
    const by = needed(name, 'It is somebody’s decision: name who decides with --by.');
    const of = needed(subject, 'matter propose SUBJECT, or matter approve|reject RESOLUTION.');
    const body = bodyOf(action, of, values);
    const path = action === 'propose' ? '/api/matters/propose' : '/api/matters/decide';
    return matterTable(await ask(desk, 'POST', path, { body, by }));
  },
};

function bodyOf(
  action: string | undefined,
  of: string,
  { outcome, agreement }: DeskArguments['values'],
): Readonly<Record<string, string | undefined>> {
  switch (action) {
    case 'propose':
      return { subject: of, outcome, agreement };
    case 'approve':
      return { resolutionId: of, decision: 'approved' };
    case 'reject':
      return { resolutionId: of, decision: 'rejected' };
    default:
      throw new CommandError('matter propose|approve|reject.');
  }
}

interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly by?: string | null;
}

/** Who may start a command on this machine may do all of it; two persons are asked for by the services. */
function ask(
  desk: ConsoleDesk,
  method: 'GET' | 'POST',
  path: string,
  { params = {}, query = {}, body = {}, by = null }: Asked,
): Promise<unknown> {
  const route = ROUTES.find((one) => one.method === method && one.path === path);
  if (route === undefined) throw new TypeError(`The pages have no ${method} ${path}.`);
  const user: ConsoleUser = {
    name: by ?? 'command-line',
    role: 'approver',
    partner: null,
    password: '',
    ...{ version: 0, madeAt: 0, disabledAt: null },
  };
  return route.run(desk, { user, scope: null, params, query, body });
}

function terminalTable(rows: readonly TerminalView[]): BankAnswer {
  return {
    facts: rows,
    columns: ['terminal', 'merchant', 'state', 'code until', 'last payment'],
    rows: rows.map(({ tid, mid, state, codeUntil, lastPaymentAt }) => [
      ...[tid, mid, state, atText(codeUntil), atText(lastPaymentAt)],
    ]),
  };
}

function matterTable(answer: unknown): BankAnswer {
  const { rows } = answer as { readonly rows: readonly MatterView[] };
  return {
    facts: rows,
    columns: ['matter', 'bank', 'subject', 'since', 'at risk', 'possible', 'proposed', 'by'],
    rows: rows.map(({ kind, bank, subject, since, atRisk, possible, proposed }) => [
      ...[kind, bank ?? '', subject, instantText(since), sumText(atRisk), possible.join(' ')],
      ...(proposed === null
        ? ['', '']
        : [`${proposed.resolutionId} ${proposed.outcome}`, proposed.proposedBy]),
    ]),
  };
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function needed(value: string | null | undefined, sentence: string): string {
  if (value === null || value === undefined || value === '') throw new CommandError(sentence);
  return value;
}

function sumText(value: MoneyJson | null): string {
  return value === null ? '' : `${formatDecimal(moneyFromJson(value))} ${value.currency}`;
}

function atText(at: number | null): string {
  return at === null ? '' : instantText(at);
}
