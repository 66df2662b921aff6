import type { CashierView } from '../../electron/contract/view.ts';

/** The named screen out of the view's union. */
export type ScreenOf<N extends CashierView['screen']['name']> = Extract<
  CashierView['screen'],
  { readonly name: N }
>;
