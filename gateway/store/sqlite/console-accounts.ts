/** Whether each account of a wallet or card bank holds exactly what it should: operations that are too young for their file, and
 *  what the open exceptions say is lacking. The same equation as at the end of a reconciliation, from what it has kept.
 *
 *  It holds between two runs as well: what was sold since is on the account and was not looked for yet, and what two persons
 *  have written off has left both sides. While a run is booking a file it does not, for the seconds it takes. */
import type Database from 'better-sqlite3';
import type { AccountCheck } from '../../console/contract/views.ts';
import type { IntakeAccount } from '../../reconciliation/ports.ts';
import { bigintOf, numberOf, prepare, prepareNamed, type Row, textOf } from './columns.ts';

const GIVEN = "kind IN ('payment', 'adjustment_in', 'batch_in')";

/** `accounts`: as reconciliation takes them in. */
export function consoleAccounts(db: Database.Database, accounts: readonly IntakeAccount[]) {
  const takenIn = prepare(db, 'SELECT position FROM recon_intake WHERE account = ?');
  const balances = prepare(
    db,
    'SELECT currency, debit_minor - credit_minor AS net FROM balance WHERE account = ?',
  );
  const fresh = prepareNamed(
    db,
    `SELECT e.currency, sum(iif(e.side = 'debit', e.amount_minor, -e.amount_minor)) AS net,
       count(DISTINCT l.position) AS count
     FROM ledger_position l CROSS JOIN transfer t ON t.seq = l.transfer_seq
       CROSS JOIN entry e ON e.transfer_id = t.transfer_id AND e.account = @account
     WHERE l.position > @position AND t.state = 'posted'
       AND t.template NOT IN (SELECT value FROM json_each(@except))
     GROUP BY e.currency`,
  );
  const young = prepareNamed(
    db,
    `SELECT i.amount_currency AS currency, count(*) AS count,
       sum(iif(i.${GIVEN}, i.amount_minor, -i.amount_minor)) AS net
     FROM recon_item i
     WHERE i.book = @book AND i.party = @party AND i.done IS NULL AND i.transfer_id NOT IN (
       SELECT x.subject FROM reconciliation_exception x WHERE x.state = 'open' AND x.party = @party
         AND json_extract(x.facts, '$.book') = @book)
     GROUP BY i.amount_currency`,
  );
  const lacking = prepareNamed(
    db,
    `SELECT at_risk_currency AS currency, count(*) AS count,
       sum(CAST(json_extract(facts, '$.lackMinor') AS INTEGER)) AS net
     FROM reconciliation_exception
     WHERE state = 'open' AND party = @party AND json_extract(facts, '$.book') = @book
     GROUP BY at_risk_currency`,
  );
  const checksOf = ({ account, book, party, except }: IntakeAccount): readonly AccountCheck[] => {
    const last = takenIn.get(account);
    if (last === undefined) return [];
    const position = numberOf(last, 'position');
    const balance = byCurrency(balances.all(account));
    const since = byCurrency(fresh.all({ account, position, except: JSON.stringify(except) }));
    const waiting = byCurrency(young.all({ book, party }));
    const doubted = byCurrency(lacking.all({ book, party }));
    const currencies = new Set([...balance.keys(), ...waiting.keys(), ...doubted.keys()]);
    return [...currencies].sort().map((currency): AccountCheck => {
      const has = sumIn(balance, currency).net;
      const expected = sumIn(waiting, currency).net + sumIn(since, currency).net;
      const inDoubt = sumIn(doubted, currency).net;
      return {
        ...{ book, party, currency, position },
        balance: has.toString(),
        expected: expected.toString(),
        inDoubt: inDoubt.toString(),
        expectedCount: sumIn(waiting, currency).count + sumIn(since, currency).count,
        inDoubtCount: sumIn(doubted, currency).count,
        agrees: has === expected + inDoubt,
      };
    });
  };
  return (): readonly AccountCheck[] => accounts.flatMap(checksOf);
}

interface Sum {
  readonly net: bigint;
  readonly count: number;
}

function byCurrency(rows: readonly Row[]): ReadonlyMap<string, Sum> {
  return new Map(
    rows.map((row) => [
      textOf(row, 'currency'),
      { net: bigintOf(row, 'net'), count: row.count === undefined ? 0 : numberOf(row, 'count') },
    ]),
  );
}

function sumIn(sums: ReadonlyMap<string, Sum>, currency: string): Sum {
  return sums.get(currency) ?? { net: 0n, count: 0 };
}
