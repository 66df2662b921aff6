/** Every code a screen words in its own sentences. A code outside this list gets a calm general sentence and itself. */
import type { CardReason } from '../../electron/contract/card-reasons.ts';
import type { HostErrorCode } from '../../electron/contract/commands.ts';
import type { ErrorCode } from '../../gateway/kernel/errors.ts';

/** What the till refuses a scan with. */
type ScanCode =
  | 'SCAN_RECEIPT_NOT_HERE'
  | 'SCAN_GOODS_NOT_HERE'
  | 'SCAN_PAYMENT_CODE_NOT_HERE'
  | 'SCAN_MARKED_UNSUPPORTED'
  | 'SCAN_MARKED_WITHOUT_GS'
  | 'SCAN_UNRECOGNISED'
  | 'SCAN_PAYMENT_OPEN'
  | 'SCAN_SIGN_IN_FIRST'
  | 'SCAN_CHOOSE_WALLET_FIRST'
  | 'SCAN_FINISH_SALE_FIRST'
  | 'SCAN_REFUND_OPEN';

/** What the till tells unasked, and its own reasons for a payment that ended without money. */
type TillCode =
  | 'PAYMENT_MISMATCH'
  | 'QUOTE_RENEWED'
  | 'QUOTE_CHANGED'
  | 'COPY_PRINTED'
  | 'COPY_NOT_PRINTED'
  | 'SHIFT_OVERDUE'
  | 'SET_ASIDE_RETURNED'
  | 'SET_ASIDE_NOT_PAID'
  | 'DRAWER_NOT_OPENED'
  | 'FISCAL_FAILED'
  | 'REFUND_APPROVED'
  | 'REFUND_DECLINED'
  | 'CANCELLED_BY_CASHIER'
  | 'CANCELLED_BY_GATEWAY'
  | 'NOT_SENT_IN_TIME'
  | 'MONEY_RETURNED';

/** What the screen itself meets. */
type ScreenCode = 'HOST_UNREACHABLE';

/** Alipay's reasons, without their `ACQ.` in front. */
type AlipayCode =
  | 'PAYMENT_AUTH_CODE_INVALID'
  | 'BUYER_BALANCE_NOT_ENOUGH'
  | 'BUYER_BANKCARD_BALANCE_NOT_ENOUGH'
  | 'NO_PAYMENT_INSTRUMENTS_AVAILABLE'
  | 'BUYER_ENABLE_STATUS_FORBID'
  | 'BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR'
  | 'ERROR_BALANCE_PAYMENT_DISABLE'
  | 'PULL_MOBILE_CASHIER_FAIL'
  | 'TOTAL_FEE_EXCEED'
  | 'BEYOND_PAY_RESTRICTION'
  | 'EXIST_FORBIDDEN_WORD'
  | 'INVALID_PARAMETER'
  | 'ACCESS_FORBIDDEN'
  | 'CONTEXT_INCONSISTENT'
  | 'TRADE_HAS_CLOSE'
  | 'TRADE_NOT_EXIST'
  | 'SELLER_BALANCE_NOT_ENOUGH'
  | 'TRADE_HAS_FINISHED'
  | 'TRADE_STATUS_ERROR'
  | 'REASON_TRADE_STATUS_INVALID'
  | 'REASON_TRADE_REFUND_FEE_ERR'
  | 'REFUND_AMT_NOT_EQUAL_TOTAL'
  | 'TRADE_NOT_ALLOW_REFUND'
  | 'DISCORDANT_REPEAT_REQUEST';

/** Failures of a program, not of a person: the general sentence serves them all, and the code tells support which. */
type TechnicalCode =
  | 'MONEY_MALFORMED'
  | 'CURRENCY_UNKNOWN'
  | 'CURRENCY_MISMATCH'
  | 'RATE_MALFORMED'
  | 'DIVISION_BY_ZERO'
  | 'ALLOCATION_OUT_OF_RANGE'
  | 'IDENTIFIER_MALFORMED'
  | 'NODE_UNFIT'
  | 'RATE_FILE_INVALID'
  | `STORE_${string}`
  | `CONFIG_${string}`
  // What only the bank's own pages meet.
  | `CALENDAR_${string}`
  | `CONSOLE_${string}`
  | `CYCLE_${string}`
  | `EXCEPTION_${string}`
  | 'PAYOUT_NOT_SHOWN'
  | `FEE_${string}`
  | `FX_${string}`
  | `OUTBOX_${string}`
  | `FILE_${string}`
  | `LOG_${string}`
  | 'MESSAGE_MALFORMED'
  | 'MESSAGE_TOO_LARGE'
  | 'MESSAGE_VERSION_UNSUPPORTED'
  | 'MESSAGE_TYPE_UNKNOWN'
  | 'COMMAND_MALFORMED'
  | 'PAYMENT_CONFLICT'
  | 'SALE_CONFLICT'
  | 'REFUND_CONFLICT';

/** What the till tells unasked of cards and of money that came late. */
type CardNoticeCode =
  | 'CARD_KEY_CHANGED'
  | 'CARD_KEY_NOT_CHANGED'
  | 'CARD_OPERATION_APPROVED'
  | 'CARD_OPERATION_NOT_DONE'
  | 'CARD_OWED_REFUSED'
  | 'CARD_OWED_LONG'
  | 'CARD_ALARM_SERVICE'
  | 'CARD_ALARM_CARD'
  | 'BATCH_AGREED'
  | 'BATCH_DIFFERS'
  | 'LATE_MONEY_RETURNED'
  | 'LATE_MONEY_GOES_BACK';

type CardRefusalCode = Extract<
  HostErrorCode,
  | 'PINPAD_NOT_READY'
  | 'CARD_REVERSAL_PENDING'
  | 'CARD_TRANSACTION_OPEN'
  | 'BATCH_CLOSING'
  | 'PREAUTH_NOT_FOUND'
  | 'PREAUTH_TOO_SMALL'
>;

/** What is refused and told of gifts to charities. */
export type GiftWordedCode =
  | Extract<ErrorCode | HostErrorCode, 'CHARITY_UNKNOWN' | `GIFT_${string}`>
  | 'GIFT_TAKEN_OUT'
  | 'GIFT_REFUSED';

export type CardWordedCode = CardReason | CardNoticeCode | CardRefusalCode;

export type WordedCode = Exclude<
  ErrorCode | HostErrorCode | ScanCode | TillCode | ScreenCode | AlipayCode | CardWordedCode | GiftWordedCode,
  TechnicalCode
>;

/** What happened; what it means for goods and money and what to do next. */
export type CodeWords = readonly [title: string, text: string];

export interface Codes {
  readonly words: Readonly<Record<WordedCode, CodeWords>>;
  /** For technical codes and for those nobody has worded yet. */
  readonly general: CodeWords;
}

export function codeWords(codes: Codes, code: string): CodeWords {
  const bare = code.replace(/^ACQ\./, '');
  return isWorded(codes, bare) ? codes.words[bare] : codes.general;
}

/** Whether the code has words of its own, and so need not be read out. */
export function isWorded(codes: Codes, code: string): code is WordedCode {
  return Object.hasOwn(codes.words, code);
}
