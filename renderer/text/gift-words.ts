/** The words of a gift to a charity, for the cashier. */
import { plural } from './plural-ru.ts';

const ru = {
  give: 'Пожертвование',
  title: 'Пожертвование с покупкой',
  ask: 'Предложите покупателю. Вся сумма перейдёт фонду, комиссия с неё не берётся.',
  charity: 'Кому',
  roundUp: 'Округлить покупку',
  upTo: (total: string) => `до ${total}`,
  other: 'Другая сумма',
  to: (charity: string) => `Пожертвование: ${charity}`,
  otherHelp: (most: string) => `В рублях, не больше ${most}`,
  add: 'Добавить',
  notNow: 'Не добавлять',
  remove: 'Убрать пожертвование',
  removeShort: 'Убрать',
  told: 'оплата картой или через Alipay',
  untold: 'сообщаем банку, оплата будет доступна сразу после ответа',
  within: (amount: string) => `в том числе пожертвование ${amount}`,
  withPositions: (count: number) =>
    `${count} ${plural(count, 'позиция', 'позиции', 'позиций')} и пожертвование`,
  whole: 'Вся продажа с пожертвованием',
  stays: 'При возврате товаров пожертвование остаётся фонду.',
};

export type GiftWords = typeof ru;

const zh: GiftWords = {
  give: '捐款',
  title: '随购物捐款',
  ask: '请征询顾客意愿。款项全额转给基金会，不收手续费。',
  charity: '受赠方',
  roundUp: '凑整',
  upTo: (total) => `凑至 ${total}`,
  other: '其他金额',
  to: (charity) => `捐款：${charity}`,
  otherHelp: (most) => `卢布，最多 ${most}`,
  add: '添加',
  notNow: '不添加',
  remove: '取消捐款',
  removeShort: '取消',
  told: '须用银行卡或支付宝付款',
  untold: '正在通知银行，收到答复后即可付款',
  within: (amount) => `含捐款 ${amount}`,
  withPositions: (count) => `${count} 件商品和捐款`,
  whole: '整单退款（含捐款）',
  stays: '退货时捐款不退，归基金会所有。',
};

const en: GiftWords = {
  give: 'Donation',
  title: 'Donation with the purchase',
  ask: 'Offer it to the customer. The charity receives all of it, no fee is taken.',
  charity: 'To',
  roundUp: 'Round the purchase up',
  upTo: (total) => `to ${total}`,
  other: 'Other sum',
  to: (charity) => `Donation: ${charity}`,
  otherHelp: (most) => `In roubles, ${most} at most`,
  add: 'Add',
  notNow: 'Not now',
  remove: 'Remove the donation',
  removeShort: 'Remove',
  told: 'paid by card or Alipay',
  untold: 'telling the bank; payment opens as soon as it answers',
  within: (amount) => `of it a donation of ${amount}`,
  withPositions: (count) => `${count} ${count === 1 ? 'item' : 'items'} and a donation`,
  whole: 'The whole sale with its donation',
  stays: 'When goods are returned the donation stays with the charity.',
};

export const GIFT_WORDS = { ru, zh, en } as const;
