/** The receipt of a paid sale, in Russian with Chinese beneath. Pure: the same sale is the same paper. */

import type { FiscalResult } from '../../drivers/contract/fiscal.ts';
import type { ReceiptBlock, ReceiptDoc } from '../../drivers/contract/printer.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { ExactRate } from '../../gateway/kernel/rate.ts';
import { basketTotal, type SaleLine } from '../sale/basket.ts';
import type { SaleGift } from '../sale/gift.ts';
import { receiptCode } from '../sale/scan-kinds.ts';
import type { RateSource } from '../tender/attempt.ts';
import { billingBlocks, type SlipCard } from './card-blocks.ts';
import {
  fiscalBlocks,
  giftBlocks,
  goodsBlocks,
  headBlocks,
  type PaperHead,
  rateLine,
  shopBlocks,
  vatBlocks,
} from './frame.ts';
import {
  amountText,
  bigPair,
  centred,
  feed,
  HEAVY_RULE,
  line,
  namedPair,
  pair,
  RULE,
  sourceLine,
} from './text.ts';

export interface CashPaid {
  readonly means: 'cash';
  readonly tendered: Money;
  readonly change: Money;
}

export interface WalletPaid {
  readonly means: 'wallet';
  readonly yuan: Money | null;
  readonly rate: ExactRate | null;
  /** Where the rate came from and the shop's bank's mark-up on it; null where the wallet converts. */
  readonly source: RateSource | null;
  readonly tradeNumber: string | null;
  /** As the wallet masks it. */
  readonly buyer: string | null;
  readonly supportNumber: string;
}

export interface CardPaid {
  readonly means: 'card';
  readonly card: SlipCard;
  readonly supportNumber: string;
}

export interface SaleReceipt {
  readonly head: PaperHead;
  readonly saleId: string;
  readonly lines: readonly SaleLine[];
  readonly gift: SaleGift | null;
  readonly paid: CashPaid | WalletPaid | CardPaid;
  readonly fiscal: FiscalResult;
}

export function saleReceipt(receipt: SaleReceipt): ReceiptDoc {
  const { head, lines, paid } = receipt;
  return {
    blocks: [
      ...shopBlocks(head.shop),
      RULE,
      ...headBlocks(head),
      RULE,
      ...goodsBlocks(lines),
      HEAVY_RULE,
      bigPair('ИТОГ 合计', amountText(basketTotal(lines))),
      ...vatBlocks(lines),
      ...giftBlocks(receipt.gift, basketTotal(lines)),
      RULE,
      ...paidBlocks(paid),
      RULE,
      ...fiscalBlocks(receipt.fiscal),
      { kind: 'qr', content: receiptCode(receipt.saleId) },
      centred('Код чека для возврата'),
      centred('退款凭证码'),
      centred('Спасибо за покупку!'),
      centred('谢谢惠顾，欢迎再来！'),
      feed(1),
    ],
    cut: true,
    openDrawer: paid.means === 'cash',
  };
}

function paidBlocks(paid: SaleReceipt['paid']): readonly ReceiptBlock[] {
  switch (paid.means) {
    case 'cash':
      return cashBlocks(paid);
    case 'wallet':
      return walletBlocks(paid);
    case 'card':
      return cardPaidBlocks(paid);
  }
}

/** The slip says the rest. */
function cardPaidBlocks({ card, supportNumber }: CardPaid): readonly ReceiptBlock[] {
  return [
    line('Электронно: карта 银行卡', true),
    ...namedPair('Карта 卡号', card.maskedPan),
    ...(card.authCode === null ? [] : namedPair('Код авторизации 授权码', card.authCode)),
    ...(card.rrn === null ? [] : namedPair('RRN 参考号', card.rrn)),
    ...(card.conversion?.chosen === true
      ? [
          pair(
            `Списано 实付, ${card.conversion.converted.currency}`,
            amountText(card.conversion.converted),
            true,
          ),
        ]
      : []),
    ...billingBlocks(card.billing, 'Списано'),
    pair('Номер для поддержки', supportNumber),
  ];
}

function cashBlocks(paid: CashPaid): readonly ReceiptBlock[] {
  return [
    pair('Наличными 现金, руб.', amountText(paid.tendered)),
    pair('Сдача 找零, руб.', amountText(paid.change)),
  ];
}

function walletBlocks(paid: WalletPaid): readonly ReceiptBlock[] {
  const yuan = paid.yuan === null ? [] : [pair('Списано 实付, CNY', amountText(paid.yuan), true)];
  const rate = paid.rate === null ? [] : namedPair('Курс 汇率', rateLine(paid.rate));
  return [
    line('Электронно: Alipay 支付宝', true),
    ...yuan,
    ...rate,
    ...sourceBlocks(paid),
    ...(paid.tradeNumber === null ? [] : [line(`Операция 交易号 ${paid.tradeNumber}`)]),
    ...buyerBlocks(paid.buyer),
    pair('Номер для поддержки', paid.supportNumber),
  ];
}

/** The wallet masks its customer as it likes. What a printer may not have is left out: the money is named by its number. */
function buyerBlocks(buyer: string | null): readonly ReceiptBlock[] {
  if (buyer === null || !/^[\u0020-\u007e\u4e00-\u9fff]+$/.test(buyer)) return [];
  return namedPair('Плательщик 付款人', buyer);
}

function sourceBlocks(paid: WalletPaid): readonly ReceiptBlock[] {
  if (paid.source === null) return [];
  const { name, date, markupBp } = paid.source;
  const percent = `${Math.trunc(markupBp / 100)},${String(markupBp % 100).padStart(2, '0')}`;
  return [sourceLine(name, date), pair('Наценка банка 银行加价', `${percent}%`)];
}
