/** Errors, refused scans and declines in English. */
import { cardCodesEn } from './card-codes-en.ts';
import type { Codes } from './code-list.ts';
import { giftCodesEn } from './gift-codes.ts';

export const codesEn: Codes = {
  general: [
    'That was not done',
    'Goods and payment stay as they were. If trying again does not help, read the code out to support.',
  ],
  words: {
    ...cardCodesEn,
    ...giftCodesEn,
    // the link and the gateway
    HOST_UNREACHABLE: [
      'The till does not answer this screen',
      'Nobody knows whether the key press arrived. Wait for the link and look at the screen.',
    ],
    RATE_LIMITED: ['Too many requests in a row', 'Wait a few seconds and try again.'],
    LINK_DOWN: [
      'No link to the gateway',
      'Nothing was sent and nothing was taken. Take cash, or try again when the link returns.',
    ],
    REPLY_TIMEOUT: [
      'No answer in time',
      'The outcome is unknown. Keep the goods and do not charge again: the till is asking by itself.',
    ],
    INTERNAL: [
      'The gateway failed',
      'The request was not accepted and no money moved. Try again in a minute.',
    ],
    TERMINAL_UNKNOWN: ['The bank does not know this till', 'Alipay is unavailable. Call a supervisor.'],
    TERMINAL_REVOKED: ['The bank switched this till off', 'Alipay is unavailable. Call a supervisor.'],
    PROOF_INVALID: ['The bank did not recognise this till', 'Alipay is unavailable. Call a supervisor.'],
    ACTIVATION_INVALID: [
      'The activation code does not fit',
      'It is mistyped, used or expired. Ask for a new one.',
    ],
    ACTIVATION_RATE_LIMITED: ['Too many activation attempts', 'Wait before trying again.'],
    // payments
    PAYMENT_NOT_FOUND: ['The gateway has no such payment', 'Nothing was taken.'],
    SALE_HAS_LIVE_ATTEMPT: [
      'This sale already has a payment under way',
      'Wait for it to end. Do not charge again.',
    ],
    SALE_ALREADY_PAID: ['This sale is already paid', 'The second payment was refused; nothing was taken.'],
    SALE_CLOSED: ['This sale is closed', 'It cannot be paid. Start a new one with the same goods.'],
    AMOUNT_OUT_OF_RANGE: [
      'The amount is outside Alipay’s limits',
      'Nothing was taken. Take another payment.',
    ],
    QUOTE_NOT_FOUND: [
      'The rate of this sale no longer holds',
      'Nothing was taken. Press Alipay again for a new rate.',
    ],
    QUOTE_EXPIRED: ['The rate has expired', 'Nothing was taken. Press Alipay again for a new rate.'],
    QUOTE_USED: [
      'The rate was used for another payment',
      'Nothing was taken. Press Alipay again for a new rate.',
    ],
    RATE_UNAVAILABLE: ['There is no yuan rate now', 'Alipay is unavailable. Take cash or try later.'],
    NO_RATE: ['There is no yuan rate now', 'Alipay is unavailable. Take cash or try later.'],
    CARDS_NOT_OFFERED: ['Cards are not taken here', 'Nothing was taken. Choose another means of payment.'],
    WALLET_UNSUPPORTED: [
      'This wallet is not accepted here',
      'Nothing was taken. Ask for an Alipay code or take cash.',
    ],
    PERSONAL_CODE_REFUSED: [
      'This is a personal collection code',
      'It may not be used in a shop (rule in force since 1 March 2022). Ask the customer to open Pay (付钱) in Alipay.',
    ],
    CODE_UNRECOGNISED: [
      'This is not a payment code',
      'Ask the customer to open Pay (付钱) in Alipay and show the code.',
    ],
    REFUND_NOT_FOUND: ['The gateway has no such refund', 'Nothing was refunded.'],
    REFUND_EXCEEDS_PAID: [
      'More than remains',
      'The refund was not sent. Lower the amount or the number of goods.',
    ],
    PAYMENT_NOT_REFUNDABLE: ['This payment cannot be refunded', 'Only a confirmed payment can.'],
    // the till
    COMMAND_NOT_ALLOWED_HERE: ['Not available now', 'Finish what is on the screen.'],
    PIN_WRONG: ['The PIN does not fit', 'Check who is chosen and type it again.'],
    PIN_LOCKED: ['Too many wrong PINs', 'Locked for a while. Wait or call a supervisor.'],
    NOT_A_SUPERVISOR: ['A supervisor is needed', 'Choose a supervisor and type their PIN.'],
    GOODS_NOT_FOUND: [
      'The till does not know these goods',
      'Not added. Find them by name or call a supervisor.',
    ],
    WEIGHT_REQUIRED: ['The weight is needed', 'Weigh the goods and type the weight.'],
    BASKET_EMPTY: ['No goods yet', 'Scan the first item.'],
    BASKET_FULL: ['The receipt is full', 'This item was not added. Take payment and start the next one.'],
    LINE_NOT_FOUND: ['That line is gone', 'Look at the list of goods.'],
    CASH_TOO_LITTLE: ['Less than is due', 'Not accepted. Correct the amount received.'],
    RECEIPT_NOT_FOUND: [
      'No such receipt on this till',
      'Check the number. Receipts of another till are refunded there.',
    ],
    REFUND_NOTHING_LEFT: ['Everything on this receipt was refunded', 'Nothing remains.'],
    RECEIPT_UNPRINTABLE: ['The receipt does not fit this printer', 'The sale is saved. Call a supervisor.'],
    JOURNAL_FAILED: [
      'The till could not write its journal',
      'Not done. Take no payment and call a supervisor.',
    ],
    // refused scans
    SCAN_RECEIPT_NOT_HERE: ['This is a receipt', 'For a refund press Refund first.'],
    SCAN_GOODS_NOT_HERE: ['Goods cannot be added here', 'Go back to the goods and scan again.'],
    SCAN_PAYMENT_CODE_NOT_HERE: ['This is a payment code', 'It is not needed here; nothing was taken.'],
    SCAN_MARKED_UNSUPPORTED: ['This is a marking code', 'Not added. Scan the barcode beside it.'],
    SCAN_MARKED_WITHOUT_GS: [
      'The marking code came incomplete',
      'A scanner in keyboard mode loses some of its characters. Not added: scan the barcode beside it.',
    ],
    SCAN_UNRECOGNISED: ['Code not recognised', 'Nothing was added. Scan again or find the goods by name.'],
    SCAN_PAYMENT_OPEN: [
      'A payment is under way',
      'Scan refused: goods and payment stay as they are until the answer.',
    ],
    SCAN_SIGN_IN_FIRST: ['Sign in first', 'Scan refused. Choose yourself and type your PIN.'],
    SCAN_CHOOSE_WALLET_FIRST: [
      'This is an Alipay code',
      'Nothing was taken. Press Alipay (F10) and scan it again.',
    ],
    SCAN_FINISH_SALE_FIRST: ['The sale is finished', 'Scan refused. Press Enter to start the next one.'],
    SCAN_REFUND_OPEN: ['A refund is under way', 'Scan refused. Finish the refund first.'],
    // told unasked
    PAYMENT_MISMATCH: [
      'The gateway’s answer does not match the sale',
      'Do not hand over goods for it. Call a supervisor.',
    ],
    QUOTE_RENEWED: [
      'The rate was renewed',
      'The yuan amount is the same. Press Alipay or scan the code again.',
    ],
    QUOTE_CHANGED: [
      'The rate was renewed and the yuan amount changed',
      'Nothing was taken. Tell the customer the new amount and scan again.',
    ],
    COPY_PRINTED: ['Copy printed', 'Hand it to the customer.'],
    COPY_NOT_PRINTED: ['The copy did not print', 'Check the printer and try again.'],
    SHIFT_OVERDUE: ['The shift is longer than 24 hours', 'Close it and open a new one as soon as you can.'],
    SET_ASIDE_RETURNED: ['Money of a sale set aside went back to the customer', 'Nothing needs doing.'],
    SET_ASIDE_NOT_PAID: ['Nothing was taken for a sale set aside', 'Nothing needs doing.'],
    DRAWER_NOT_OPENED: [
      'The cash drawer did not open',
      'Check the printer and the drawer’s cable, or use the key.',
    ],
    FISCAL_FAILED: [
      'The fiscal register did not take the receipt',
      'The payment is taken and saved. Call a supervisor.',
    ],
    REFUND_APPROVED: ['Refund confirmed', 'The money went back to the customer.'],
    REFUND_DECLINED: ['Refund not accepted', 'Nothing was refunded. Open the receipt under Today.'],
    CANCELLED_BY_CASHIER: [
      'The payment was cancelled at the till',
      'Nothing was taken, or it has gone back to the customer. Keep the goods.',
    ],
    CANCELLED_BY_GATEWAY: [
      'The payment was not confirmed in time',
      'Nothing was taken, or it has gone back to the customer. Keep the goods.',
    ],
    NOT_SENT_IN_TIME: [
      'The request did not reach the gateway in time',
      'The payment never began and nothing was taken. Keep the goods.',
    ],
    MONEY_RETURNED: ['The money came late and was returned', 'It went back to the customer. Keep the goods.'],
    // Alipay
    PAYMENT_AUTH_CODE_INVALID: [
      'The payment code is expired or used',
      'Nothing was taken. Ask the customer to refresh it in Alipay and scan again.',
    ],
    BUYER_BALANCE_NOT_ENOUGH: [
      'The customer’s balance is not enough',
      'Nothing was taken. The customer may choose another card in Alipay or pay cash.',
    ],
    BUYER_BANKCARD_BALANCE_NOT_ENOUGH: [
      'The customer’s card has not enough',
      'Nothing was taken. The customer may choose another card in Alipay or pay cash.',
    ],
    NO_PAYMENT_INSTRUMENTS_AVAILABLE: [
      'No usable card in the customer’s Alipay',
      'Nothing was taken. The customer may add a card or pay cash.',
    ],
    BUYER_ENABLE_STATUS_FORBID: [
      'Alipay restricted the customer’s account',
      'Nothing was taken. The customer should ask Alipay; take another payment.',
    ],
    BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR: [
      'The customer’s daily Alipay limit is reached',
      'Nothing was taken. Take another payment.',
    ],
    ERROR_BALANCE_PAYMENT_DISABLE: [
      'Paying from the Alipay balance is off',
      'Nothing was taken. The customer may switch it on or choose a card.',
    ],
    PULL_MOBILE_CASHIER_FAIL: [
      'Alipay did not open on the phone',
      'Nothing was taken. Ask for a refreshed code with Alipay kept open and scan again.',
    ],
    TOTAL_FEE_EXCEED: ['More than Alipay allows', 'Nothing was taken. Take another payment.'],
    BEYOND_PAY_RESTRICTION: ['Over the shop’s limit in Alipay', 'Nothing was taken. Take another payment.'],
    EXIST_FORBIDDEN_WORD: [
      'Alipay refused the name of the purchase',
      'Nothing was taken. Take another payment.',
    ],
    INVALID_PARAMETER: [
      'Alipay refused the request',
      'Nothing was taken. Take another payment and tell a supervisor.',
    ],
    ACCESS_FORBIDDEN: [
      'The shop has no access to Alipay',
      'Nothing was taken. Take another payment and tell a supervisor.',
    ],
    CONTEXT_INCONSISTENT: [
      'Alipay knows this number with another amount',
      'Nothing was taken. Start the payment anew.',
    ],
    TRADE_HAS_CLOSE: ['The payment is closed at Alipay', 'Nothing was taken. Start the payment anew.'],
    TRADE_NOT_EXIST: ['Alipay has no such payment', 'Nothing was taken.'],
    SELLER_BALANCE_NOT_ENOUGH: [
      'The shop’s Alipay account has not enough',
      'The refund repeats by itself. Give no cash.',
    ],
    TRADE_HAS_FINISHED: [
      'The payment takes no more changes',
      'Alipay can no longer refund it. Call a supervisor.',
    ],
    TRADE_STATUS_ERROR: ['The payment’s state does not allow it', 'Nothing was refunded. Call a supervisor.'],
    REASON_TRADE_STATUS_INVALID: [
      'The payment’s state does not allow it',
      'Nothing was refunded. Call a supervisor.',
    ],
    REASON_TRADE_REFUND_FEE_ERR: [
      'More than remains of the payment',
      'Nothing was refunded. Lower the amount.',
    ],
    REFUND_AMT_NOT_EQUAL_TOTAL: [
      'More than remains of the payment',
      'Nothing was refunded. Lower the amount.',
    ],
    TRADE_NOT_ALLOW_REFUND: ['Alipay does not allow this refund', 'Nothing was refunded. Call a supervisor.'],
    DISCORDANT_REPEAT_REQUEST: [
      'This refund was made with another amount',
      'Nothing was refunded again. Call a supervisor.',
    ],
  },
};
