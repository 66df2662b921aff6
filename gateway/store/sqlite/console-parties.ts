/** Merchants, their terminals, who may sign in, and the journal of actions. */
import type Database from 'better-sqlite3';
import type { JournalRow, MerchantView, TerminalView, UserView } from '../../console/contract/views.ts';
import { bigintOf, numberOf, numberOrNull, prepare, prepareNamed, textOf, textOrNull } from './columns.ts';
import type { ConsoleScope } from './console-scope.ts';
import { minorJson } from './console-settlement.ts';

const PARTIES_MOST = 5_000;

export function consoleParties(db: Database.Database, scopes: ConsoleScope, now: () => number) {
  const merchants = prepare(
    db,
    `SELECT m.*, json_extract(m.terms, '$.mdrBp') AS mdr_bp,
       (SELECT count(*) FROM terminal t WHERE t.mid = m.mid AND t.revoked_at IS NULL) AS terminals
     FROM merchant m ORDER BY m.name, m.mid LIMIT ${PARTIES_MOST}`,
  );
  const owed = prepare(
    db,
    "SELECT currency, credit_minor - debit_minor AS owed FROM balance WHERE account = 'merchant_payable:' || ? ORDER BY currency",
  );
  const terminals = prepare(
    db,
    `SELECT t.*, (SELECT name FROM merchant m WHERE m.mid = t.mid) AS merchant,
       (SELECT max(a.expires_at) FROM activation a WHERE a.tid = t.tid AND a.used_at IS NULL AND a.expires_at > ?) AS code_until,
       (SELECT max(created_at) FROM payment p WHERE p.tid = t.tid AND p.business_date =
         (SELECT max(business_date) FROM payment q WHERE q.tid = t.tid)) AS last_payment_at
     FROM terminal t ORDER BY t.tid LIMIT ${PARTIES_MOST}`,
  );
  const users = prepare(
    db,
    `SELECT u.name, u.role, u.partner, u.made_at, u.disabled_at,
       (SELECT a.at FROM audit_row a WHERE a.subject = u.name AND a.action = 'sign_in' ORDER BY a.number DESC LIMIT 1) AS last_at
     FROM console_user u ORDER BY u.disabled_at IS NOT NULL, u.name LIMIT ${PARTIES_MOST}`,
  );
  const journal = prepareNamed(
    db,
    'SELECT * FROM audit_row WHERE @before IS NULL OR number < @before ORDER BY number DESC LIMIT @most + 0',
  );
  return {
    merchants(): readonly MerchantView[] {
      const present = scopes.present();
      const names = scopes.partnerNames();
      return merchants.all().map((row) => {
        const mid = textOf(row, 'mid');
        const partner = present.get(mid) ?? null;
        return {
          mid,
          name: textOf(row, 'name'),
          nameZh: textOf(row, 'name_zh'),
          inn: textOf(row, 'inn'),
          address: textOf(row, 'address'),
          markupBp: numberOf(row, 'markup_bp'),
          mdrBp: numberOf(row, 'mdr_bp'),
          partner,
          partnerName: partner === null ? null : (names.get(partner) ?? partner),
          terminals: numberOf(row, 'terminals'),
          owed: owed
            .all(mid)
            .map((sum) => minorJson(bigintOf(sum, 'owed'), textOf(sum, 'currency')))
            .filter(({ amountMinor }) => amountMinor !== '0'),
        };
      });
    },
    terminals: (): readonly TerminalView[] =>
      terminals.all(now()).map((row) => {
        const revokedAt = numberOrNull(row, 'revoked_at');
        const isActive = row.public_key !== null;
        return {
          tid: textOf(row, 'tid'),
          mid: textOf(row, 'mid'),
          merchant: textOrNull(row, 'merchant') ?? '',
          state: revokedAt !== null ? 'revoked' : isActive ? 'active' : 'not_activated',
          revokedAt,
          codeUntil: numberOrNull(row, 'code_until'),
          lastPaymentAt: numberOrNull(row, 'last_payment_at'),
        };
      }),
    users(): readonly UserView[] {
      const names = scopes.partnerNames();
      return users.all().map((row) => {
        const partner = textOrNull(row, 'partner');
        return {
          name: textOf(row, 'name'),
          role: textOf(row, 'role') as UserView['role'],
          partner,
          partnerName: partner === null ? null : (names.get(partner) ?? partner),
          madeAt: numberOf(row, 'made_at'),
          lastSignInAt: numberOrNull(row, 'last_at'),
          disabledAt: numberOrNull(row, 'disabled_at'),
        };
      });
    },
    journal: (before: number | null, most: number): readonly JournalRow[] =>
      journal.all({ before, most }).map((row) => ({
        number: numberOf(row, 'number'),
        at: numberOf(row, 'at'),
        actor: textOf(row, 'actor'),
        action: textOf(row, 'action'),
        subject: textOf(row, 'subject'),
        facts: JSON.parse(textOf(row, 'facts')) as Readonly<Record<string, string>>,
      })),
  };
}
