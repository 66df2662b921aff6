/** Card books when the storms are over: till, gateway and banks agree to the minor unit, attempt by attempt and in their ledgers;
 *  nothing is open, nothing was done twice. */
import type Database from 'better-sqlite3';
import { REVERSAL_FAULTS } from '../../crash/card-reversals.ts';
import { require } from '../violation.ts';
import type { SimWorld } from '../world.ts';
import { checkBankDays } from './bank-day-checks.ts';
import { checkPrices } from './price-checks.ts';

interface TillCard {
  readonly attempt_id: string;
  readonly sale_id: string | null;
  readonly operation: string;
  readonly charged_minor: bigint;
  readonly auth_code: string | null;
  readonly approved: bigint | null;
  readonly tendered: bigint;
  readonly followed: bigint;
  readonly in_doubt: bigint;
}
interface GatewayCard {
  readonly card_id: string;
  readonly attempt_id: string | null;
  readonly kind: string;
  readonly state: string;
  readonly amount_minor: bigint;
  readonly refunded_minor: bigint;
  readonly auth_code: string | null;
  readonly named: string | null;
}
interface BankCard {
  readonly kind: string;
  readonly state: string;
  readonly approved_minor: bigint;
  readonly auth_code: string | null;
  readonly named: string;
}
/** What the card pays (below zero: gets back), what is held of it, and the code that says so. */
interface Standing {
  readonly net: bigint;
  readonly held: bigint;
  readonly authCode: string | null;
}

const TILL = `SELECT a.attempt_id, a.sale_id, a.operation, a.charged_minor, a.auth_code, a.outcome = 'approved' AS approved,
  EXISTS (SELECT 1 FROM tenders t WHERE t.card_attempt_id = a.attempt_id) AS tendered,
  EXISTS (SELECT 1 FROM card_attempts f WHERE f.original_id = a.attempt_id AND (f.outcome = 'approved'
      AND f.operation IN ('void', 'completion', 'cancellation')
    OR f.operation = 'completion' AND f.response_code = '21')) AS followed,
  EXISTS (SELECT 1 FROM card_attempts f WHERE f.original_id = a.attempt_id AND f.operation = 'completion'
    AND f.outcome = 'cancelled') AS in_doubt FROM card_attempts a`;
const GATEWAY = `SELECT card_id, attempt_id, kind, state, amount_minor, refunded_minor, auth_code,
  bank || ' ' || tid || ' ' || substr(bank_mti, 2, 1) || ' ' || bank_stan || ' ' || bank_transmitted_at AS named
  FROM card_transaction`;
const BANK = `SELECT kind, state, approved_minor, auth_code,
  tid || ' ' || substr(mti, 2, 1) || ' ' || stan || ' ' || sent AS named FROM transactions WHERE kind <> 'reversal'`;

const CHARGES: ReadonlySet<string> = new Set(['sale', 'completion']);
const NOTHING: Standing = { net: 0n, held: 0n, authCode: null };

export function checkCards(world: SimWorld): void {
  nothingOpen(world);
  const gateway = rowsOf<GatewayCard>(world.gateway.db, GATEWAY);
  const bank = bankRows(world);
  messageByMessage(gateway, bank);
  attemptByAttempt(world, gateway);
  checkPrices(world);
  paidOnce(world.gateway.db);
  receivables(world);
  checkBankDays(world);
}

function nothingOpen(world: SimWorld): void {
  const nothing = (db: Database.Database, sql: string, rule: string): void => {
    const found: unknown = db.prepare(sql).pluck().get();
    require(found === undefined, rule, { found: String(found) });
  };
  const { db } = world.gateway;
  nothing(
    db,
    "SELECT card_id FROM card_transaction WHERE state IN ('sent', 'reversing') LIMIT 1",
    'a card transaction stays open',
  );
  nothing(
    db,
    'SELECT advice_id FROM card_advice WHERE done_at IS NULL LIMIT 1',
    'an advice was never acknowledged',
  );
  // A till asks by a quote again only where a PIN was wrong, and then it is to be served.
  nothing(
    db,
    "SELECT tid || ' ' || stan FROM card_refusal WHERE reason = 'quote_used' LIMIT 1",
    'a rate that was agreed to was not kept',
  );
  for (const till of world.tills) {
    nothing(
      till.db,
      "SELECT attempt_id || ' ' || phase FROM card_attempts WHERE phase <> 'final' LIMIT 1",
      'a card attempt stays open at the till',
    );
    nothing(
      till.db,
      "SELECT attempt_id FROM card_advices WHERE state IN ('armed', 'due') LIMIT 1",
      'a reversal stays owed at the till',
    );
    nothing(
      till.db,
      "SELECT batch FROM card_batches WHERE state IN ('closing', 'uploading') LIMIT 1",
      'a batch stays half closed',
    );
    nothing(
      till.db,
      'SELECT batch FROM card_batches WHERE agreed = 0 LIMIT 1',
      'till and gateway differ over a batch',
    );
  }
}

/** By how each bank names them. */
function bankRows(world: SimWorld): ReadonlyMap<string, BankCard> {
  const all = new Map<string, BankCard>();
  for (const { db, plan } of world.banks) {
    for (const row of rowsOf<BankCard>(db, BANK)) all.set(`${plan.bank} ${row.named}`, row);
    const [fault] = rowsOf<{ fault: string }>(db, REVERSAL_FAULTS);
    require(fault === undefined, "a bank's own entries are wrong", {
      bank: plan.bank,
      fault: fault?.fault ?? '',
    });
  }
  return all;
}

function messageByMessage(gateway: readonly GatewayCard[], bank: ReadonlyMap<string, BankCard>): void {
  const known = new Set<string>();
  for (const row of gateway) {
    if (row.named === null) continue;
    known.add(row.named);
    const there = bank.get(row.named);
    const mine = atGateway(row);
    const theirs = there === undefined ? NOTHING : standing(there.kind, there.state, there.approved_minor);
    require(mine.net === theirs.net && mine.held === theirs.held, 'bank and gateway differ over a card', {
      ...{ cardId: row.card_id, kind: row.kind, state: row.state, bankState: there?.state ?? 'none' },
      ...factsOf(mine, theirs),
    });
    const stands = mine.net !== 0n || mine.held !== 0n;
    require(!stands || row.auth_code === there?.auth_code, 'bank and gateway differ over a code', {
      ...{ cardId: row.card_id, mine: row.auth_code ?? '', theirs: there?.auth_code ?? '' },
    });
    require(row.refunded_minor <= row.amount_minor, 'card refunds exceed the paid sum', {
      cardId: row.card_id,
    });
  }
  for (const [named, { state, kind }] of bank) {
    const mine = state !== 'approved' || kind === 'balance' || known.has(named);
    require(mine, 'a bank charged what the gateway never asked', { named });
  }
}

function attemptByAttempt(world: SimWorld, gateway: readonly GatewayCard[]): void {
  const sums = new Map<string, Standing>();
  for (const row of gateway) {
    if (row.attempt_id === null) continue;
    const before = sums.get(row.attempt_id) ?? NOTHING;
    const { net, held } = atGateway(row);
    const authCode = net === 0n && held === 0n ? before.authCode : row.auth_code;
    sums.set(row.attempt_id, { net: before.net + net, held: before.held + held, authCode });
  }
  for (const { db } of world.tills) {
    for (const row of rowsOf<TillCard>(db, TILL)) {
      const mine = atTill(row);
      const theirs = sums.get(row.attempt_id) ?? NOTHING;
      sums.delete(row.attempt_id);
      const facts = { attemptId: row.attempt_id, operation: row.operation, ...factsOf(mine, theirs) };
      // A completion that was taken back had come or had not: the till learns with its next one whether the hold is gone.
      const gone = row.in_doubt === 1n && theirs.held === 0n;
      const same = mine.net === theirs.net && (gone || mine.held === theirs.held);
      require(same, 'till and gateway differ over a card', facts);
      const stands = mine.net !== 0n || theirs.held !== 0n;
      require(!stands || mine.authCode === theirs.authCode, 'till and gateway differ over a code', facts);
    }
  }
  for (const [attemptId, { net, held }] of sums) {
    require(net === 0n && held === 0n, 'a card is charged of which no till knows', { attemptId });
  }
}

function atGateway({
  kind,
  state,
  amount_minor: amount,
  refunded_minor: used,
  auth_code: code,
}: GatewayCard) {
  const { net, held } = standing(kind, state, amount);
  return { net, held: used === 0n ? held : 0n, authCode: code };
}

/** What is undone, or completed, is no longer `approved`. */
function standing(kind: string, state: string, amount: bigint): Pick<Standing, 'net' | 'held'> {
  if (state !== 'approved') return NOTHING;
  const net = CHARGES.has(kind) ? amount : kind === 'refund' ? -amount : 0n;
  return { net, held: kind === 'preauthorisation' ? amount : 0n };
}

/** A sale that was set aside has no tender, whatever came of its card. */
function atTill({ operation, approved, tendered, followed, charged_minor, auth_code }: TillCard): Standing {
  const stands = approved === 1n && followed === 0n;
  const paid = stands && (!CHARGES.has(operation) || tendered === 1n);
  return { ...standing(operation, paid ? 'approved' : '', charged_minor), authCode: auth_code };
}

function factsOf(mine: Standing | Omit<Standing, 'authCode'>, theirs: Omit<Standing, 'authCode'>) {
  const words = ({ net, held }: Omit<Standing, 'authCode'>): string => `${net}, held ${held}`;
  return { mine: words(mine), theirs: words(theirs) };
}

/** Wallet and cards together. */
function paidOnce(db: Database.Database): void {
  const [twice] = rowsOf<{ sale_id: string; times: bigint }>(
    db,
    `SELECT sale_id, count(*) AS times FROM (
       SELECT sale_id FROM payment p WHERE state = 'approved'
         AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.attempt_id = p.attempt_id AND r.cause = 'auto_return')
       UNION ALL SELECT sale_id FROM card_transaction WHERE state = 'approved' AND kind IN ('sale', 'completion'))
     WHERE sale_id IS NOT NULL GROUP BY sale_id HAVING count(*) > 1 LIMIT 1`,
  );
  require(twice === undefined, 'a sale was paid twice', { saleId: twice?.sale_id ?? '' });
}

/** What the gateway's ledger says that each bank owes is what the bank's own books say. */
function receivables(world: SimWorld): void {
  interface Sum {
    readonly currency: string;
    readonly minor: bigint;
  }
  for (const { db, plan } of world.banks) {
    const owed = rowsOf<Sum>(
      db,
      "SELECT currency, sum(amount_minor) AS minor FROM entries WHERE account LIKE 'acquirer:%' GROUP BY currency",
    );
    const receivable = rowsOf<Sum>(
      world.gateway.db,
      `SELECT currency, sum(iif(side = 'debit', amount_minor, -amount_minor)) AS minor FROM entry
       WHERE account = 'bank_receivable:${plan.bank}' GROUP BY currency`,
    );
    for (const currency of ['RUB', 'CNY']) {
      const [theirs, mine] = [owed, receivable].map(
        (sums) => sums.find((sum) => sum.currency === currency)?.minor ?? 0n,
      );
      require(mine === theirs, 'the receivable is not what the bank owes', {
        ...{ bank: plan.bank, currency, mine: String(mine), theirs: String(theirs) },
      });
    }
  }
}

function rowsOf<Row>(db: Database.Database, sql: string): readonly Row[] {
  return db.prepare<[], Row>(sql).safeIntegers().all();
}
