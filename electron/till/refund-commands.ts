/** Giving money back: find the sale, choose what, confirm with a supervisor. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { parseRefundId } from '../../gateway/kernel/identifiers.ts';
import { equal, type Money, money, subtract } from '../../gateway/kernel/money.ts';
import { giftOf } from '../journal/gifts.ts';
import { countingRefunds, leaveRefund } from '../journal/refunds.ts';
import { linesOf, type SaleRecord, saleById, saleByReceipt, tenderOf } from '../journal/sales.ts';
import { planAmount, planLines, planWhole, type RefundPlan, refundYuan } from '../refund/plan.ts';
import { kindOfScan } from '../sale/scan-kinds.ts';
import { leaveCard } from './cards/leave.ts';
import { cashierOf, type TillCore } from './core.ts';
import { beginRefund } from './refunds.ts';
import { Refusal } from './refusal.ts';
import { resumeSale } from './sales.ts';
import { type PinProof, record, requirePin } from './staff-commands.ts';

/** By the receipt's number, its code, or the sale's own id. Errors  RECEIPT_NOT_FOUND */
export function findReceipt(core: TillCore, text: string): void {
  const scan = kindOfScan(text);
  const typed = text.trim();
  const sale =
    scan.kind === 'receipt'
      ? saleById(core.journal, scan.saleId)
      : (saleByReceipt(core.journal, typed) ?? saleById(core.journal, typed));
  if (sale === null || sale.state !== 'paid') throw new Refusal('RECEIPT_NOT_FOUND');
  core.set({ screen: { name: 'refund_choose', saleId: sale.head.saleId } });
}

/** Errors  those of planLines */
export function chooseLines(
  core: TillCore,
  wanted: readonly { readonly lineId: string; readonly count: number }[],
): void {
  const { sale, goods } = chosenSale(core);
  const { saleId } = sale.head;
  const earlier = countingRefunds(core.journal, saleId);
  confirmPlan(core, saleId, planLines(goods, linesOf(core.journal, saleId), earlier, wanted));
}

/** The sale undone with its gift. Errors  REFUND_NOTHING_LEFT on a later day, or once anything of it went back */
export function chooseWhole(core: TillCore): void {
  const { sale, paid } = chosenSale(core);
  const { saleId } = sale.head;
  if (!mayUndoWhole(core, sale)) throw new Refusal('REFUND_NOTHING_LEFT');
  const earlier = countingRefunds(core.journal, saleId);
  confirmPlan(core, saleId, planWhole(paid, linesOf(core.journal, saleId), earlier));
}

/** The gift goes back with the whole sale on its own day, before it is the charity's for good; goods alone may go back later. */
export function mayUndoWhole(core: TillCore, sale: SaleRecord): boolean {
  const { saleId } = sale.head;
  return (
    sale.businessDate === core.businessDate() &&
    giftOf(core.journal, saleId) !== null &&
    countingRefunds(core.journal, saleId).length === 0
  );
}

/** Errors  those of planAmount */
export function chooseAmount(core: TillCore, amountMinor: string): void {
  const { sale, goods } = chosenSale(core);
  const { saleId } = sale.head;
  const earlier = countingRefunds(core.journal, saleId);
  confirmPlan(core, saleId, planAmount(goods, earlier, money(BigInt(amountMinor), RUB)));
}

function confirmPlan(core: TillCore, saleId: string, plan: RefundPlan): void {
  core.set({ screen: { name: 'refund_confirm', saleId, plan } });
}

/** Errors  NOT_A_SUPERVISOR | REFUND_EXCEEDS_PAID and requirePin's */
export function confirmRefund(core: TillCore, command: PinProof & { readonly reason: string }): void {
  const { screen } = core.state;
  if (screen.name !== 'refund_confirm') throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  const person = requirePin(core, command);
  if (!person.supervisor && person.mayRefund !== true) {
    throw new Refusal('NOT_A_SUPERVISOR', { staffId: person.staffId });
  }
  const { sale, paid, goods } = chosenSale(core);
  const { saleId } = sale.head;
  const earlier = countingRefunds(core.journal, saleId);
  // Planned again: another refund of this sale may have begun since.
  const whole = equal(screen.plan.amount, paid) && mayUndoWhole(core, sale);
  const { amount } = planAmount(whole ? paid : goods, earlier, screen.plan.amount);
  const tender = tenderOf(core.journal, saleId);
  const refundId = parseRefundId(core.newId());
  record(core, { act: 'refund', staffId: person.staffId, subject: refundId, reason: command.reason });
  beginRefund(core, {
    refundId,
    saleId,
    attemptId: tender?.attemptId ?? null,
    cardAttemptId: tender?.cardAttemptId ?? null,
    amount,
    yuan: refundYuan(sale.yuan, paid, earlier, amount),
    lines: screen.plan.lines,
    reason: command.reason,
    operator: cashierOf(core).staffId.slice(0, 28),
    supervisorId: person.staffId,
    startedAt: core.now(),
  });
}

/** A refund without an answer goes on by itself; the cashier need not stand by it once it is known to be open.
 *  Errors  COMMAND_NOT_ALLOWED_HERE while the first answer may still come at once */
export function leaveRefunds(core: TillCore): void {
  const { screen } = core.state;
  if (screen.name === 'card_payment') {
    leaveCard(core);
  } else if (screen.name === 'refund_progress') {
    if (core.state.refunds.get(screen.refundId)?.state === 'sending') {
      throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { state: 'sending' });
    }
    leaveRefund(core.journal, screen.refundId);
  }
  resumeSale(core);
}

interface ChosenSale {
  readonly sale: SaleRecord;
  /** Goods and gift. */
  readonly paid: Money;
  readonly goods: Money;
}

function chosenSale(core: TillCore): ChosenSale {
  const { screen } = core.state;
  if (screen.name !== 'refund_choose' && screen.name !== 'refund_confirm') {
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  }
  const sale = saleById(core.journal, screen.saleId);
  if (sale === null || sale.total === null) throw new Refusal('RECEIPT_NOT_FOUND');
  const gift = giftOf(core.journal, sale.head.saleId);
  const goods = gift === null ? sale.total : subtract(sale.total, gift.amount);
  return { sale, paid: sale.total, goods };
}
