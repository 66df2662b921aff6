/** One payment whole: what happened when, its refunds, and every posting with its place in the ledger. */
import type Database from 'better-sqlite3';
import type { PaymentView, PostingView } from '../../console/contract/views.ts';
import type { Scope } from '../../console/ports.ts';
import { moneyToJson } from '../../kernel/money.ts';
import type { ExactRateJson } from '../../kernel/rate.ts';
import {
  bigintOf,
  moneyOf,
  moneyOrNull,
  numberOf,
  numberOrNull,
  prepare,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';
import { cardRow, walletRow } from './console-payments.ts';
import type { ConsoleScope } from './console-scope.ts';
import { minorJson } from './console-settlement.ts';

type Parts = Pick<PaymentView, 'steps' | 'refunds'>;

export function consolePayment(db: Database.Database, scopes: ConsoleScope) {
  const merchant = '(SELECT name FROM merchant m WHERE m.mid = p.mid) AS merchant';
  const wallet = prepare(db, `SELECT p.*, ${merchant} FROM payment p WHERE attempt_id = ?`);
  const card = prepare(db, `SELECT p.*, ${merchant} FROM card_transaction p WHERE card_id = ?`);
  const refunds = prepare(db, 'SELECT * FROM refund WHERE attempt_id = ? ORDER BY created_at LIMIT 100');
  const following = prepare(
    db,
    'SELECT * FROM card_transaction WHERE original_id = ? ORDER BY created_at LIMIT 100',
  );
  const advices = prepare(db, 'SELECT * FROM card_advice WHERE card_id = ? ORDER BY position');
  const postings = postingsOf(db);

  function walletView(row: Row): PaymentView {
    const id = textOf(row, 'attempt_id');
    const own = refunds.all(id);
    return {
      ...walletRow(row),
      saleId: textOf(row, 'sale_id'),
      providerRef: textOrNull(row, 'provider_ref'),
      order: moneyToJson(moneyOf(row, 'order')),
      rate: row.rate === null ? null : (JSON.parse(textOf(row, 'rate')) as ExactRateJson),
      operator: textOf(row, 'operator'),
      code: textOrNull(row, 'decline_code'),
      card: null,
      bank: null,
      businessDate: textOf(row, 'business_date'),
      steps: JSON.parse(textOf(row, 'steps')) as PaymentView['steps'],
      refunds: own.map((refund) => refundView(refund, textOf(refund, 'refund_id'), textOf(refund, 'reason'))),
      postings: postings([id, ...own.map((refund) => textOf(refund, 'refund_id'))]),
    };
  }

  function cardView(row: Row): PaymentView {
    const id = textOf(row, 'card_id');
    const own = following.all(id);
    const masked = textOrNull(row, 'card_masked');
    const billing = moneyOrNull(row, 'billing');
    return {
      ...cardRow(row),
      saleId: textOrNull(row, 'sale_id'),
      providerRef: textOrNull(row, 'auth_code'),
      order: billing === null ? null : moneyToJson(billing),
      rate: null,
      operator: null,
      code: textOrNull(row, 'response_code'),
      card: masked === null ? null : { masked, scheme: textOf(row, 'card_scheme') },
      bank: textOrNull(row, 'bank'),
      businessDate: textOf(row, 'business_date'),
      ...cardParts(row, own, advices.all(id)),
      postings: postings([id, ...own.map((one) => textOf(one, 'card_id'))]),
    };
  }

  return (id: string, scope: Scope): PaymentView | null => {
    const walletRowFound = wallet.get(id);
    const cardRowFound = walletRowFound === undefined ? card.get(id) : undefined;
    const view =
      walletRowFound !== undefined
        ? walletView(walletRowFound)
        : cardRowFound !== undefined
          ? cardView(cardRowFound)
          : null;
    if (view === null || scope === null) return view;
    if (!scopes.sees(scope)(view.mid, id)) return null;
    return { ...view, postings: view.postings.map((posting) => merchantsPart(posting, view.mid)) };
  };
}

/** A partner bank sees what its merchant was credited and charged, not what the acquirer earned on whom. */
function merchantsPart(posting: PostingView, mid: string): PostingView {
  const own = [`merchant_payable:${mid}`, `merchant_reserve:${mid}`];
  return { ...posting, entries: posting.entries.filter(({ account }) => own.includes(account)) };
}

function refundView(row: Row, id: string, reason: string): PaymentView['refunds'][number] {
  return {
    id,
    at: numberOf(row, 'created_at'),
    amount: moneyToJson(moneyOf(row, 'amount')),
    state: textOf(row, 'state'),
    reason,
  };
}

function cardParts(row: Row, following: readonly Row[], advices: readonly Row[]): Parts {
  const told = advices.flatMap((advice) => {
    const kind = textOf(advice, 'kind');
    const done = numberOrNull(advice, 'done_at');
    return done === null ? [] : [{ step: `${kind}_acknowledged`, at: done }];
  });
  const steps = [
    { step: 'sent', at: numberOf(row, 'created_at') },
    ...(textOf(row, 'state') === 'sent'
      ? []
      : [{ step: textOf(row, 'state'), at: numberOf(row, 'updated_at') }]),
    ...following
      .filter((one) => textOf(one, 'kind') !== 'refund')
      .map((one) => ({
        step: `${textOf(one, 'kind')}_${textOf(one, 'state')}`,
        at: numberOf(one, 'created_at'),
      })),
    ...told,
  ].sort((a, b) => a.at - b.at);
  return {
    steps,
    refunds: following
      .filter((one) => textOf(one, 'kind') === 'refund')
      .map((one) => refundView(one, textOf(one, 'card_id'), '')),
  };
}

function postingsOf(db: Database.Database): (references: readonly string[]) => readonly PostingView[] {
  const transfers = prepare(
    db,
    `SELECT t.*, l.position FROM transfer t LEFT JOIN ledger_position l ON l.transfer_seq = t.seq
     WHERE t.reference IN (SELECT value FROM json_each(?)) ORDER BY t.seq LIMIT 200`,
  );
  const entries = prepare(db, 'SELECT * FROM entry WHERE transfer_id = ? ORDER BY line');
  return (references) =>
    transfers.all(JSON.stringify(references)).map((row) => ({
      transferId: textOf(row, 'transfer_id'),
      template: textOf(row, 'template'),
      position: numberOrNull(row, 'position'),
      postedAt: numberOf(row, 'posted_at'),
      businessDate: textOf(row, 'business_date'),
      entries: entries.all(textOf(row, 'transfer_id')).map((entry) => ({
        account: textOf(entry, 'account'),
        side: textOf(entry, 'side') as 'debit' | 'credit',
        amount: minorJson(bigintOf(entry, 'amount_minor'), textOf(entry, 'currency')),
      })),
    }));
}
