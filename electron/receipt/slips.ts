/** The papers that are not a sale's receipt: of a refund, of a sale set aside, and the copy of any. */
import type { FiscalResult } from '../../drivers/contract/fiscal.ts';
import type { ReceiptBlock, ReceiptDoc } from '../../drivers/contract/printer.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { RefundLine } from '../refund/plan.ts';
import type { SaleLine } from '../sale/basket.ts';
import type { SaleGift } from '../sale/gift.ts';
import { receiptCode } from '../sale/scan-kinds.ts';
import { fiscalBlocks, giftNameBlocks, headBlocks, nameBlocks, type PaperHead, shopBlocks } from './frame.ts';
import {
  amountText,
  bigPair,
  centred,
  feed,
  HEAVY_RULE,
  line,
  namedPair,
  pair,
  quantityText,
  RULE,
} from './text.ts';

export interface RefundSlip {
  /** Of the sale; `at` is the refund's instant. */
  readonly head: PaperHead;
  readonly saleId: string;
  readonly means: 'cash' | 'wallet' | 'card';
  readonly amount: Money;
  readonly yuan: Money | null;
  readonly lines: readonly RefundLine[];
  /** Where the whole sale goes back with it. */
  readonly gift: SaleGift | null;
  readonly sold: readonly SaleLine[];
  readonly supportNumber: string;
  readonly fiscal: FiscalResult;
}

const BACK = {
  cash: 'Выдано наличными 现金退款',
  wallet: 'Возврат на Alipay 退回支付宝',
  card: 'Возврат на карту 退回银行卡',
} as const;

export function refundSlip(slip: RefundSlip): ReceiptDoc {
  return {
    blocks: [
      ...shopBlocks(slip.head.shop),
      RULE,
      centred('ВОЗВРАТ 退款', 'double', true),
      ...headBlocks(slip.head),
      ...refundedGoods(slip),
      ...(slip.gift === null
        ? []
        : [RULE, ...giftNameBlocks(slip.gift), pair('  возвращено 已退回', amountText(slip.gift.amount))]),
      HEAVY_RULE,
      bigPair('ВОЗВРАТ, руб.', amountText(slip.amount)),
      line(BACK[slip.means]),
      ...(slip.yuan === null ? [] : [pair('В юанях 人民币, CNY', amountText(slip.yuan))]),
      pair('Номер для поддержки', slip.supportNumber),
      ...fiscalBlocks(slip.fiscal),
      { kind: 'qr', content: receiptCode(slip.saleId) },
      feed(1),
    ],
    cut: true,
    openDrawer: slip.means === 'cash',
  };
}

function refundedGoods(slip: RefundSlip): readonly ReceiptBlock[] {
  const goods = slip.lines.flatMap((part) => {
    const sold = slip.sold.find((l) => l.lineId === part.lineId);
    if (sold === undefined) return [];
    return [
      ...nameBlocks(sold.names),
      pair(`  ${quantityText(part.quantityMilli, sold.unit)}`, amountText(part.sum)),
    ];
  });
  return goods.length === 0 ? [] : [RULE, ...goods];
}

export interface SetAsideSlip {
  readonly head: PaperHead;
  readonly saleId: string;
  readonly amount: Money;
  readonly yuan: Money | null;
  readonly supportNumber: string;
  readonly means: 'wallet' | 'card';
}

const SET_ASIDE = {
  wallet: {
    ru: 'Оплата через Alipay не подтверждена. Эта продажа закрыта, товар по ней не выдан.',
    zh: '支付宝付款未确认，本次交易已关闭，商品未交付。',
  },
  card: {
    ru: 'Оплата картой не подтверждена. Эта продажа закрыта, товар по ней не выдан.',
    zh: '银行卡付款未确认，本次交易已关闭，商品未交付。',
  },
} as const;

export function setAsideSlip(slip: SetAsideSlip): ReceiptDoc {
  const { supportPhone } = slip.head.shop;
  return {
    blocks: [
      ...shopBlocks(slip.head.shop),
      RULE,
      centred('ПРОДАЖА ОТЛОЖЕНА', 'double', true),
      centred('交易已搁置', 'double', true),
      ...headBlocks(slip.head),
      bigPair('Сумма, руб.', amountText(slip.amount)),
      ...(slip.yuan === null ? [] : [pair('Сумма 金额, CNY', amountText(slip.yuan), true)]),
      RULE,
      line(SET_ASIDE[slip.means].ru),
      line('Если деньги были списаны, они вернутся на Ваш счет автоматически. Сохраните этот листок.'),
      line(SET_ASIDE[slip.means].zh),
      line('如已扣款，款项将自动退回您的账户。请妥善保管此凭条。'),
      RULE,
      line('Номер для поддержки 查询编号'),
      centred(slip.supportNumber, 'double', true),
      ...(supportPhone === null ? [] : namedPair('Телефон 电话', supportPhone)),
      { kind: 'qr', content: receiptCode(slip.saleId) },
      feed(1),
    ],
    cut: true,
    openDrawer: false,
  };
}

/** The same paper once more: marked, and without opening the drawer. */
export function copyOf(doc: ReceiptDoc): ReceiptDoc {
  const mark = centred('КОПИЯ 副本', 'double', true);
  return { blocks: [mark, ...doc.blocks, mark], cut: doc.cut, openDrawer: false };
}
