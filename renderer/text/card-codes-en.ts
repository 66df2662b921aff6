/** Why a card operation ended without money, in English. */
import type { CardWordedCode, CodeWords } from './code-list.ts';

export const cardCodesEn: Readonly<Record<CardWordedCode, CodeWords>> = {
  // the bank's answer
  CARD_CALL_BANK: ['The bank asks the card holder to call', 'Take another card, cash or Alipay.'],
  CARD_RETAIN: [
    'The bank has blocked this card',
    'Do not try it again. Call a supervisor; take nothing by force.',
  ],
  CARD_REFUSED: ['The card’s bank refused', 'It tells only the holder why. Take another card or cash.'],
  CARD_INSUFFICIENT_FUNDS: ['Not enough money on the card', 'Take another card, cash or Alipay.'],
  CARD_NOT_PERMITTED: ['This card may not do that', 'Take another card, cash or Alipay.'],
  CARD_LIMIT_EXCEEDED: [
    'The card’s limit is exceeded',
    'The holder may raise it in their bank’s app, or use another card.',
  ],
  CARD_TRIES_EXCEEDED: ['No PIN tries are left', 'This card cannot pay today. Take another card or cash.'],
  CARD_INVALID: ['The bank knows no such card', 'Take another card, cash or Alipay.'],
  CARD_EXPIRED: ['The card has expired', 'Take another card, cash or Alipay.'],
  CARD_USE_OTHER: ['The bank asks for another card', 'Take another card, cash or Alipay.'],
  CARD_INSERT_CHIP: [
    'Tapping did not go through, the chip is needed',
    'Press “Card again” and ask the customer to insert the card.',
  ],
  CARD_WRONG_PIN: ['Wrong PIN', 'That was the last try for now. Try later or with another card.'],
  CARD_BANK_UNAVAILABLE: [
    'The card’s bank is not answering',
    'Try again in a minute or take another payment.',
  ],
  CARD_SYSTEM_ERROR: ['The bank’s system failed', 'Try again in a minute or take another payment.'],
  CARD_CONFIGURATION: [
    'The till or the contract is set up wrong',
    'Take another payment and tell a supervisor: trying again will not help.',
  ],
  CARD_ORIGINAL_NOT_FOUND: [
    'The bank did not find the original operation',
    'Tell a supervisor and read the operation number out to support.',
  ],
  CARD_DUPLICATE: ['The bank took it for a repeat', 'Tell a supervisor. Start the payment anew.'],
  CARD_SECURITY: [
    'A key check failed',
    'Take another payment and tell a supervisor: trying again will not help.',
  ],
  CARD_CODE_UNKNOWN: [
    'The bank refused without a known reason',
    'Take another payment. Read the response code out to support.',
  ],
  // before anything was sent
  CARD_NOT_ORIGINAL: [
    'This is not the card that paid',
    'The money goes back to that card only: ask the customer for it.',
  ],
  CARD_CANCELLED_BY_CUSTOMER: ['The customer cancelled on the PIN pad', 'Ask how they would like to pay.'],
  CARD_CANCELLED_BY_CASHIER: ['Cancelled at the till', 'Nothing was sent to the bank.'],
  CARD_TIMEOUT: ['No card or PIN in time', 'Start again when the customer is ready.'],
  CARD_REMOVED: ['The card was taken out too early', 'Start again; take it out when the PIN pad says so.'],
  CARD_UNREADABLE: ['The card cannot be read', 'Try another way: insert or tap. Or take another card.'],
  CARD_UNSUPPORTED: ['Such cards are not taken here', 'Take a Mir or UnionPay card, cash or Alipay.'],
  CARD_NOT_ROUTED: ['This card’s bank is not one of ours', 'Take a Mir or UnionPay card, cash or Alipay.'],
  CARD_DECLINED_OFFLINE: ['The card itself refused', 'Take another card, cash or Alipay.'],
  CARD_PIN_TRIES_EXCEEDED: ['No PIN tries are left', 'Take another card, cash or Alipay.'],
  CARD_FALLBACK_NOT_ALLOWED: [
    'The card has a chip, its stripe may not be used',
    'Insert the chip or take another card.',
  ],
  CARD_OFFER_EXPIRED: ['The rate has expired', 'Start again: a new offer will come.'],
  PINPAD_BUSY: ['The PIN pad is busy', 'Wait until it is free and start again.'],
  PINPAD_KEYS_ENDED: [
    'The PIN pad’s keys are used up',
    'No cards until service loads a new key. Tell a supervisor.',
  ],
  PINPAD_LOST: ['The PIN pad was disconnected', 'Check its cable and power, then start again.'],
  CARD_LINK_DOWN: ['No link to the gateway', 'Nothing went to the bank. Take cash or try later.'],
  // sent, and undone
  CARD_NO_ANSWER: ['The bank did not answer, it was undone', 'Take another payment or try the card again.'],
  CARD_ANSWER_INVALID: [
    'The bank’s answer failed its check, it was undone',
    'Take another payment and tell a supervisor.',
  ],
  CARD_REFUSED_BY_CHIP: [
    'The chip did not finish, it was undone',
    'Try again, or take another card or cash.',
  ],
  CARD_SIGNATURE_REFUSED: [
    'The signature differs, it was undone',
    'Give the card back. Take another payment.',
  ],
  CARD_PARTIAL_ONLY: [
    'The card held enough for part only',
    'The part was not taken. Take another card, cash or Alipay.',
  ],
  CARD_INTERRUPTED: ['It was interrupted and undone', 'You may start again.'],
  // told unasked
  CARD_KEY_CHANGED: ['The PIN pad has a new key', 'Nothing needs doing.'],
  CARD_KEY_NOT_CHANGED: [
    'The PIN pad’s key could not be changed',
    'The till will try again. Tell a supervisor.',
  ],
  CARD_OPERATION_APPROVED: ['The bank confirmed the card operation', 'Nothing needs doing.'],
  CARD_OPERATION_NOT_DONE: [
    'The card operation was not done',
    'No money moved, or it has gone back to the card.',
  ],
  CARD_OWED_REFUSED: [
    'A card reversal was refused',
    'Call a supervisor and read the operation number out to support.',
  ],
  CARD_OWED_LONG: ['A card reversal takes long', 'The till repeats it by itself. Tell a supervisor.'],
  CARD_ALARM_SERVICE: [
    'The bank’s answer is about the till itself',
    'Tell a supervisor, who reads code and number out to support.',
  ],
  CARD_ALARM_CARD: [
    'The bank asks for a report of this operation',
    'Tell a supervisor, calmly: they give the bank its number.',
  ],
  BATCH_AGREED: ['The card batch is closed', 'It agrees with the bank; the report is printed.'],
  BATCH_DIFFERS: [
    'The card batch closed with a difference',
    'The report is printed. Give it to a supervisor.',
  ],
  LATE_MONEY_RETURNED: ['Money came late and went back to the customer', 'Nothing needs doing.'],
  LATE_MONEY_GOES_BACK: [
    'Money came late, the gateway is returning it to the customer',
    'Keep the goods. Nothing needs doing.',
  ],
  // the till's refusals
  PINPAD_NOT_READY: ['The PIN pad is not ready', 'Check its cable and power. Cash and Alipay work.'],
  CARD_REVERSAL_PENDING: [
    'The last operation is still being undone at the bank',
    'The till repeats by itself. Take cash or Alipay meanwhile.',
  ],
  CARD_TRANSACTION_OPEN: ['The last card operation is not over yet', 'Wait for its outcome.'],
  BATCH_CLOSING: ['The batch is being closed', 'Cards are taken right after. Cash or Alipay meanwhile.'],
  PREAUTH_NOT_FOUND: ['There is no such hold any more', 'It was paid or released. Look at the list.'],
  PREAUTH_TOO_SMALL: ['Less is held than the receipt asks', 'Remove some goods or take another payment.'],
};
