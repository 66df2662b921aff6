/** Signing in and out, and one's own password. Guessing is slow: by address, by name, and by the hash itself. */
import { AddressBuckets } from '../edge/token-bucket.ts';
import { AmurError } from '../kernel/errors.ts';
import { Secret } from '../kernel/secret.ts';
import type { ConsoleDesk } from './desk.ts';
import { journal } from './desk.ts';
import { hashPassword, isFitPassword, isPassword } from './password.ts';
import type { ConsoleUser } from './ports.ts';
import type { Sessions } from './sessions.ts';

const BY_ADDRESS = { burst: 20, perMinute: 10 };
const BY_NAME = { burst: 5, perMinute: 3 };
/** A hash takes some 32 MiB and 60 ms of a processor. */
const AT_ONCE_MOST = 4;
/** Stands in the journal for whoever is none of ours; no user has this name. */
export const UNKNOWN = '-';
export const USER_NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

export class SignIn {
  readonly #desk: ConsoleDesk;
  readonly #sessions: Sessions;
  readonly #addresses = new AddressBuckets(BY_ADDRESS);
  readonly #names = new AddressBuckets(BY_NAME);
  #underWay = 0;

  constructor(desk: ConsoleDesk, sessions: Sessions) {
    this.#desk = desk;
    this.#sessions = sessions;
  }

  /** The user and the session's token. Errors  RATE_LIMITED | CONSOLE_SIGN_IN_REFUSED */
  async signIn(
    spelled: string,
    password: Secret<string>,
    address: string,
  ): Promise<{ readonly user: ConsoleUser; readonly token: string }> {
    const name = spelled.trim().toLowerCase();
    const now = this.#desk.runtime.clock.now();
    const isKnown = USER_NAME.test(name);
    const mayTry = this.#addresses.take(address, now) && (!isKnown || this.#names.take(name, now));
    if (!mayTry || this.#underWay >= AT_ONCE_MOST) throw new AmurError('RATE_LIMITED', {});
    const user = isKnown ? this.#desk.users.find(name) : null;
    const fits = await this.#fits(password, user);
    if (user === null || user.disabledAt !== null || !fits) {
      this.#desk.log.warn('console_sign_in_refused', { address });
      // Of an unknown name too, so that both take as long; without it, because people type passwords into the wrong field.
      const who = user?.name ?? UNKNOWN;
      await journal(this.#desk, who, 'sign_in.refused', who, { address });
      throw new AmurError('CONSOLE_SIGN_IN_REFUSED', {});
    }
    await journal(this.#desk, name, 'sign_in', name, { address, role: user.role });
    return { user, token: this.#sessions.start(name, user.version) };
  }

  /** Ends every session of the user but starts a new one. Errors  CONSOLE_SIGN_IN_REFUSED | CONSOLE_PASSWORD_UNFIT | RATE_LIMITED */
  async changePassword(user: ConsoleUser, old: Secret<string>, next: string): Promise<string> {
    if (!isFitPassword(next)) throw new AmurError('CONSOLE_PASSWORD_UNFIT', {});
    const { users, runtime } = this.#desk;
    if (!this.#names.take(user.name, runtime.clock.now()) || this.#underWay >= AT_ONCE_MOST) {
      throw new AmurError('RATE_LIMITED', {});
    }
    if (!(await this.#fits(old, user))) throw new AmurError('CONSOLE_SIGN_IN_REFUSED', {});
    const password = await hashPassword(new Secret(next), runtime.random);
    const changed = { ...user, password, version: user.version + 1 };
    const audit = {
      at: runtime.clock.now(),
      actor: user.name,
      action: 'user.password',
      subject: user.name,
      facts: {},
    };
    if (!users.put(changed, audit)) throw new AmurError('CONSOLE_SIGN_IN_NEEDED', {});
    return this.#sessions.start(user.name, changed.version);
  }

  async #fits(password: Secret<string>, user: ConsoleUser | null): Promise<boolean> {
    this.#underWay += 1;
    try {
      return await isPassword(password, user?.password ?? null);
    } finally {
      this.#underWay -= 1;
    }
  }
}
