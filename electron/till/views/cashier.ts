/** The cashier's snapshot, from the state alone. */
import { parseRefundId, supportNumber } from '../../../gateway/kernel/identifiers.ts';
import { type Money, moneyToJson } from '../../../gateway/kernel/money.ts';
import type { CardAttempt } from '../../card/card-attempt.ts';
import type { CashierView, RefundSaleView, ScreenView, UnprintedView } from '../../contract/view.ts';
import type { ReceiptKind } from '../../journal/receipts.ts';
import { countingRefunds } from '../../journal/refunds.ts';
import { saleById, tenderOf } from '../../journal/sales.ts';
import { refundYuan } from '../../refund/plan.ts';
import type { StaffRecord } from '../../shift/staff.ts';
import type { Attempt } from '../../tender/attempt.ts';
import { tenderedSuggestions } from '../../tender/cash.ts';
import { cardRefundWay } from '../cards/refunds.ts';
import { cashierOf, type TillCore } from '../core.ts';
import { saleTotal } from '../gifts.ts';
import { printOf } from '../printing.ts';
import { Refusal } from '../refusal.ts';
import type { Screen, Unprinted } from '../state.ts';
import { basketView, moneyOrNull } from './basket.ts';
import { preauthorisationViews } from './batch.ts';
import { cardKeyView, cardScreen, cardView, pinPadView } from './card.ts';
import { paymentView } from './payment.ts';
import { refundSaleView } from './refund.ts';
import { paymentFace } from './screen-name.ts';
import { todayRows, todayTotals } from './today.ts';

export function cashierView(core: TillCore): CashierView {
  const { state, parts } = core;
  const { unprinted } = state;
  return {
    revision: core.revision,
    at: core.now(),
    till: {
      tid: parts.identity.tid,
      name: parts.identity.name,
      shift: state.shift?.number ?? 0,
      utcOffsetMinutes: parts.policy.utcOffsetMinutes,
    },
    cashier: state.cashier === null ? null : staffView(state.cashier),
    staff: parts.staff.map(staffView),
    language: state.language,
    devices: devicesView(core),
    screen: screenView(core, state.screen),
    cardKey: cardKeyView(core),
    notice: state.notice,
    setAsideOpen: state.aside.size + state.cardsAside.size,
    unprinted: unprinted === null ? null : unprintedView(unprinted),
  };
}

const UNPRINTED: Readonly<Record<ReceiptKind, UnprintedView['paper']>> = {
  sale: 'receipt',
  refund: 'refund',
  set_aside: 'set_aside',
  batch: 'report',
  card_merchant: 'slip',
  card_customer: 'slip',
  card_note: 'slip',
};

/** Named by what matters most to a customer: the receipt, then a slip. */
function unprintedView({ papers, receiptNumber, fault }: Unprinted): UnprintedView {
  const kinds = papers.map(({ kind }) => UNPRINTED[kind]);
  const paper = kinds.find((kind) => kind !== 'slip') ?? 'slip';
  return { paper, receiptNumber, fault };
}

function staffView({ staffId, name, supervisor }: StaffRecord) {
  return { staffId, name, supervisor };
}

function devicesView(core: TillCore): CashierView['devices'] {
  const { devices, link } = core.parts;
  const { printer, scanner, fiscal } = devices;
  return {
    scanner: scanner?.state ?? null,
    printer:
      printer === null
        ? null
        : {
            state: printer.state,
            fault: printer.status?.fault ?? null,
            paperNearEnd: printer.status?.paper === 'near_end',
          },
    fiscal: fiscal.driver === 'none' ? null : fiscal.state,
    pinPad: pinPadView(core),
    gateway: gatewayView(link.state, core.state.attempt),
  };
}

function gatewayView(
  link: 'down' | 'connecting' | 'up' | 'refused',
  attempt: Attempt | null,
): CashierView['devices']['gateway'] {
  if (link === 'up') return attempt?.gatewayAnswering === false ? 'slow' : 'up';
  return link === 'refused' ? 'refused' : 'down';
}

function screenView(core: TillCore, screen: Screen): ScreenView {
  switch (screen.name) {
    case 'sign_in':
    case 'refund_find':
      return { name: screen.name };
    case 'sale':
    case 'wallet':
      return { name: screen.name, basket: basketView(core) };
    case 'cash': {
      const suggestions = tenderedSuggestions(saleTotal(core.state)).map(moneyToJson);
      return { name: 'cash', basket: basketView(core), suggestions };
    }
    case 'payment':
      return paymentScreen(core);
    case 'card_payment':
      return cardScreen(core, requireCard(core));
    case 'card_done':
      return doneScreen(core, requireCard(core));
    case 'preauthorisations':
      return { name: 'preauthorisations', basket: basketView(core), rows: preauthorisationViews(core) };
    case 'paid': {
      const { means, tendered, change } = screen;
      const money = { tendered: moneyOrNull(tendered), change: moneyOrNull(change) };
      const payment = means === 'wallet' ? currentPayment(core) : null;
      const card = means === 'card' ? currentCard(core) : null;
      return {
        name: 'paid',
        basket: basketView(core),
        means,
        payment,
        card,
        ...money,
        print: printOf(core, core.state.receiptId),
      };
    }
    case 'not_paid': {
      const { outcome, reasonCode } = screen;
      const payment = currentPayment(core);
      return {
        name: 'not_paid',
        outcome,
        reasonCode,
        basket: basketView(core),
        payment,
        card: currentCard(core),
      };
    }
    case 'set_aside':
      return {
        name: 'set_aside',
        basket: basketView(core),
        payment: currentPayment(core),
        card: currentCard(core),
        print: printOf(core, core.state.receiptId),
      };
    case 'today': {
      const { businessDate, gateway } = screen;
      const totals = todayTotals(core, businessDate, gateway);
      return { name: 'today', businessDate, rows: todayRows(core, businessDate), totals };
    }
    default:
      return refundScreen(core, screen);
  }
}

function paymentScreen(core: TillCore): ScreenView {
  const attempt = requireAttempt(core);
  const face = paymentFace(attempt, core.now(), core.parts.policy.unknownAfterMs);
  const shown = { basket: basketView(core), payment: paymentView(core, attempt) };
  return face.name === 'wallet_unknown' ? { ...face, ...shown } : { name: face.name, ...shown };
}

type RefundScreen = Extract<
  Screen,
  { name: 'refund_choose' | 'refund_confirm' | 'refund_progress' | 'refund_done' }
>;

function refundScreen(core: TillCore, screen: RefundScreen): ScreenView {
  switch (screen.name) {
    case 'refund_choose':
      return { name: 'refund_choose', sale: saleView(core, screen.saleId) };
    case 'refund_confirm': {
      const { amount } = screen.plan;
      const sale = saleById(core.journal, screen.saleId);
      const earlier = countingRefunds(core.journal, screen.saleId);
      const yuan = sale?.total == null ? null : refundYuan(sale.yuan, sale.total, earlier, amount);
      return {
        name: 'refund_confirm',
        sale: saleView(core, screen.saleId),
        amount: moneyToJson(amount),
        yuan: moneyOrNull(yuan),
        how: refundWay(core, screen.saleId, amount),
      };
    }
    case 'refund_progress': {
      const refund = core.state.refunds.get(screen.refundId);
      if (refund === undefined) return { name: 'refund_find' };
      const { order, state } = refund;
      return {
        name: 'refund_progress',
        sale: saleView(core, order.saleId),
        amount: moneyToJson(order.amount),
        supportNumber: supportNumber(parseRefundId(order.refundId)),
        startedAt: order.startedAt,
        state: state === 'awaiting_funds' ? state : state === 'sending' ? 'sending' : 'unknown',
      };
    }
    case 'refund_done': {
      const { order, state, reasonCode } = screen.refund;
      return {
        name: 'refund_done',
        sale: saleView(core, order.saleId),
        amount: moneyToJson(order.amount),
        outcome: state === 'approved' ? 'approved' : 'declined',
        reasonCode,
        supportNumber: supportNumber(parseRefundId(order.refundId)),
        print: state !== 'approved' ? null : printOf(core, screen.receiptId),
      };
    }
  }
}

function saleView(core: TillCore, saleId: string): RefundSaleView {
  const sale = saleById(core.journal, saleId);
  if (sale === null) throw new Refusal('RECEIPT_NOT_FOUND', { saleId });
  return refundSaleView(core, sale);
}

function requireAttempt(core: TillCore): Attempt {
  const { attempt } = core.state;
  if (attempt === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { cashier: cashierOf(core).staffId });
  return attempt;
}

function requireCard(core: TillCore): CardAttempt {
  const { card } = core.state;
  if (card === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { cashier: cashierOf(core).staffId });
  return card;
}

function currentCard(core: TillCore) {
  const { card } = core.state;
  return card === null ? null : cardView(core, card);
}

/** The end of what was neither a sale nor a refund. */
function doneScreen(core: TillCore, attempt: CardAttempt): ScreenView {
  const { outcome, answer } = attempt;
  return {
    name: 'card_done',
    outcome: outcome?.kind ?? 'cancelled',
    reasonCode: outcome === null || outcome.kind === 'approved' ? null : outcome.reason,
    card: cardView(core, attempt),
    balances: (answer?.balances ?? []).map(moneyToJson),
    print: core.state.receiptId === null ? null : printOf(core, core.state.receiptId),
  };
}

function refundWay(
  core: TillCore,
  saleId: string,
  amount: Money,
): 'cash' | 'wallet' | 'card_void' | 'card_refund' {
  const tender = tenderOf(core.journal, saleId);
  if (tender?.cardAttemptId == null) return tender?.attemptId == null ? 'cash' : 'wallet';
  const earlier = countingRefunds(core.journal, saleId);
  return cardRefundWay(core, tender.cardAttemptId, tender.amount, earlier, amount);
}

function currentPayment(core: TillCore) {
  const { attempt } = core.state;
  return attempt === null ? null : paymentView(core, attempt);
}
