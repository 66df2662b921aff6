/** What the device shows and where a card is: what its page draws. Never a digit of a PIN. */
import type { PinPadPrompt } from '../../drivers/contract/pin-pad.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';

export type Language = 'ru' | 'zh' | 'en';
export type Outcome = 'approved' | 'declined';

export interface Face {
  readonly prompt: PinPadPrompt;
  readonly language: Language;
  /** Of the transaction under way; null between transactions. */
  readonly amount: MoneyJson | null;
  /** A PIN was entered in this transaction before, and was wrong. */
  readonly pinAgain: boolean;
  /** Shown while the card is taken back and for a moment after. */
  readonly outcome: Outcome | null;
}

export const IDLE_FACE: Face = {
  prompt: { kind: 'idle' },
  language: 'ru',
  amount: null,
  pinAgain: false,
  outcome: null,
};

const MESSAGES = {
  approved: { ru: 'Одобрено', zh: '交易成功', en: 'Approved' },
  declined: { ru: 'Отклонено', zh: '交易被拒绝', en: 'Declined' },
  reversed: { ru: 'Операция отменена', zh: '交易已撤销', en: 'Cancelled' },
  unreadable: { ru: 'Карта не читается', zh: '无法读取卡片', en: 'Card cannot be read' },
  unsupported: { ru: 'Карта не поддерживается', zh: '不支持此卡', en: 'Card not supported' },
  timeout: { ru: 'Время вышло', zh: '操作超时', en: 'Timed out' },
  cancelled: { ru: 'Отменено', zh: '已取消', en: 'Cancelled' },
  removed: { ru: 'Карта вынута', zh: '卡片已拔出', en: 'Card was removed' },
  pin_blocked: { ru: 'ПИН-код заблокирован', zh: '密码已锁定', en: 'PIN blocked' },
} as const;
export type MessageName = keyof typeof MESSAGES;

export function messageText(name: MessageName, language: Language): string {
  return MESSAGES[name][language];
}
