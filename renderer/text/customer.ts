/** The customer's words. The chosen language leads and another stands beneath: Russian, or English under Russian. */
import type { Language } from '../../electron/contract/commands.ts';

export type Said = Readonly<Record<Language, string>>;

export const said = (zh: string, ru: string, en: string): Said => ({ zh, ru, en });

export const CUSTOMER = {
  welcome: said('欢迎光临', 'Добро пожаловать', 'Welcome'),
  welcomePay: said('可用支付宝付款', 'Можно платить через Alipay', 'You can pay with Alipay'),
  welcomePayCards: said(
    '可用支付宝或银行卡付款',
    'Можно платить через Alipay или картой',
    'You can pay with Alipay or by card',
  ),
  goods: said('您的商品', 'Ваши покупки', 'Your goods'),
  total: said('应付', 'К оплате', 'To pay'),
  presentCode: said('请出示支付宝付款码', 'Покажите код оплаты Alipay', 'Show your Alipay payment code'),
  presentHow: said(
    '打开支付宝，点“付钱”',
    'В Alipay нажмите «Оплатить» (付钱)',
    'Open Alipay and tap Pay (付钱)',
  ),
  scan: said('请用支付宝扫码付款', 'Отсканируйте в Alipay', 'Scan with Alipay'),
  expired: said('二维码已失效，请稍候', 'Время QR вышло, подождите', 'The QR has expired, please wait'),
  confirm: said('请在手机上确认付款', 'Подтвердите на телефоне', 'Confirm on your phone'),
  confirmHow: said('在支付宝输入密码', 'Введите пароль в Alipay', 'Enter your password in Alipay'),
  wait: said('请稍候', 'Подождите', 'Please wait'),
  waitHow: said(
    '正在确认付款，请勿重复付款',
    'Проверяем оплату. Не платите второй раз',
    'Checking the payment. Please do not pay twice',
  ),
  sign: said('请在签购单上签名', 'Распишитесь на слипе', 'Please sign the slip'),
  signHow: said('收银员会给您笔和签购单', 'Слип и ручку даст кассир', 'The cashier hands you slip and pen'),
  paid: said('付款成功', 'Оплачено', 'Paid'),
  thanks: said('谢谢惠顾', 'Спасибо за покупку', 'Thank you'),
  change: said('找零', 'Сдача', 'Change'),
  notPaid: said('付款未完成', 'Оплата не прошла', 'Not paid'),
  notPaidHow: said(
    '请与收银员联系。如已扣款，钱会自动退回',
    'Обратитесь к кассиру. Если деньги списались, они вернутся сами',
    'Please ask the cashier. If money was taken it comes back by itself',
  ),
  lost: said('屏幕正在重新连接', 'Экран восстанавливает связь', 'The screen is reconnecting'),
  gift: said('捐款：', 'Пожертвование: ', 'Donation: '),
  items: said('件', 'поз.', 'items'),
} as const satisfies Readonly<Record<string, Said>>;

export type CustomerWord = keyof typeof CUSTOMER;

/** The language beneath the leading one. */
export function beneath(language: Language): Language {
  return language === 'ru' ? 'en' : 'ru';
}

export function expiresIn(language: Language, seconds: number): string {
  switch (language) {
    case 'zh':
      return `二维码 ${seconds} 秒后失效`;
    case 'ru':
      return `QR действует ещё ${seconds} с`;
    case 'en':
      return `QR expires in ${seconds} s`;
  }
}

export interface RateWords {
  readonly rate: string;
  readonly sourceRate: string;
  readonly sourceDate: string;
  readonly markup: string;
  /** Null for the Bank of Russia, otherwise the source's own name. */
  readonly source: string | null;
}

export function rateSentence(language: Language, w: RateWords): string {
  switch (language) {
    case 'zh':
      return `汇率 1 ¥ = ${w.rate} ₽ · ${w.source ?? '俄罗斯银行'}汇率 ${w.sourceRate}（${w.sourceDate}），服务费 ${w.markup} %`;
    case 'ru':
      return `Курс 1 ¥ = ${w.rate} ₽: ${w.source ?? 'Банк России'} ${w.sourceRate} на ${w.sourceDate}, наценка ${w.markup} %`;
    case 'en':
      return `Rate 1 ¥ = ${w.rate} ₽: ${w.source ?? 'Bank of Russia'} ${w.sourceRate} on ${w.sourceDate}, fee ${w.markup} %`;
  }
}
