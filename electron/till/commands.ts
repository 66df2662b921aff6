/** A message from a screen, validated and carried out. What is wrong with it is named by path; nothing else has happened. */
import { Compile, type Validator } from 'typebox/compile';
import { CashierCommand, type CommandName } from '../contract/commands.ts';
import { removeLine, selectLine, setCount, setGrams } from '../sale/basket.ts';
import { isAllowed } from './allowed.ts';
import { addLine, clearSale, quickKeys, search } from './basket-commands.ts';
import { type CardCommand, handleCard } from './cards/commands.ts';
import type { TillCore } from './core.ts';
import { addGift, removeGift } from './gifts.ts';
import { beginPayment, paymentEvent } from './payments.ts';
import { retryPrint } from './printing.ts';
import {
  chooseAmount,
  chooseLines,
  chooseWhole,
  confirmRefund,
  findReceipt,
  leaveRefunds,
} from './refund-commands.ts';
import { Refusal } from './refusal.ts';
import { changeBasket } from './sales.ts';
import { takeScan } from './scans.ts';
import { chooseLanguage, signIn, signOut } from './staff-commands.ts';
import {
  backToBasket,
  beginTender,
  cancelPayment,
  next,
  payCash,
  repeatSale,
  setAside,
} from './tender-commands.ts';
import { openDrawer, openToday, reprint, todaySale } from './today-commands.ts';
import { screenName } from './views/screen-name.ts';

type Parsed<N extends CommandName> = Extract<CashierCommand, { command: N }>;

const VALIDATORS: ReadonlyMap<string, Validator> = new Map(
  CashierCommand.anyOf.map((schema) => [schema.properties.command.const, Compile(schema) as Validator]),
);

/** Errors  COMMAND_MALFORMED naming the path */
export function parseCommand(message: unknown): CashierCommand {
  const name =
    typeof message === 'object' && message !== null && 'command' in message ? message.command : null;
  const validator = typeof name === 'string' ? VALIDATORS.get(name) : undefined;
  if (validator === undefined) throw new Refusal('COMMAND_MALFORMED', { path: '/command' });
  if (!validator.Check(message)) {
    const path = validator.Errors(message)[0]?.instancePath ?? '';
    throw new Refusal('COMMAND_MALFORMED', { path: path.slice(0, 100), command: String(name) });
  }
  return message as CashierCommand;
}

/** Commands that look and change nothing, so that a refused scan's notice outlives them. */
const READS: ReadonlySet<CommandName> = new Set(['search', 'quick_keys', 'today_sale', 'scan']);

/** Runs inside a transition. Errors  COMMAND_NOT_ALLOWED_HERE and those of the command */
export function carryOut(core: TillCore, command: CashierCommand): unknown {
  const screen = screenName(core);
  if (!isAllowed(command.command, screen)) {
    throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { command: command.command, screen });
  }
  if (!READS.has(command.command) && core.state.notice?.tone === 'refused') core.set({ notice: null });
  const result = handle(core, command);
  return result === undefined ? null : result;
}

function handle(core: TillCore, c: CashierCommand): unknown {
  switch (c.command) {
    case 'sign_in':
      return signIn(core, c);
    case 'sign_out':
      return signOut(core);
    case 'language':
      return chooseLanguage(core, 'cashier', c.language);
    case 'customer_language':
      return chooseLanguage(core, 'customer', c.language);
    case 'scan':
      return takeScan(core, c.text, screenName(core));
    case 'search':
      return search(core, c.text);
    case 'quick_keys':
      return quickKeys(core);
    case 'notice_dismiss':
      return core.set({ notice: null });
    case 'print_retry':
      return retryPrint(core);
    case 'reprint':
      return reprint(core, c.saleId);
    case 'drawer_open':
      return openDrawer(core, c);
    case 'today_open':
      return openToday(core);
    case 'today_leave':
      return backToBasket(core);
    case 'today_sale':
      return todaySale(core, c.saleId);
    case 'refund_begin':
    case 'refund_find':
    case 'refund_lines':
    case 'refund_whole':
    case 'refund_amount':
    case 'refund_confirm':
    case 'refund_leave':
      return handleRefund(core, c);
    case 'card_begin':
    case 'card_cancel':
    case 'card_offer_choose':
    case 'card_signature':
    case 'card_check':
    case 'card_balance':
    case 'preauths_open':
    case 'preauths_leave':
    case 'preauth_begin':
    case 'preauth_complete':
    case 'preauth_cancel':
    case 'batch_close':
      return handleCard(core, c);
    default:
      return handleSale(core, c);
  }
}

type RefundCommand = Parsed<
  | 'refund_begin'
  | 'refund_find'
  | 'refund_lines'
  | 'refund_whole'
  | 'refund_amount'
  | 'refund_confirm'
  | 'refund_leave'
>;

function handleRefund(core: TillCore, c: RefundCommand): unknown {
  switch (c.command) {
    case 'refund_begin':
      return core.set({ screen: { name: 'refund_find' } });
    case 'refund_find':
      return findReceipt(core, c.receipt);
    case 'refund_lines':
      return chooseLines(core, c.lines);
    case 'refund_whole':
      return chooseWhole(core);
    case 'refund_amount':
      return chooseAmount(core, c.amountMinor);
    case 'refund_confirm':
      return confirmRefund(core, c);
    case 'refund_leave':
      return leaveRefunds(core);
  }
}

type SaleCommand = Exclude<
  CashierCommand,
  | RefundCommand
  | CardCommand
  | Parsed<'sign_in' | 'sign_out' | 'language' | 'customer_language' | 'scan' | 'search' | 'quick_keys'>
  | Parsed<'notice_dismiss' | 'print_retry' | 'reprint' | 'drawer_open'>
  | Parsed<'today_open' | 'today_leave' | 'today_sale'>
>;

function handleSale(core: TillCore, c: SaleCommand): unknown {
  const { basket } = core.state;
  switch (c.command) {
    case 'line_add':
      return addLine(core, c.goodsId, c.grams ?? null);
    case 'line_quantity':
      return changeBasket(core, setCount(basket, c.lineId, c.count));
    case 'line_weight':
      return changeBasket(core, setGrams(basket, c.lineId, c.grams));
    case 'line_remove':
      return changeBasket(core, removeLine(basket, c.lineId));
    case 'line_select':
      return core.set({ basket: selectLine(basket, c.lineId) });
    case 'gift_add':
      return addGift(core, c);
    case 'gift_remove':
      return removeGift(core);
    case 'sale_clear':
      return clearSale(core);
    case 'cash_begin':
      return beginTender(core, 'cash');
    case 'wallet_begin':
      return beginTender(core, 'wallet');
    case 'cash_pay':
      return payCash(core, c.tenderedMinor);
    case 'wallet_show_qr':
      return beginPayment(core, null);
    case 'wallet_check':
      return paymentEvent(core, { kind: 'check' });
    case 'wallet_cancel':
      return cancelPayment(core);
    case 'tender_back':
      return backToBasket(core);
    case 'set_aside':
      return setAside(core, c);
    case 'next':
      return next(core);
    case 'sale_repeat':
      return repeatSale(core);
  }
}
