/** Which command is legal on which screen. One table; anything else is answered COMMAND_NOT_ALLOWED_HERE. */
import type { CommandName } from '../contract/commands.ts';
import type { ScreenName } from '../contract/view.ts';

const PAYMENT = ['wallet_sending', 'wallet_qr', 'wallet_unknown'] as const;
const CARD_PAD = ['card', 'card_offer'] as const;
const CARD_OPEN = ['card_sending', 'card_unknown', 'card_signature'] as const;
const SELLING = ['sale', 'cash', 'wallet', 'not_paid'] as const;

/** `signed_in` is every screen but the sign-in. */
export const ALLOWED: Readonly<Record<CommandName, 'anywhere' | 'signed_in' | readonly ScreenName[]>> = {
  sign_in: ['sign_in'],
  sign_out: ['sale', 'today'],
  language: 'anywhere',
  customer_language: 'anywhere',
  // Where a scan is illegal, scan-rules.ts says so visibly.
  scan: 'anywhere',
  search: 'signed_in',
  quick_keys: 'signed_in',
  line_add: ['sale'],
  line_quantity: ['sale'],
  line_weight: ['sale'],
  line_remove: ['sale'],
  line_select: ['sale'],
  gift_add: ['sale'],
  gift_remove: ['sale', 'wallet'],
  sale_clear: SELLING,
  cash_begin: ['sale', 'wallet', 'not_paid'],
  cash_pay: ['cash'],
  wallet_begin: ['sale', 'cash', 'not_paid'],
  wallet_show_qr: ['wallet'],
  // Beginning from a wallet's screen is changing one's mind before a code was scanned.
  card_begin: ['sale', 'cash', 'wallet', 'not_paid'],
  card_cancel: CARD_PAD,
  card_offer_choose: ['card_offer'],
  card_signature: ['card_signature'],
  // From the sale too: what was refused for good waits there for somebody to say it again.
  card_check: [...CARD_OPEN, 'sale'],
  card_balance: ['sale'],
  preauths_open: ['sale'],
  preauths_leave: ['preauthorisations'],
  preauth_begin: ['preauthorisations'],
  preauth_complete: ['preauthorisations'],
  preauth_cancel: ['preauthorisations'],
  batch_close: ['sale', 'today'],
  wallet_check: PAYMENT,
  wallet_cancel: PAYMENT,
  tender_back: ['cash', 'wallet', 'not_paid'],
  set_aside: [...PAYMENT, ...CARD_OPEN],
  next: ['paid', 'not_paid', 'set_aside', 'refund_done', 'card_done'],
  sale_repeat: ['set_aside', 'not_paid'],
  refund_begin: ['sale', 'today', 'refund_done'],
  refund_find: ['refund_find', 'refund_choose', 'refund_done'],
  refund_lines: ['refund_choose', 'refund_confirm'],
  refund_whole: ['refund_choose', 'refund_confirm'],
  refund_amount: ['refund_choose', 'refund_confirm'],
  refund_confirm: ['refund_confirm'],
  // On a card's screen only of what is no sale: that one must be set aside.
  refund_leave: [
    'refund_find',
    'refund_choose',
    'refund_confirm',
    'refund_progress',
    'refund_done',
    'card_sending',
    'card_unknown',
  ],
  today_open: ['sale'],
  today_leave: ['today'],
  today_sale: ['today'],
  reprint: ['sale', 'paid', 'set_aside', 'today', 'refund_choose'],
  print_retry: 'signed_in',
  drawer_open: ['sale', 'today'],
  notice_dismiss: 'anywhere',
};

export function isAllowed(command: CommandName, screen: ScreenName): boolean {
  const rule = ALLOWED[command];
  if (rule === 'anywhere') return true;
  if (rule === 'signed_in') return screen !== 'sign_in';
  return rule.includes(screen);
}
