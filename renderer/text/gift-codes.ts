/** What the till refuses or tells about gifts to charities. */
import type { CodeWords, GiftWordedCode } from './code-list.ts';

type GiftCodes = Readonly<Record<GiftWordedCode, CodeWords>>;

export const giftCodesRu: GiftCodes = {
  CHARITY_UNKNOWN: ['Этому фонду передать нельзя', 'Пожертвование не добавлено. Выберите другой фонд.'],
  GIFT_OUT_OF_RANGE: ['Такую сумму пожертвовать нельзя', 'Проверьте сумму: покупка могла измениться.'],
  GIFT_NOT_TOLD: [
    'Банк ещё не подтвердил пожертвование',
    'Деньги не списаны. Подождите секунду и повторите или уберите пожертвование.',
  ],
  GIFT_NOT_IN_CASH: [
    'Наличными пожертвование не принимается',
    'Возьмите карту или Alipay либо уберите пожертвование.',
  ],
  GIFT_TAKEN_OUT: [
    'Пожертвование убрано',
    'Покупка изменилась, и сумма округления стала другой. Предложите её покупателю снова.',
  ],
  GIFT_REFUSED: ['Банк не принял пожертвование', 'Оно убрано из чека. Деньги не списаны.'],
};

export const giftCodesZh: GiftCodes = {
  CHARITY_UNKNOWN: ['无法向该基金会捐款', '未添加捐款，请选择其他基金会。'],
  GIFT_OUT_OF_RANGE: ['不能捐此金额', '请核对金额：商品可能已变动。'],
  GIFT_NOT_TOLD: ['银行尚未确认捐款', '未扣款。请稍候再试，或取消捐款。'],
  GIFT_NOT_IN_CASH: ['捐款不能用现金', '请用银行卡或支付宝，或取消捐款。'],
  GIFT_TAKEN_OUT: ['捐款已取消', '商品已变动，凑整金额不同，请重新征询顾客。'],
  GIFT_REFUSED: ['银行未接受捐款', '已从小票中去除，未扣款。'],
};

export const giftCodesEn: GiftCodes = {
  CHARITY_UNKNOWN: ['Nothing can be given to this charity', 'No donation was added. Choose another charity.'],
  GIFT_OUT_OF_RANGE: ['That sum cannot be given', 'Check the sum: the purchase may have changed.'],
  GIFT_NOT_TOLD: [
    'The bank has not confirmed the donation yet',
    'Nothing was charged. Wait a second and try again, or remove the donation.',
  ],
  GIFT_NOT_IN_CASH: ['A donation cannot be paid in cash', 'Take a card or Alipay, or remove the donation.'],
  GIFT_TAKEN_OUT: [
    'The donation was removed',
    'The purchase changed, and so did the sum that rounds it up. Offer it to the customer again.',
  ],
  GIFT_REFUSED: [
    'The bank did not take the donation',
    'It was removed from the receipt. Nothing was charged.',
  ],
};
