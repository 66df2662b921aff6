/** `npm run bank -- user add|list|password|disable`: who may sign in to the operator's pages. A password is made, printed once
 *  and kept only as its hash; its owner changes it on the pages. */

import { type BankAnswer, CommandError } from './bank-answers.ts';
import type { OpenedBank } from './bank-process.ts';
import { ROLES, type Role } from './console/contract/roles.ts';
import type { UserView } from './console/contract/views.ts';
import { hashPassword, newPassword } from './console/password.ts';
import type { ConsoleUser } from './console/ports.ts';
import { USER_NAME } from './console/sign-in.ts';
import { disableUser } from './console/users.ts';
import { AmurError } from './kernel/errors.ts';
import { openSecret } from './kernel/secret.ts';
import { instantText } from './kernel/time.ts';
import { SYSTEM_MAKER } from './run/day/calculate.ts';
import { openConsoleReads } from './store/sqlite/console-reads.ts';
import { consoleUsers } from './store/sqlite/console-users.ts';

const COMMAND_LINE = 'command-line';

export interface UserArguments {
  readonly action: string;
  readonly name: string | null;
  readonly role: string | null;
  readonly partner: string | null;
  /** Who does it, for the journal. */
  readonly by: string | null;
}

/** Errors  CommandError | CONSOLE_USER_REFUSED | CONSOLE_NOT_FOUND */
export async function userCommand(
  { db, context }: Pick<OpenedBank, 'db' | 'context'>,
  args: UserArguments,
): Promise<BankAnswer> {
  const users = consoleUsers(db);
  const reads = openConsoleReads(db, context.runtime);
  const now = context.store.now();
  const audit = (action: string, subject: string, facts: Readonly<Record<string, string>> = {}) => ({
    ...{ at: now, actor: args.by ?? COMMAND_LINE, action, subject, facts },
  });
  if (args.action === 'list') return tableOf(reads.users());
  const name = nameOf(args);
  switch (args.action) {
    case 'add': {
      const role = roleOf(args);
      const password = newPassword(context.runtime.random);
      const user: ConsoleUser = {
        ...{ name, role, partner: args.partner, version: 1, madeAt: now, disabledAt: null },
        password: await hashPassword(password, context.runtime.random),
      };
      if (!users.add(user, audit('user.add', name, { role, partner: args.partner ?? '' }))) {
        throw new AmurError('CONSOLE_USER_REFUSED', { name });
      }
      return madeWith(name, role, openSecret(password));
    }
    case 'password': {
      const user = known(users.find(name));
      const password = newPassword(context.runtime.random);
      const hash = await hashPassword(password, context.runtime.random);
      const changed = { ...user, password: hash, version: user.version + 1 };
      if (!users.put(changed, audit('user.password', name)))
        throw new AmurError('CONSOLE_USER_REFUSED', { name });
      return madeWith(name, user.role, openSecret(password));
    }
    case 'disable': {
      disableUser(users, { name, by: args.by ?? COMMAND_LINE, at: now });
      return tableOf(reads.users().filter((user) => user.name === name));
    }
    default:
      throw new CommandError('user add|password|disable NAME, or user list.');
  }
}

function nameOf({ name }: UserArguments): string {
  if (name !== null && USER_NAME.test(name) && name !== SYSTEM_MAKER) return name;
  throw new CommandError(
    'A name has small letters, digits, dots and dashes, at most 40; the timer’s is taken.',
  );
}

function roleOf({ role, partner }: UserArguments): Role {
  const found = ROLES.find((one) => one === role);
  if (found === undefined) throw new CommandError(`--role is one of ${ROLES.join(', ')}.`);
  if ((found === 'partner') !== (partner !== null))
    throw new CommandError('--partner belongs to --role partner.');
  return found;
}

function known(user: ConsoleUser | null): ConsoleUser {
  if (user === null) throw new AmurError('CONSOLE_NOT_FOUND', {});
  return user;
}

function madeWith(name: string, role: Role, password: string): BankAnswer {
  return {
    facts: { name, role, password },
    columns: ['user', 'role', 'password, shown once'],
    rows: [[name, role, password]],
  };
}

function tableOf(users: readonly UserView[]): BankAnswer {
  const at = (instant: number | null) => (instant === null ? null : instantText(instant));
  const shown = users.map(({ name, role, partner, madeAt, lastSignInAt, disabledAt }) => ({
    ...{ name, role, partner, madeAt: instantText(madeAt) },
    ...{ lastSignInAt: at(lastSignInAt), disabledAt: at(disabledAt) },
  }));
  return {
    facts: shown,
    columns: ['user', 'role', 'partner', 'made', 'signed in', 'disabled'],
    rows: shown.map(({ name, role, partner, madeAt, lastSignInAt, disabledAt }) => [
      ...[name, role, partner ?? '', madeAt, lastSignInAt ?? '', disabledAt ?? ''],
    ]),
  };
}
