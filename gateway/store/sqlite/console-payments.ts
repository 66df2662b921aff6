/** Payments found by a person, and one payment whole. What no index finds is looked for among the rows of the days asked for,
 *  which lie together in the table, and never among more than so many. */
import type Database from 'better-sqlite3';
import type { PaymentRow, PaymentsView } from '../../console/contract/views.ts';
import type { PaymentFilter, Scope } from '../../console/ports.ts';
import { moneyToJson } from '../../kernel/money.ts';
import { moneyOf, moneyOrNull, numberOf, prepareNamed, type Row, textOf, textOrNull } from './columns.ts';
import { firstSince, lastRow } from './console-outcomes.ts';
import type { ConsoleScope } from './console-scope.ts';

const MOSCOW_MS = 180 * 60_000;
const DAY_MS = 86_400_000;
/** Rows looked at of one table: a second at most. */
const ROWS_MOST = 300_000;
const SLACK = 1_000;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export const WALLET_COLUMNS = `p.attempt_id, p.sale_id, p.tid, p.mid, p.state, p.wallet, p.amount_minor, p.amount_currency,
  p.payer_minor, p.payer_currency, p.refunded_price_minor, p.refunded_price_currency, p.receipt_number, p.created_at,
  (SELECT name FROM merchant m WHERE m.mid = p.mid) AS merchant`;
export const CARD_COLUMNS = `c.card_id, c.sale_id, c.tid, c.mid, c.state, c.kind, c.card_scheme, c.card_masked, c.amount_minor,
  c.amount_currency, c.billing_minor, c.billing_currency, c.refunds_booked_minor, c.bank_rrn, c.created_at,
  (SELECT name FROM merchant m WHERE m.mid = c.mid) AS merchant`;

export function consolePayments(db: Database.Database, scopes: ConsoleScope) {
  const named = (sql: string) => prepareNamed(db, sql);
  const bounds = { wallet: placeOf(db, 'payment'), card: placeOf(db, 'card_transaction') };
  const rest = (of: string) => `(@tid IS NULL OR ${of}.tid = @tid) AND (@mid IS NULL OR ${of}.mid = @mid)
    AND (@amount IS NULL OR ${of}.amount_minor = @amount) AND (@state IS NULL OR ${of}.state = @state)
    AND ${of}.created_at >= @from AND ${of}.created_at < @to
    AND (@mids IS NULL OR ${of}.mid IN (SELECT value FROM json_each(@mids)))`;
  const wallets = named(`SELECT ${WALLET_COLUMNS} FROM payment p
    WHERE p.rowid BETWEEN @low AND @high AND ${rest('p')}
      AND (@words IS NULL OR p.receipt_number = @words OR p.provider_ref = @words)
    ORDER BY p.rowid DESC LIMIT @most + 0`);
  const cards = named(`SELECT ${CARD_COLUMNS} FROM card_transaction c
    WHERE c.rowid BETWEEN @low AND @high AND c.kind <> 'balance' AND ${rest('c')}
      AND (@words IS NULL OR c.stan = @words OR c.auth_code = @words)
    ORDER BY c.rowid DESC LIMIT @most + 0`);
  const walletById =
    named(`SELECT ${WALLET_COLUMNS} FROM payment p WHERE p.attempt_id = @id OR p.sale_id = @id
    OR p.attempt_id = (SELECT attempt_id FROM refund WHERE refund_id = @id) LIMIT 50`);
  const cardById = named(
    `SELECT ${CARD_COLUMNS} FROM card_transaction c WHERE c.card_id = @id OR c.sale_id = @id LIMIT 50`,
  );
  const cardByRrn = named(`SELECT ${CARD_COLUMNS} FROM card_transaction c WHERE c.bank_rrn = @id LIMIT 50`);

  const byId = (id: string): readonly PaymentRow[] => [
    ...walletById.all({ id }).map(walletRow),
    ...cardById.all({ id }).map(cardRow),
  ];
  return (filter: PaymentFilter, scope: Scope): Pick<PaymentsView, 'rows' | 'more'> => {
    const sees = scopes.sees(scope);
    const visible = (rows: readonly PaymentRow[]) => rows.filter(({ mid, id }) => sees(mid, id));
    const words = filter.words?.trim() || null;
    if (words !== null && ULID.test(words)) return { rows: visible(byId(words)), more: false };
    if (words !== null && /^[0-9]{12}$/.test(words)) {
      const rows = cardByRrn.all({ id: words }).map(cardRow);
      if (rows.length > 0) return { rows: visible(rows), more: false };
    }
    const from = Date.parse(filter.from) - MOSCOW_MS;
    const to = Date.parse(filter.to) + DAY_MS - MOSCOW_MS;
    const mids = scopes.everServed(scope);
    const shared = {
      ...{
        from,
        to,
        words,
        tid: filter.tid,
        mid: filter.mid,
        amount: filter.amountMinor,
        state: filter.state,
      },
      mids: mids === null ? null : JSON.stringify(mids),
      most: filter.most + 1,
    };
    const walletPlaces = bounds.wallet(from, to);
    const cardPlaces = bounds.card(from, to);
    const found = [
      ...wallets.all({ ...shared, low: walletPlaces.low, high: walletPlaces.high }).map(walletRow),
      ...cards.all({ ...shared, low: cardPlaces.low, high: cardPlaces.high }).map(cardRow),
    ].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return {
      rows: visible(found).slice(0, filter.most),
      more: found.length > filter.most || walletPlaces.cut || cardPlaces.cut,
    };
  };
}

function placeOf(db: Database.Database, table: string) {
  const first = firstSince(db, table);
  const last = lastRow(db, table);
  return (from: number, to: number) => {
    const low = Math.max(0, first(from) - SLACK);
    const high = Math.min(last(), first(to) + SLACK);
    return { low: Math.max(low, high - ROWS_MOST), high, cut: high - low > ROWS_MOST };
  };
}

export function walletRow(row: Row): PaymentRow {
  const refunded = moneyOf(row, 'refunded_price');
  const charged = moneyOrNull(row, 'payer');
  return {
    kind: 'wallet',
    id: textOf(row, 'attempt_id'),
    ...placeAndTime(row),
    receipt: textOf(row, 'receipt_number'),
    rrn: null,
    tender: textOf(row, 'wallet'),
    amount: moneyToJson(moneyOf(row, 'amount')),
    charged: charged === null ? null : moneyToJson(charged),
    refunded: refunded.amountMinor === 0n ? null : moneyToJson(refunded),
    state: textOf(row, 'state'),
  };
}

export function cardRow(row: Row): PaymentRow {
  const amount = moneyOf(row, 'amount');
  const charged = moneyOrNull(row, 'billing');
  const refunded = row.refunds_booked_minor;
  const kind = textOf(row, 'kind');
  const scheme = textOrNull(row, 'card_scheme') ?? 'card';
  return {
    kind: 'card',
    id: textOf(row, 'card_id'),
    ...placeAndTime(row),
    receipt: null,
    rrn: textOrNull(row, 'bank_rrn'),
    tender: kind === 'sale' ? scheme : `${scheme} ${kind}`,
    amount: moneyToJson(amount),
    charged: charged === null ? null : moneyToJson(charged),
    refunded:
      typeof refunded === 'bigint' && refunded > 0n
        ? moneyToJson({ ...amount, amountMinor: refunded })
        : null,
    state: textOf(row, 'state'),
  };
}

function placeAndTime(row: Row) {
  return {
    at: numberOf(row, 'created_at'),
    tid: textOf(row, 'tid'),
    mid: textOf(row, 'mid'),
    merchant: textOrNull(row, 'merchant') ?? textOf(row, 'mid'),
  };
}
