/** Slips of card transactions and the report of a batch. Pure: the same transaction is the same paper. */
import type { ReceiptBlock, ReceiptDoc } from '../../drivers/contract/printer.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import {
  billingBlocks,
  cardBlocks,
  conversionBlocks,
  copyMark,
  holderBlocks,
  referenceBlocks,
  type SlipCard,
} from './card-blocks.ts';
import { shopBlocks } from './frame.ts';
import type { ShopDetails } from './shop.ts';
import { amountText, bigPair, centred, dateTimeText, feed, line, namedPair, pair, RULE } from './text.ts';

export interface SlipHead {
  readonly shop: ShopDetails;
  readonly tillName: string;
  readonly cashier: string;
  readonly tid: string;
  readonly mid: string;
  readonly at: EpochMs;
  readonly utcOffsetMinutes: number;
}

export type SlipOperation =
  | 'sale'
  | 'preauthorisation'
  | 'completion'
  | 'cancellation'
  | 'refund'
  | 'void'
  | 'balance';

const TITLES: Readonly<Record<SlipOperation, string>> = {
  sale: 'ОПЛАТА 消费',
  preauthorisation: 'ПРЕДАВТОРИЗАЦИЯ 预授权',
  completion: 'ЗАВЕРШЕНИЕ РАСЧЕТА 预授权完成',
  cancellation: 'ОТМЕНА ПРЕДАВТОРИЗАЦИИ 预授权撤销',
  refund: 'ВОЗВРАТ 退货',
  void: 'ОТМЕНА ОПЛАТЫ 消费撤销',
  balance: 'БАЛАНС 余额查询',
};

const BILLED = {
  sale: 'Списано',
  completion: 'Списано',
  preauthorisation: 'Удержано',
  cancellation: 'Освобождено',
  refund: 'Возвращено',
  void: 'Возвращено',
  balance: 'Списано',
} as const satisfies Readonly<Record<SlipOperation, string>>;

export interface CardSlip {
  readonly head: SlipHead;
  readonly copy: 'merchant' | 'customer';
  readonly operation: SlipOperation;
  /** Null of what is no sale's: a hold and its release. */
  readonly receiptNumber: string | null;
  /** What the card is charged or given. */
  readonly charged: Money;
  readonly card: SlipCard;
  /** The line to sign on is for the shop's copy, before the sale is done. */
  readonly toSign: boolean;
  readonly supportNumber: string;
}

export function cardSlip(slip: CardSlip): ReceiptDoc {
  const { head, card, charged } = slip;
  return paper([
    ...shopBlocks(head.shop),
    RULE,
    centred(TITLES[slip.operation], 'normal', true),
    ...headBlocks(head, slip.receiptNumber),
    ...cardBlocks(card),
    bigPair(`Сумма ${charged.currency}`, amountText(charged)),
    ...billingBlocks(card.billing, BILLED[slip.operation]),
    ...conversionBlocks(card.conversion),
    RULE,
    centred('ОДОБРЕНО 交易成功 APPROVED', 'normal', true),
    ...referenceBlocks(card),
    ...holderBlocks(card, slip.toSign),
    ...supportBlocks(head, slip.supportNumber),
    copyMark(slip.copy),
  ]);
}

export interface DeclineSlip {
  readonly head: SlipHead;
  readonly operation: SlipOperation;
  /** Null of what is no sale's: a hold and its release. */
  readonly receiptNumber: string | null;
  readonly amount: Money;
  readonly card: SlipCard;
  /** By the bank, or undone after the bank had or may have agreed: in both nothing stays charged. */
  readonly outcome: 'declined' | 'reversed';
  readonly supportNumber: string;
}

export function declineSlip(slip: DeclineSlip): ReceiptDoc {
  const declined = slip.outcome === 'declined';
  return paper([
    ...shopBlocks(slip.head.shop),
    RULE,
    centred(TITLES[slip.operation], 'normal', true),
    ...headBlocks(slip.head, slip.receiptNumber),
    ...cardBlocks(slip.card),
    pair(`Сумма ${slip.amount.currency}`, amountText(slip.amount), true),
    RULE,
    centred(declined ? 'ОТКЛОНЕНО 交易失败 DECLINED' : 'ОТМЕНЕНО 交易已冲正 REVERSED', 'normal', true),
    ...referenceBlocks(slip.card),
    ...moneyLines(slip).map((text) => line(text)),
    ...supportBlocks(slip.head, slip.supportNumber),
  ]);
}

/** Where the money is now. What was to go back to the card and did not is the shop's still. */
function moneyLines({ operation, outcome }: DeclineSlip): readonly string[] {
  const declined = outcome === 'declined';
  switch (operation) {
    case 'refund':
    case 'void':
      return [
        declined ? 'Деньги не возвращены. 未退款。' : 'Возврат отменен, деньги не возвращены. 未退款。',
      ];
    case 'cancellation':
      return ['Предавторизация не отменена. 预授权未撤销。'];
    default:
      return declined
        ? ['Деньги не списаны. 未扣款。']
        : [
            'Операция отменена; если деньги были списаны, банк вернет их на карту.',
            '交易已冲正，如已扣款将退回原卡。',
          ];
  }
}

export interface BalanceSlip {
  readonly head: SlipHead;
  readonly card: SlipCard;
  readonly balances: readonly Money[];
  readonly supportNumber: string;
}

/** For the customer only. */
export function balanceSlip({ head, card, balances, supportNumber }: BalanceSlip): ReceiptDoc {
  return paper([
    ...shopBlocks(head.shop),
    RULE,
    centred(TITLES.balance, 'normal', true),
    ...headBlocks(head, null),
    ...cardBlocks(card),
    ...balances.map((balance) => bigPair(`Доступно ${balance.currency}`, amountText(balance))),
    ...referenceBlocks(card),
    ...supportBlocks(head, supportNumber),
    copyMark('customer'),
  ]);
}

export interface BatchReport {
  readonly head: SlipHead;
  readonly batch: string;
  readonly agreed: boolean;
  readonly totals: readonly {
    readonly currency: string;
    readonly sales: number;
    readonly salesSum: Money;
    readonly refunds: number;
    readonly refundsSum: Money;
  }[];
}

export function batchReport({ head, batch, agreed, totals }: BatchReport): ReceiptDoc {
  return paper([
    ...shopBlocks(head.shop),
    RULE,
    centred('СВЕРКА ИТОГОВ 结算', 'double', true),
    ...headBlocks(head, null),
    pair('Пакет 批次', batch),
    RULE,
    ...totals.flatMap((row) => [
      line(row.currency, true),
      pair(`Оплаты 消费 x ${row.sales}`, amountText(row.salesSum)),
      pair(`Возвраты 退货 x ${row.refunds}`, amountText(row.refundsSum)),
      RULE,
    ]),
    ...(totals.length === 0 ? [line('Операций не было 无交易'), RULE] : []),
    centred(agreed ? 'ИТОГИ СОВПАЛИ 对账平' : 'ИТОГИ РАСХОДЯТСЯ 对账不平', 'normal', true),
    ...(agreed ? [] : [line('Позвоните в службу поддержки банка. 请联系银行客服。')]),
  ]);
}

function headBlocks(head: SlipHead, receiptNumber: string | null): readonly ReceiptBlock[] {
  const time = dateTimeText(head.at, head.utcOffsetMinutes);
  return [
    ...(receiptNumber === null ? [line(time)] : [pair(`Чек № ${receiptNumber}`, time)]),
    line(`TID ${head.tid}`),
    line(`MID ${head.mid}`),
    ...namedPair(`Кассир ${head.cashier}`, head.tillName),
    RULE,
  ];
}

function supportBlocks(head: SlipHead, supportNumber: string): readonly ReceiptBlock[] {
  const { supportPhone } = head.shop;
  return [
    RULE,
    ...namedPair('Номер для поддержки', supportNumber),
    ...(supportPhone === null ? [] : namedPair('Телефон 电话', supportPhone)),
  ];
}

function paper(blocks: readonly ReceiptBlock[]): ReceiptDoc {
  return { blocks: [...blocks, feed(1)], cut: true, openDrawer: false };
}
