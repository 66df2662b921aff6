/** What a screen may ask of the terminal. The host validates every message, whichever way it came.
 *
 *  Over both transports (MessagePort under Electron, loopback WebSocket when served) the frames are:
 *    screen -> host   { id, command, ...fields }
 *    host -> screen   { re, ok: true, result } | { re, ok: false, error: { code, facts } }   and   { view }
 *  A customer's display receives views and may send nothing. */
import Type, { type Static, type TSchema } from 'typebox';

const exact = { additionalProperties: false } as const;
const command = <N extends string, P extends Record<string, TSchema>>(name: N, fields: P) =>
  Type.Object({ command: Type.Literal(name), ...fields }, exact);

const Id = Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9_-]+$' });
const Pin = Type.String({ pattern: '^[0-9]{4,8}$' });
const Kopecks = Type.String({ pattern: '^[1-9][0-9]{0,11}$' });
const LineText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

export const LANGUAGES = ['ru', 'zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const CashierCommand = Type.Union([
  command('sign_in', { staffId: Id, pin: Pin }),
  command('sign_out', {}),
  command('language', { language: Type.Enum(LANGUAGES) }),
  command('customer_language', { language: Type.Enum(LANGUAGES) }),

  /** A burst from the keyboard wedge, rebuilt by the screen. Serial scanners go to the host directly. */
  command('scan', { text: Type.String({ minLength: 1, maxLength: 512 }) }),
  /** -> { goods: GoodsView[] }: by name in any language, code or barcode; at most 50. */
  command('search', { text: Type.String({ maxLength: 64 }) }),
  /** -> { groups: QuickGroupView[] } */
  command('quick_keys', {}),
  /** Weighed goods need `grams`. */
  command('line_add', { goodsId: Id, grams: Type.Optional(Type.Integer({ minimum: 1, maximum: 99_999 })) }),
  command('line_quantity', { lineId: Id, count: Type.Integer({ minimum: 1, maximum: 999 }) }),
  command('line_weight', { lineId: Id, grams: Type.Integer({ minimum: 1, maximum: 99_999 }) }),
  command('line_remove', { lineId: Id }),
  command('line_select', { lineId: Id }),
  /** Gives to a charity with this sale, in place of what was given before. `roundsUp`: one of the sums that round the goods up. */
  command('gift_add', { charity: Id, amountMinor: Kopecks, roundsUp: Type.Boolean() }),
  command('gift_remove', {}),
  /** Ends a sale that nobody paid. */
  command('sale_clear', {}),

  command('cash_begin', {}),
  command('cash_pay', { tenderedMinor: Kopecks }),
  command('wallet_begin', {}),
  command('wallet_show_qr', {}),
  /** Takes the basket's total from a card: the PIN pad asks for it at once. */
  command('card_begin', {}),
  /** While the PIN pad asks and nothing has been sent. */
  command('card_cancel', {}),
  /** The customer's answer to conversion at the till. */
  command('card_offer_choose', { accept: Type.Boolean() }),
  /** Whether the signature on the slip is the card holder's; a refused one is reversed. */
  command('card_signature', { accepted: Type.Boolean() }),
  /** Sends what is owed now instead of at the next planned time. */
  command('card_check', {}),
  command('card_balance', {}),
  command('preauths_open', {}),
  command('preauths_leave', {}),
  command('preauth_begin', { amountMinor: Kopecks }),
  /** Pays the basket from an open pre-authorisation. */
  command('preauth_complete', { attemptId: Id }),
  command('preauth_cancel', { attemptId: Id, staffId: Id, pin: Pin, reason: LineText(120) }),
  /** Compares the batch with gateway and bank, closes it and opens the next; a report prints. */
  command('batch_close', { staffId: Id, pin: Pin }),
  /** Asks the gateway now. */
  command('wallet_check', {}),
  /** Gives the attempt up (QR shown, or the customer changed their mind); the outcome stays the gateway's. */
  command('wallet_cancel', {}),
  /** From choosing a means of payment back to the basket; refused while an attempt is open. */
  command('tender_back', {}),
  /** A supervisor sets the sale aside while its payment is open: a slip prints, the till goes on. */
  command('set_aside', { staffId: Id, pin: Pin, reason: LineText(120) }),
  /** From a final screen (paid, declined, set aside) on to the next sale, or back to the basket after a decline. */
  command('next', {}),
  /** After a set-aside or a cancelled sale: the same goods as a new sale. */
  command('sale_repeat', {}),

  command('refund_begin', {}),
  /** By receipt number or the code on the receipt. */
  command('refund_find', { receipt: LineText(120) }),
  command('refund_lines', {
    lines: Type.Array(Type.Object({ lineId: Id, count: Type.Integer({ minimum: 1, maximum: 999 }) }, exact), {
      minItems: 1,
      maxItems: 500,
    }),
  }),
  /** The whole sale with its gift, on the day it was made and while nothing of it went back. */
  command('refund_whole', {}),
  /** Part of the sum without naming goods. */
  command('refund_amount', { amountMinor: Kopecks }),
  /** Sends the refund chosen above; a supervisor's PIN where the cashier may not refund. */
  command('refund_confirm', { staffId: Id, pin: Pin, reason: LineText(120) }),
  command('refund_leave', {}),

  command('today_open', {}),
  command('today_leave', {}),
  /** -> { sale: SaleDetailView } */
  command('today_sale', { saleId: Id }),
  command('reprint', { saleId: Id }),
  command('print_retry', {}),
  command('drawer_open', { staffId: Id, pin: Pin, reason: LineText(120) }),
  command('notice_dismiss', {}),
]);
export type CashierCommand = Static<typeof CashierCommand>;
export type CommandName = CashierCommand['command'];

/** Codes beyond the gateway's catalogue that the host itself answers with. */
export const HOST_ERROR_CODES = [
  'COMMAND_MALFORMED',
  'COMMAND_NOT_ALLOWED_HERE',
  'PIN_WRONG',
  'PIN_LOCKED',
  'NOT_A_SUPERVISOR',
  'GOODS_NOT_FOUND',
  'WEIGHT_REQUIRED',
  'BASKET_EMPTY',
  'BASKET_FULL',
  'LINE_NOT_FOUND',
  'CASH_TOO_LITTLE',
  'RECEIPT_NOT_FOUND',
  'REFUND_NOTHING_LEFT',
  'REFUND_EXCEEDS_PAID',
  'RECEIPT_UNPRINTABLE',
  'JOURNAL_FAILED',
  'NO_RATE',
  'PINPAD_NOT_READY',
  'CARD_REVERSAL_PENDING',
  'CARD_TRANSACTION_OPEN',
  'BATCH_CLOSING',
  'PREAUTH_NOT_FOUND',
  'PREAUTH_TOO_SMALL',
  'GIFT_OUT_OF_RANGE',
  'GIFT_NOT_TOLD',
  'GIFT_NOT_IN_CASH',
] as const;
export type HostErrorCode = (typeof HOST_ERROR_CODES)[number];
