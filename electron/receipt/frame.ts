/** What every paper of the till has at its top and in its middle. */
import type { FiscalResult, VatCode } from '../../drivers/contract/fiscal.ts';
import type { ReceiptBlock } from '../../drivers/contract/printer.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import { type ExactRate, rateText } from '../../gateway/kernel/rate.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { Names } from '../contract/view.ts';
import { lineSum, type SaleLine } from '../sale/basket.ts';
import { type SaleGift, withGift } from '../sale/gift.ts';
import { vatParts } from '../sale/vat.ts';
import type { ShopDetails } from './shop.ts';
import { amountText, centred, dateTimeText, line, namedPair, pair, quantityText, RULE } from './text.ts';

export interface PaperHead {
  readonly shop: ShopDetails;
  readonly tillName: string;
  readonly receiptNumber: string;
  readonly at: EpochMs;
  readonly utcOffsetMinutes: number;
  readonly cashier: string;
}

export function shopBlocks(shop: ShopDetails): readonly ReceiptBlock[] {
  return [
    centred(shop.nameRu, 'double', true),
    ...(shop.nameZh === '' ? [] : [centred(shop.nameZh)]),
    centred(shop.address),
    centred(`ИНН ${shop.inn}`),
  ];
}

export function headBlocks(head: PaperHead): readonly ReceiptBlock[] {
  return [
    pair(`Чек № ${head.receiptNumber}`, dateTimeText(head.at, head.utcOffsetMinutes)),
    ...namedPair(`Кассир ${head.cashier}`, head.tillName),
  ];
}

export function nameBlocks({ ru, zh }: Names): readonly ReceiptBlock[] {
  return zh === ru ? [line(ru)] : [line(ru), line(zh)];
}

export function goodsBlocks(lines: readonly SaleLine[]): readonly ReceiptBlock[] {
  return lines.flatMap((sold) => [
    ...nameBlocks(sold.names),
    pair(
      `  ${quantityText(sold.quantityMilli, sold.unit)} x ${amountText(sold.unitPrice)}`,
      amountText(lineSum(sold)),
    ),
  ]);
}

export const VAT_NAMES: Readonly<Record<VatCode, string>> = {
  vat22: 'НДС 22%',
  vat10: 'НДС 10%',
  vat0: 'НДС 0%',
  none: 'Без НДС',
};

export function vatBlocks(lines: readonly SaleLine[]): readonly ReceiptBlock[] {
  return vatParts(lines).map((part) =>
    part.vat === 'none'
      ? pair(VAT_NAMES.none, amountText(part.sum))
      : pair(`в т.ч. ${VAT_NAMES[part.vat]}`, amountText(part.tax)),
  );
}

/** Below the goods and their tax, which it is no part of; then what was paid together. */
export function giftBlocks(gift: SaleGift | null, goods: Money): readonly ReceiptBlock[] {
  if (gift === null) return [];
  return [
    RULE,
    ...giftNameBlocks(gift),
    pair('Не товар, без НДС 非商品', amountText(gift.amount)),
    pair('Всего к оплате 应付总额', amountText(withGift(goods, gift)), true),
  ];
}

export function giftNameBlocks({ names }: SaleGift): readonly ReceiptBlock[] {
  return [line(`Пожертвование: ${names.ru}`), line(`捐款：${names.zh}`), line(`Donation: ${names.en}`)];
}

/** What the register says of the paper, or that it says nothing. */
export function fiscalBlocks(fiscal: FiscalResult): readonly ReceiptBlock[] {
  if (fiscal.kind === 'registered') {
    return [
      ...namedPair('ФД', fiscal.documentNumber),
      ...namedPair('ФП', fiscal.fiscalSign),
      { kind: 'qr', content: fiscal.qr },
    ];
  }
  return [centred('НЕ ЯВЛЯЕТСЯ ФИСКАЛЬНЫМ ДОКУМЕНТОМ'), centred('非税务凭证')];
}

/** `1 CNY = 11.2726 RUB`, whichever way the rate is quoted. */
export function rateLine(rate: ExactRate): string {
  return `1 ${rate.base} = ${rateText(rate).replace('.', ',')} ${rate.quote}`;
}
