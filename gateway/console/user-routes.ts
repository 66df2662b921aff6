/** Who may sign in, and how somebody is kept out. Users are made on the command line only, so nothing here lets anybody in. */
import type { Route } from './desk.ts';
import { disableUser } from './users.ts';

export const USER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/users',
    act: 'users',
    run: async ({ reads }) => ({ rows: reads.users() }),
  },
  {
    method: 'POST',
    path: '/api/users/:name/disable',
    act: 'user.disable',
    run: async ({ users, reads, runtime }, { params, user }) => {
      disableUser(users, { name: params.name ?? '', by: user.name, at: runtime.clock.now() });
      return { rows: reads.users() };
    },
  },
];
