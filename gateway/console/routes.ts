/** Everything the pages may ask for, in one list: what is in it has a row in the table of roles, and a test of each role. */
import type { Route } from './desk.ts';
import { SETTLEMENT_ROUTES } from './settlement-routes.ts';
import { TRADE_ROUTES } from './trade-routes.ts';
import { USER_ROUTES } from './user-routes.ts';

export const ROUTES: readonly Route[] = [...SETTLEMENT_ROUTES, ...TRADE_ROUTES, ...USER_ROUTES];
