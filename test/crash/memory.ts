/** What people at the counter were told. Whatever was acknowledged to them must be in the books for ever. */
import type { CashierView, Means } from '../../electron/contract/view.ts';

export class Memory {
  /** Sales of which a screen said "paid", with the means. */
  readonly paid = new Map<string, Means>();
  /** Kopecks of which a screen said "refunded", by sale. */
  readonly refunded = new Map<string, string>();
  /** `out_trade_no` of payments that a customer's phone showed as done. */
  readonly paidOnPhone = new Set<string>();

  look({ screen }: CashierView): void {
    if (screen.name === 'paid') this.paid.set(screen.basket.saleId, screen.means);
    if (screen.name === 'refund_done' && screen.outcome === 'approved') {
      this.refunded.set(screen.sale.saleId, screen.amount.amountMinor);
    }
  }
}
