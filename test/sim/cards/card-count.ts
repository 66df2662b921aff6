/** How much of what there is to cards a world has seen, by name, read off the gateway's disk. */
import type Database from 'better-sqlite3';

const COUNTS: Readonly<Record<string, string>> = {
  salesApproved: "SELECT count(*) FROM card_transaction WHERE kind = 'sale' AND state = 'approved'",
  salesReversed: "SELECT count(*) FROM card_transaction WHERE kind = 'sale' AND state = 'reversed'",
  salesVoided: "SELECT count(*) FROM card_transaction WHERE kind = 'void' AND state = 'approved'",
  refundsApproved: "SELECT count(*) FROM card_transaction WHERE kind = 'refund' AND state = 'approved'",
  holdsApproved:
    "SELECT count(*) FROM card_transaction WHERE kind = 'preauthorisation' AND state = 'approved'",
  holdsCompleted: "SELECT count(*) FROM card_transaction WHERE kind = 'completion' AND state = 'approved'",
  pinRefused: "SELECT count(*) FROM card_transaction WHERE response_code = '55'",
  convertedByIssuer:
    "SELECT count(*) FROM card_transaction WHERE state = 'approved' AND billing_currency = 'CNY' AND amount_currency = 'RUB'",
  convertedAtTill: "SELECT count(*) FROM card_transaction WHERE state = 'approved' AND dcc IS NOT NULL",
  convertedAfterWrongPin: `SELECT count(*) FROM card_transaction c JOIN card_transaction w ON w.attempt_id = c.attempt_id
    WHERE c.state = 'approved' AND c.dcc IS NOT NULL AND w.response_code = '55'`,
  overtakenByReversal: "SELECT count(*) FROM card_transaction WHERE state = 'parked'",
  reversalsAcknowledged: "SELECT count(*) FROM card_advice WHERE kind = 'reversal' AND done_at IS NOT NULL",
  advicesRepeated: 'SELECT coalesce(sum(max(tries - 1, 0)), 0) FROM card_advice',
  partsUndone: 'SELECT count(*) FROM card_advice WHERE undone_minor IS NOT NULL',
  // Of these the gateway never heard that a part had been approved.
  partsUnheard: `SELECT count(*) FROM card_advice a JOIN card_transaction c ON c.card_id = a.card_id
    WHERE a.undone_minor IS NOT NULL AND c.asked_minor IS NULL`,
  batchesAgreed: 'SELECT count(*) FROM card_batch WHERE agreed = 1',
  bankDaysInBalance: "SELECT count(*) FROM bank_totals WHERE state = 'balanced'",
  bankDaysDifferent: "SELECT count(*) FROM bank_totals WHERE state = 'different'",
};

export function countCards(gateway: Database.Database, into: Record<string, number>): void {
  for (const [name, sql] of Object.entries(COUNTS)) {
    into[name] = (into[name] ?? 0) + (gateway.prepare<[], number>(sql).pluck().get() ?? 0);
  }
}
