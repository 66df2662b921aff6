/** What every cashier's hands do: look at the screen until it says what was waited for, whatever dies meanwhile. */
import { CASHIER } from '../../build/estate-config.ts';
import type { TillClient } from '../../build/till-client.ts';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import type { BasketView, ScreenView } from '../../electron/contract/view.ts';
import type { Shop } from './shop.ts';
import type { Revive } from './trade.ts';

/** True when nothing is left to do. */
export type Look = (till: TillClient, screen: ScreenView) => Promise<boolean>;

/** Errors  when that does not come in time */
export async function untilDone(shop: Shop, revive: Revive, withinMs: number, look: Look): Promise<void> {
  let endAt = performance.now() + withinMs;
  let shown = 'nothing';
  let trouble = '';
  while (performance.now() < endAt) {
    // How long a start takes is the machine's affair: the time counts anew for who is back.
    if (!(await revive())) endAt = performance.now() + withinMs;
    try {
      const till = await shop.till();
      const { revision, screen } = till.view;
      shown = screen.name;
      if (await look(till, screen)) return;
      await till.until((view) => view.revision !== revision, 40).catch(() => {});
    } catch (error) {
      // Refused commands and lost links are a cashier's daily life here: look at the screen again.
      trouble = error instanceof Error ? error.message : String(error);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  throw new Error(`the till did not get through: it shows ${shown}; last trouble: ${trouble}`);
}

/** Screens that are in nobody's way once somebody has dealt with them. */
export async function tidyUp(till: TillClient, { name }: ScreenView): Promise<boolean> {
  if (name === 'sign_in')
    await send(till, { command: 'sign_in', staffId: CASHIER.staffId, pin: CASHIER.pin });
  if (name === 'refund_done') await send(till, { command: 'next' });
  if (name === 'refund_find' || name === 'refund_choose' || name === 'refund_confirm') {
    await send(till, { command: 'refund_leave' });
  }
  if (name === 'today') await send(till, { command: 'today_leave' });
  return false;
}

export function send(till: TillClient, command: CashierCommand): Promise<unknown> {
  return till.send(command, 5_000);
}

/** A screen counts on from the moment of its snapshot; the till's clock is this machine's. */
export function isDue(at: number): boolean {
  return at <= Date.now();
}

export function total(basket: BasketView): number {
  return Number(basket.total.amountMinor);
}

/** A banknote's worth above the sum, so that there is change to give. */
export function roundedUp(basket: BasketView): string {
  return String(Math.ceil((total(basket) + 1) / 10_000) * 10_000);
}
