/** What a paper says of a card: in Russian, with Chinese and English beside it where the card holder reads it. */
import type { ReceiptBlock } from '../../drivers/contract/printer.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import { type ExactRate, rateText } from '../../gateway/kernel/rate.ts';
import { amountText, centred, line, namedPair, pair, RULE, sourceLine } from './text.ts';

export type SlipCvm = 'online_pin' | 'offline_pin' | 'signature' | 'device' | 'none';

/** Conversion at the till as it was offered, whatever was chosen. */
export interface SlipConversion {
  readonly price: Money;
  readonly converted: Money;
  readonly rate: ExactRate;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly chosen: boolean;
}

export interface SlipCard {
  readonly maskedPan: string;
  readonly scheme: string | null;
  readonly label: string | null;
  readonly aid: string | null;
  readonly entry: 'chip' | 'contactless' | 'magstripe' | 'fallback' | null;
  readonly cvm: SlipCvm | null;
  /** Whether the holder was asked to sign on paper, whatever the card itself asked for. */
  readonly signatureAsked: boolean;
  readonly authCode: string | null;
  readonly rrn: string | null;
  readonly responseCode: string | null;
  readonly stan: string | null;
  readonly conversion: SlipConversion | null;
  /** Where the issuer converted. */
  readonly billing: { readonly amount: Money; readonly rate: string } | null;
}

const SCHEMES: Readonly<Record<string, string>> = { mir: 'Мир', unionpay: 'UnionPay 银联' };

const ENTRIES = {
  chip: 'Чип 芯片 Chip',
  contactless: 'Бесконтактно 闪付 NFC',
  magstripe: 'Полоса 磁条 Stripe',
  fallback: 'Полоса, чип не читается',
} as const;

/** Number, application and how the card was read. */
export function cardBlocks(card: SlipCard): readonly ReceiptBlock[] {
  const name = applicationName(card);
  return [
    ...namedPair('Карта 卡号 Card', card.maskedPan),
    ...(name === '' ? [] : namedPair('Приложение 应用', printable(name))),
    ...(card.aid === null ? [] : namedPair('AID', card.aid)),
    ...(card.entry === null ? [] : namedPair('Ввод 读卡', ENTRIES[card.entry])),
  ];
}

/** What the card calls itself, which names its payment system; a stripe says nothing and has the system's name. */
function applicationName({ scheme, label }: SlipCard): string {
  if (label !== null && label.trim() !== '') return label.trim();
  return scheme === null ? '' : (SCHEMES[scheme] ?? scheme);
}

/** A card says its label in any characters it likes; a printer takes these. */
function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e\u0410-\u044f\u0401\u0451\u4e00-\u9fff]/g, '?').slice(0, 40);
}

export function referenceBlocks(card: SlipCard): readonly ReceiptBlock[] {
  return [
    ...(card.authCode === null ? [] : namedPair('Код авторизации 授权码', card.authCode)),
    ...(card.rrn === null ? [] : namedPair('RRN 参考号', card.rrn)),
    ...(card.stan === null ? [] : namedPair('STAN 流水号', card.stan)),
    ...(card.responseCode === null ? [] : namedPair('Код ответа 响应码', card.responseCode)),
  ];
}

/** How the holder is known: by what the card asked for, by a signature, or both. */
export function holderBlocks({ cvm, signatureAsked }: SlipCard, toSign: boolean): readonly ReceiptBlock[] {
  return signatureAsked ? [...cvmWithSignature(cvm), ...signatureBlocks(toSign)] : cvmWithoutSignature(cvm);
}

/** A line to sign on, or that it is signed. */
function signatureBlocks(toSign: boolean): readonly ReceiptBlock[] {
  if (!toSign) return [line('Подписано держателем карты 已签名')];
  return [
    line('Подпись держателя карты'),
    line('持卡人签名  Cardholder signature'),
    { kind: 'feed', lines: 2 },
    line('________________________________'),
  ];
}

const BY_DEVICE = line('Подтверждено на устройстве 设备已验证');

function cvmWithSignature(cvm: SlipCvm | null): readonly ReceiptBlock[] {
  switch (cvm) {
    case 'online_pin':
    case 'offline_pin':
      return [line('Введен ПИН-код 已输密码 PIN verified')];
    case 'device':
      return [BY_DEVICE];
    case 'signature':
    case 'none':
    case null:
      return [];
  }
}

function cvmWithoutSignature(cvm: SlipCvm | null): readonly ReceiptBlock[] {
  switch (cvm) {
    case 'online_pin':
    case 'offline_pin':
      return [line('Введен ПИН-код, подпись не нужна'), line('已输密码，无需签名  PIN verified')];
    case 'signature':
      return [line('Подпись не потребовалась'), line('免签  No signature required')];
    case 'device':
      return [BY_DEVICE];
    case 'none':
      return [line('Подпись и ПИН-код не нужны'), line('免密免签  No PIN, no signature')];
    case null:
      return [];
  }
}

/** The choice with both sums, the rate and the mark-up, and the sentence that says whose it was. */
export function conversionBlocks(conversion: SlipConversion | null): readonly ReceiptBlock[] {
  if (conversion === null) return [];
  const { price, converted, rate, markupBp, chosen } = conversion;
  const percent = `${Math.trunc(markupBp / 100)},${String(markupBp % 100).padStart(2, '0')}`;
  const terms = [
    pair(`Цена 标价, ${price.currency}`, amountText(price)),
    pair(`В валюте карты, ${converted.currency}`, amountText(converted)),
    ...namedPair('Курс 汇率 Rate', `1 ${rate.base} = ${rateText(rate).replace('.', ',')} ${rate.quote}`),
    pair('Наценка 加价 Mark-up', `${percent}%`),
    sourceLine(conversion.source, conversion.sourceDate),
  ];
  const sentence = chosen
    ? [
        line('Мне предложили выбор валюты. Я выбрал(а) оплату в валюте моей карты; выбор окончателен.'),
        line('本人获知可选择交易币种，并选择以本卡币种支付。'),
        line('I was offered a choice of currencies and chose to pay in the currency of my card.'),
      ]
    : [
        line('Мне предложили выбор валюты. Я выбрал(а) оплату в рублях.'),
        line('本人获知可选择交易币种，并选择以卢布支付。'),
        line('I was offered a choice of currencies and chose to pay in roubles.'),
      ];
  return [RULE, ...terms, ...sentence];
}

/** `done`: what the issuer did with the sum. */
export function billingBlocks(
  billing: SlipCard['billing'],
  done: 'Списано' | 'Удержано' | 'Освобождено' | 'Возвращено',
): readonly ReceiptBlock[] {
  if (billing === null) return [];
  const { amount, rate } = billing;
  return [
    pair(`${done} банком карты, ${amount.currency}`, amountText(amount)),
    ...namedPair('Курс банка 发卡行汇率', rate.replace('.', ',')),
  ];
}

export function copyMark(copy: 'merchant' | 'customer'): ReceiptBlock {
  return centred(
    copy === 'merchant' ? 'Экземпляр магазина 商户存根' : 'Экземпляр клиента 持卡人存根',
    'normal',
    true,
  );
}
