/** Payments, rates, matters of cards, merchants, terminals, and the journal. */
import { parseCurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import { parseTid } from '../kernel/identifiers.ts';
import { moneyToJson, parseDecimalMoney } from '../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import type { CardMatter, ResolutionOutcome } from '../payments/card/matters.ts';
import type { BatchTotals } from '../payments/card/records.ts';
import { outcomesFor } from '../payments/card/resolution.ts';
import {
  decideResolution,
  MATTER_WAITS_MS,
  proposeResolution,
  type Resolving,
} from '../run/card/resolving.ts';
import {
  decideRate,
  proposeRate,
  proposeWithdrawal,
  type RateDecision,
  roublesFor,
} from '../run/manual-rates.ts';
import type { BatchSideView, MatterView, PaymentsView } from './contract/views.ts';
import {
  type ConsoleDesk,
  type ConsoleRequest,
  hoursIn,
  journal,
  notFound,
  optionalIn,
  type Route,
  textIn,
} from './desk.ts';

const PAYMENTS_MOST = 200;
const JOURNAL_MOST = 200;
const DATE = /^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/;
const DAYS_MOST = 92;
const DAY_MS = 86_400_000;

export const TRADE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/payments', act: 'read_own', run: payments },
  {
    method: 'GET',
    path: '/api/payments/:id',
    act: 'read_own',
    run: async ({ reads }, { params, scope }) => {
      const view = reads.payment(params.id ?? '', scope);
      if (view === null) throw notFound('payment');
      return view;
    },
  },
  { method: 'GET', path: '/api/rates', act: 'read', run: async ({ reads }) => reads.rates() },
  { method: 'POST', path: '/api/rates/propose', act: 'rate.propose', run: proposeManual },
  { method: 'POST', path: '/api/rates/decide', act: 'rate.decide', run: decideManual },
  { method: 'POST', path: '/api/rates/withdraw', act: 'rate.propose', run: withdrawManual },
  { method: 'GET', path: '/api/matters', act: 'read', run: async (desk) => ({ rows: await matters(desk) }) },
  { method: 'POST', path: '/api/matters/propose', act: 'matter.propose', run: proposeMatter },
  { method: 'POST', path: '/api/matters/decide', act: 'matter.decide', run: decideMatter },
  {
    method: 'GET',
    path: '/api/merchants',
    act: 'read',
    run: async ({ reads }) => ({ rows: reads.merchants() }),
  },
  {
    method: 'GET',
    path: '/api/terminals',
    act: 'read',
    run: async ({ reads }) => ({ rows: reads.terminals() }),
  },
  {
    method: 'POST',
    path: '/api/terminals/:tid/activation',
    act: 'terminal.issue',
    run: async (desk, { params, user }) => {
      const tid = parseTid(params.tid ?? '');
      // Written down first: no code is ever out that the journal does not know of.
      await journal(desk, user.name, 'terminal.issue', tid);
      return desk.terminals.issue(tid);
    },
  },
  {
    method: 'POST',
    path: '/api/terminals/:tid/revoke',
    act: 'terminal.revoke',
    run: async (desk, { params, user }) => {
      const tid = parseTid(params.tid ?? '');
      await journal(desk, user.name, 'terminal.revoke', tid);
      await desk.terminals.revoke(tid);
      return { rows: desk.reads.terminals() };
    },
  },
  {
    method: 'GET',
    path: '/api/journal',
    act: 'journal',
    run: async ({ reads }, { query }) => {
      const before = optionalIn(query, 'before', /^[0-9]{1,15}$/);
      return { rows: reads.journal(before === null ? null : Number(before), JOURNAL_MOST) };
    },
  },
];

async function payments(
  { reads, runtime }: ConsoleDesk,
  { query, scope }: ConsoleRequest,
): Promise<PaymentsView> {
  const today = localTime(runtime.clock.now(), MOSCOW_OFFSET_MINUTES).date;
  const from = optionalIn(query, 'from', DATE) ?? today;
  const to = optionalIn(query, 'to', DATE) ?? today;
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (!(days >= 0 && days <= DAYS_MOST))
    throw new AmurError('CONSOLE_REQUEST_INVALID', { field: 'from', most: DAYS_MOST });
  const amount = optionalIn(query, 'amount', /^[0-9]{1,12}([.,][0-9]{1,2})?$/);
  const found = reads.payments(
    {
      words: optionalIn(query, 'words', /^[\p{L}\p{N} ._#/-]{1,64}$/u),
      tid: optionalIn(query, 'tid', /^[0-9]{8}$/),
      mid: optionalIn(query, 'mid', /^[0-9]{15}$/),
      ...{ from, to },
      amountMinor:
        amount === null
          ? null
          : parseDecimalMoney(amount.replace(',', '.'), parseCurrencyCode('RUB')).amountMinor,
      state: optionalIn(query, 'state', /^[a-z_]{1,30}$/),
      most: PAYMENTS_MOST,
    },
    scope,
  );
  return { ...found, from, to };
}

/** Roubles for one unit of a currency, as a decimal. */
async function proposeManual(desk: ConsoleDesk, { body, user }: ConsoleRequest): Promise<unknown> {
  const rate = roublesFor(textIn(body, 'base', 3), textIn(body, 'rate', 20));
  const now = desk.runtime.clock.now();
  // By the server's clock: a browser's may be anything.
  const until = now + hoursIn(body, 'hours') * 3_600_000;
  const proposal = { rate, from: now, until, reason: textIn(body, 'reason', 500), by: user.name };
  proposeRate(desk.rates, proposal, desk.runtime);
  return desk.reads.rates();
}

const DECISIONS: readonly RateDecision[] = ['approve', 'refuse', 'approve_withdrawal', 'refuse_withdrawal'];

async function decideManual(desk: ConsoleDesk, { body, user }: ConsoleRequest): Promise<unknown> {
  const manualId = textIn(body, 'manualId', 26);
  const said = textIn(body, 'decision', 20);
  const decision = DECISIONS.find((one) => one === said);
  if (decision === undefined) throw new AmurError('CONSOLE_REQUEST_INVALID', { field: 'decision' });
  decideRate(desk.rates, { manualId, by: user.name, decision }, desk.runtime);
  return desk.reads.rates();
}

async function withdrawManual(desk: ConsoleDesk, { body, user }: ConsoleRequest): Promise<unknown> {
  const proposal = { manualId: textIn(body, 'manualId', 26), reason: textIn(body, 'reason', 500) };
  proposeWithdrawal(desk.rates, { ...proposal, by: user.name }, desk.runtime);
  return desk.reads.rates();
}

async function matters({ cards }: ConsoleDesk): Promise<readonly MatterView[]> {
  if (cards === null) return [];
  return (await cards.store.cards.matters.open(MATTER_WAITS_MS)).map(matterView);
}

function matterView(matter: CardMatter): MatterView {
  const { kind, bank, subject, since, tries, responseCode, card, batch, proposed } = matter;
  return {
    ...{ kind, bank, subject, since, tries, responseCode },
    atRisk: moneyToJson(matter.atRisk),
    card: card === null ? null : { tid: card.tid, mid: card.mid, rrn: card.rrn, masked: card.masked },
    batch:
      batch === null
        ? null
        : {
            tid: batch.tid,
            number: batch.batch,
            till: sideView(batch.claimed),
            gateway: sideView(batch.counted),
          },
    possible: outcomesFor(matter),
    proposed:
      proposed === null
        ? null
        : {
            resolutionId: proposed.resolutionId,
            outcome: proposed.outcome,
            agreement: proposed.agreement,
            proposedBy: proposed.proposedBy,
            proposedAt: proposed.proposedAt,
          },
  };
}

function sideView({ currency, sales, salesMinor, refunds, refundsMinor }: BatchTotals): BatchSideView {
  const sum = (amountMinor: bigint) => moneyToJson({ amountMinor, currency: parseCurrencyCode(currency) });
  return { sales, salesSum: sum(salesMinor), refunds, refundsSum: sum(refundsMinor) };
}

async function proposeMatter(desk: ConsoleDesk, { body, user }: ConsoleRequest): Promise<unknown> {
  if (desk.cards === null) throw new AmurError('CARDS_NOT_OFFERED', {});
  const subject = textIn(body, 'subject', 60);
  const outcome = textIn(body, 'outcome', 20);
  const proposal = {
    ...{ subject, outcome: outcome as ResolutionOutcome, by: user.name },
    agreement: textIn(body, 'agreement', 300),
  };
  settledOr(await proposeResolution(desk.cards, proposal));
  await journal(desk, user.name, 'matter.propose', subject, { outcome });
  return { rows: await matters(desk) };
}

async function decideMatter(desk: ConsoleDesk, { body, user }: ConsoleRequest): Promise<unknown> {
  if (desk.cards === null) throw new AmurError('CARDS_NOT_OFFERED', {});
  const decision = textIn(body, 'decision', 10);
  if (decision !== 'approved' && decision !== 'rejected') {
    throw new AmurError('CONSOLE_REQUEST_INVALID', { field: 'decision' });
  }
  const resolutionId = textIn(body, 'resolutionId', 26);
  const { subject } = settledOr(await decideResolution(desk.cards, resolutionId, decision, user.name));
  await journal(desk, user.name, `matter.${decision}`, subject, { resolutionId });
  return { rows: await matters(desk) };
}

function settledOr<T>(done: Resolving<T>): T {
  if (done.ok) return done.value;
  throw new AmurError('CONSOLE_MATTER_REFUSED', { refusal: done.refusal });
}
