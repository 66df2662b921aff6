/** What people at the counter were told. Whatever was acknowledged to them must be in the books for ever. */
import type { CashierView, Means } from '../../electron/contract/view.ts';

export class Memory {
  /** Sales of which a screen said "paid", with the means. */
  readonly paid = new Map<string, Means>();
  /** Each refund of which a screen said so, as its sale and its kopecks: a sale may give back one part after another. */
  readonly refunded = new Set<string>();
  /** `out_trade_no` of payments that a customer's phone showed as done. */
  readonly paidOnPhone = new Set<string>();

  look({ screen }: CashierView): void {
    if (screen.name === 'paid') this.paid.set(screen.basket.saleId, screen.means);
    if (screen.name === 'refund_done' && screen.outcome === 'approved') {
      this.refunded.add(`${screen.sale.saleId} ${screen.amount.amountMinor}`);
    }
  }
}
