/** What may help where a card did not do what it was wanted for. The codes' own hints speak of a sale; a refund, a hold or a look
 *  at the balance has another next step, and nobody is asked to pay for it. */
import type { CardReason } from '../../electron/contract/card-reasons.ts';
import type { CardOperationName } from '../../electron/contract/card-view.ts';
import type { Language } from '../../electron/contract/commands.ts';
import { type Codes, codeWords } from './code-list.ts';

/** `other`       this card will not do it
 *  `stop`        nor may it be tried again
 *  `again`       in a while the same card may do it
 *  `ready`       as soon as the customer is ready
 *  `chip`        by its chip
 *  `supervisor`  trying again does not help
 *  `own`         the code's own hint, whatever the card was wanted for */
type Advice = 'other' | 'stop' | 'again' | 'ready' | 'chip' | 'supervisor' | 'own';

const ADVICE: Readonly<Record<CardReason, Advice>> = {
  CARD_CALL_BANK: 'other',
  CARD_RETAIN: 'stop',
  CARD_REFUSED: 'other',
  CARD_INSUFFICIENT_FUNDS: 'other',
  CARD_NOT_PERMITTED: 'other',
  CARD_LIMIT_EXCEEDED: 'other',
  CARD_TRIES_EXCEEDED: 'other',
  CARD_INVALID: 'other',
  CARD_EXPIRED: 'other',
  CARD_USE_OTHER: 'other',
  CARD_INSERT_CHIP: 'chip',
  CARD_WRONG_PIN: 'other',
  CARD_BANK_UNAVAILABLE: 'again',
  CARD_SYSTEM_ERROR: 'again',
  CARD_CONFIGURATION: 'supervisor',
  CARD_ORIGINAL_NOT_FOUND: 'own',
  CARD_DUPLICATE: 'supervisor',
  CARD_SECURITY: 'supervisor',
  CARD_CODE_UNKNOWN: 'supervisor',
  CARD_NOT_ORIGINAL: 'own',
  CARD_CANCELLED_BY_CUSTOMER: 'ready',
  CARD_CANCELLED_BY_CASHIER: 'own',
  CARD_TIMEOUT: 'own',
  CARD_REMOVED: 'own',
  CARD_UNREADABLE: 'again',
  CARD_UNSUPPORTED: 'other',
  CARD_NOT_ROUTED: 'other',
  CARD_DECLINED_OFFLINE: 'other',
  CARD_PIN_TRIES_EXCEEDED: 'other',
  CARD_FALLBACK_NOT_ALLOWED: 'chip',
  CARD_OFFER_EXPIRED: 'own',
  PINPAD_BUSY: 'own',
  PINPAD_LOST: 'own',
  PINPAD_KEYS_ENDED: 'own',
  CARD_LINK_DOWN: 'again',
  CARD_NO_ANSWER: 'again',
  CARD_ANSWER_INVALID: 'supervisor',
  CARD_REFUSED_BY_CHIP: 'again',
  CARD_SIGNATURE_REFUSED: 'supervisor',
  CARD_PARTIAL_ONLY: 'other',
  CARD_INTERRUPTED: 'own',
};

type Purpose = 'refund' | 'hold' | 'balance';
type Hints = Readonly<Record<Purpose, Readonly<Record<'other' | 'again' | 'supervisor', string>>>>;

const HINTS: Readonly<Record<Language, Hints & { readonly chip: string }>> = {
  ru: {
    chip: 'Начните ещё раз и попросите вставить карту чипом.',
    refund: {
      other: 'Наличные вместо неё не отдавайте. Позовите старшего; покупатель может спросить свой банк.',
      again: 'Попробуйте вернуть на ту же карту ещё раз, хоть через минуту. Наличные не отдавайте.',
      supervisor: 'Повтор не поможет. Наличные не отдавайте, позовите старшего.',
    },
    hold: {
      other: 'Для удержания нужна другая карта.',
      again: 'Попробуйте удержать ещё раз, хоть через минуту.',
      supervisor: 'Повтор не поможет. Сообщите старшему.',
    },
    balance: {
      other: 'Баланс этой карты здесь не узнать. Его скажет банк карты.',
      again: 'Попробуйте узнать баланс ещё раз, хоть через минуту.',
      supervisor: 'Повтор не поможет. Сообщите старшему.',
    },
  },
  zh: {
    chip: '请重新开始，并请顾客插入芯片卡。',
    refund: {
      other: '请勿以现金代退。请叫主管；顾客可询问发卡银行。',
      again: '请稍后再退到同一张卡。请勿退现金。',
      supervisor: '重试无效。请勿退现金，请叫主管。',
    },
    hold: {
      other: '预授权需要另一张卡。',
      again: '请稍后再做一次预授权。',
      supervisor: '重试无效，请告知主管。',
    },
    balance: {
      other: '此处无法查询这张卡的余额，请向发卡银行查询。',
      again: '请稍后再查询余额。',
      supervisor: '重试无效，请告知主管。',
    },
  },
  en: {
    chip: 'Start again and ask the customer to insert the card.',
    refund: {
      other: 'Give no cash instead. Call a supervisor; the customer may ask their bank.',
      again: 'Try to refund to the same card again, if need be in a minute. Give no cash.',
      supervisor: 'Trying again will not help. Give no cash, call a supervisor.',
    },
    hold: {
      other: 'The hold needs another card.',
      again: 'Try the hold again, if need be in a minute.',
      supervisor: 'Trying again will not help. Tell a supervisor.',
    },
    balance: {
      other: 'This card’s balance cannot be asked for here. Its bank tells it.',
      again: 'Ask for the balance again, if need be in a minute.',
      supervisor: 'Trying again will not help. Tell a supervisor.',
    },
  },
};

const PURPOSE: Readonly<Record<CardOperationName, Purpose | null>> = {
  sale: null,
  completion: null,
  preauthorisation: 'hold',
  cancellation: 'hold',
  refund: 'refund',
  void: 'refund',
  balance: 'balance',
};

/** What to do next, after a card refused this operation. */
export function cardHint(
  codes: Codes,
  language: Language,
  code: string,
  operation: CardOperationName,
): string {
  const [, own] = codeWords(codes, code);
  const advice = adviceOf(code);
  const purpose = PURPOSE[operation];
  if (purpose === null || advice === 'own' || advice === 'stop') return own;
  if (advice === 'ready') return codeWords(codes, 'CARD_TIMEOUT')[1];
  return advice === 'chip' ? HINTS[language].chip : HINTS[language][purpose][advice];
}

/** Whether the card that was refused may be asked again. */
export function sameCardMay(code: string): boolean {
  const advice = adviceOf(code);
  return advice !== 'other' && advice !== 'stop';
}

/** Whether a further try can come to another end. */
export function anotherTryMay(code: string): boolean {
  return sameCardMay(code) && adviceOf(code) !== 'supervisor' && code !== 'CARD_ORIGINAL_NOT_FOUND';
}

function adviceOf(code: string): Advice {
  return isReason(code) ? ADVICE[code] : 'own';
}

function isReason(code: string): code is CardReason {
  return Object.hasOwn(ADVICE, code);
}
