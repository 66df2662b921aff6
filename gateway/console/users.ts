/** What is done to somebody's sign-in, by the pages and the command line alike. */
import { AmurError } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { ConsoleUser, ConsoleUsers } from './ports.ts';

export interface Disabling {
  readonly name: string;
  readonly by: string;
  readonly at: EpochMs;
}

/** At once, with its sessions: keeping out does not wait for a second person, but who does it is another than who is kept out.
 *  Errors  CONSOLE_NOT_FOUND | CONSOLE_USER_SELF | CONSOLE_USER_REFUSED when somebody was faster */
export function disableUser(users: ConsoleUsers, { name, by, at }: Disabling): ConsoleUser {
  const user = users.find(name);
  if (user === null) throw new AmurError('CONSOLE_NOT_FOUND', {});
  if (name === by) throw new AmurError('CONSOLE_USER_SELF', { name });
  if (user.disabledAt !== null) return user;
  const disabled = { ...user, disabledAt: at, version: user.version + 1 };
  const audit = { at, actor: by, action: 'user.disable', subject: name, facts: { role: user.role } };
  if (!users.put(disabled, audit)) throw new AmurError('CONSOLE_USER_REFUSED', { name });
  return disabled;
}
