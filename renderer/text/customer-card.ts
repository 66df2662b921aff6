/** The customer's words about cards. */
import type { CardOfferView } from '../../electron/contract/card-view.ts';
import type { Language } from '../../electron/contract/commands.ts';
import type { PromptWord } from '../ui/pad-scene.ts';
import { conversionWords } from './conversion.ts';
import { type Said, said } from './customer.ts';

export const CARD_PROMPTS: Readonly<Record<PromptWord, Said>> = {
  idle: said('请稍候', 'Подождите', 'One moment'),
  present: said('请挥卡或插卡', 'Приложите или вставьте карту', 'Tap or insert your card'),
  tap: said('请挥卡', 'Приложите карту', 'Tap your card'),
  tap_again: said('请再次挥卡', 'Приложите карту ещё раз', 'Tap your card again'),
  insert: said('请插入芯片卡', 'Вставьте карту чипом', 'Insert your card'),
  swipe: said('请刷卡', 'Проведите картой', 'Swipe your card'),
  insert_chip: said('请插入芯片卡', 'Вставьте карту чипом', 'Insert your card'),
  enter_pin: said('请在密码键盘上输入密码', 'Введите ПИН-код на ПИН-паде', 'Enter your PIN on the PIN pad'),
  pin_again: said(
    '密码不正确，请重新输入',
    'ПИН-код не подошёл, введите ещё раз',
    'That PIN was wrong, enter it again',
  ),
  processing: said('请勿取出卡片', 'Не вынимайте карту', 'Leave your card in'),
  remove_card: said('请取回您的卡', 'Заберите карту', 'Take your card'),
  message: said('请看密码键盘', 'Посмотрите на ПИН-пад', 'Look at the PIN pad'),
};

export const OFFER = {
  title: said('您想用哪种货币付款？', 'В какой валюте списать?', 'Which currency would you like to pay in?'),
  RUB: said('卢布', 'Рубли', 'Roubles'),
  CNY: said('人民币', 'Юани', 'Yuan'),
  priceText: said('汇率由发卡银行确定', 'Курс назначит ваш банк', 'Your bank sets the rate'),
  convertedText: said('按下方汇率', 'По курсу ниже', 'At the rate below'),
  say: said('请告诉收银员您的选择', 'Скажите кассиру, что выбрали', 'Tell the cashier your choice'),
  centralBank: said('俄罗斯银行', 'Банк России', 'Bank of Russia'),
} as const satisfies Readonly<Record<string, Said>>;

/** Before the sum the card's own bank takes. */
export const BILLED: Said = said('发卡银行扣款', 'Ваш банк спишет', 'Your bank takes');

export function conversionSentence(language: Language, offer: CardOfferView): string {
  const w = conversionWords(offer, language, OFFER.centralBank[language]);
  switch (language) {
    case 'zh':
      return `汇率 ${w.one} = ${w.rate} · ${w.source}汇率 ${w.sourceRate}（${w.date}），加价 ${w.markup} %`;
    case 'ru':
      return `Курс ${w.one} = ${w.rate}: ${w.source} ${w.sourceRate} на ${w.date}, наценка ${w.markup} %`;
    case 'en':
      return `Rate ${w.one} = ${w.rate}: ${w.source} ${w.sourceRate} on ${w.date}, mark-up ${w.markup} %`;
  }
}
