/** `npm run bank -- user add|list|password|disable`: who may sign in to the operator's pages. A password is made, printed once
 *  and kept only as its hash; its owner changes it on the pages. */

import { type BankAnswer, CommandError } from './bank-answers.ts';
import type { OpenedBank } from './bank-process.ts';
import { ROLES, type Role } from './console/contract/roles.ts';
import { hashPassword, newPassword } from './console/password.ts';
import type { ConsoleUser } from './console/ports.ts';
import { USER_NAME } from './console/sign-in.ts';
import { AmurError } from './kernel/errors.ts';
import { openSecret } from './kernel/secret.ts';
import { instantText } from './kernel/time.ts';
import { SYSTEM_MAKER } from './run/day/calculate.ts';
import { consoleUsers } from './store/sqlite/console-users.ts';

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
  const now = context.store.now();
  const audit = (action: string, subject: string, facts: Readonly<Record<string, string>> = {}) => ({
    ...{ at: now, actor: args.by ?? 'command-line', action, subject, facts },
  });
  if (args.action === 'list') return tableOf(users.list());
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
      const user = known(users.find(name));
      const changed = { ...user, disabledAt: user.disabledAt ?? now, version: user.version + 1 };
      if (!users.put(changed, audit('user.disable', name)))
        throw new AmurError('CONSOLE_USER_REFUSED', { name });
      return tableOf([changed]);
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

function tableOf(users: readonly ConsoleUser[]): BankAnswer {
  const shown = users.map(({ name, role, partner, madeAt, disabledAt }) => ({
    ...{ name, role, partner, madeAt: instantText(madeAt) },
    disabledAt: disabledAt === null ? null : instantText(disabledAt),
  }));
  return {
    facts: shown,
    columns: ['user', 'role', 'partner', 'made', 'disabled'],
    rows: shown.map(({ name, role, partner, madeAt, disabledAt }) => [
      ...[name, role, partner ?? '', madeAt, disabledAt ?? ''],
    ]),
  };
}
