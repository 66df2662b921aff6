/** Who may sign in to the operator's pages. Every change of a user is committed with its row in the journal. */
import type Database from 'better-sqlite3';
import type { ConsoleUser, ConsoleUsers } from '../../console/ports.ts';
import type { AuditRow } from '../../settlement/contract.ts';
import { numberOf, numberOrNull, prepare, type Row, textOf, textOrNull } from './columns.ts';
import { dayExceptions } from './day-exceptions.ts';

/** The database is prepared and migrated by whoever opened the store on it. */
export function consoleUsers(db: Database.Database): ConsoleUsers {
  const find = prepare(db, 'SELECT * FROM console_user WHERE name = ?');
  const list = prepare(db, 'SELECT * FROM console_user ORDER BY name');
  const partner = prepare(db, 'SELECT 1 FROM partner WHERE partner = ?');
  const insert = prepare(
    db,
    'INSERT INTO console_user (name, role, partner, password, version, made_at, disabled_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = prepare(
    db,
    'UPDATE console_user SET password = ?, version = ?, disabled_at = ? WHERE name = ? AND version = ?',
  );
  const { insertAudit } = dayExceptions(db);
  const add = db.transaction((user: ConsoleUser, audit: AuditRow): boolean => {
    const { name, role, password, version, madeAt, disabledAt } = user;
    if (find.get(name) !== undefined) return false;
    if (user.partner !== null && partner.get(user.partner) === undefined) return false;
    insert.run(name, role, user.partner, password, version, madeAt, disabledAt);
    insertAudit(audit);
    return true;
  });
  const put = db.transaction((user: ConsoleUser, audit: AuditRow): boolean => {
    const { name, password, version, disabledAt } = user;
    if (update.run(password, version, disabledAt, name, version - 1).changes !== 1) return false;
    insertAudit(audit);
    return true;
  });
  return {
    find(name) {
      const row = find.get(name);
      return row === undefined ? null : userOf(row);
    },
    list: () => list.all().map(userOf),
    add: (user, audit) => add.immediate(user, audit),
    put: (user, audit) => put.immediate(user, audit),
  };
}

function userOf(row: Row): ConsoleUser {
  return {
    name: textOf(row, 'name'),
    role: textOf(row, 'role') as ConsoleUser['role'],
    partner: textOrNull(row, 'partner'),
    password: textOf(row, 'password'),
    version: numberOf(row, 'version'),
    madeAt: numberOf(row, 'made_at'),
    disabledAt: numberOrNull(row, 'disabled_at'),
  };
}
