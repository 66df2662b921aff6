/** The customer's words about what is no payment: money back, a hold and its release, a balance. */
import type { CustomerAct } from '../../electron/contract/view.ts';
import { type Said, said } from './customer.ts';

interface ActWords {
  readonly title: Said;
  readonly wait: Said;
  readonly done: Said;
  readonly doneHow: Said;
  readonly notDone: Said;
}

export const ACTS: Readonly<Record<Exclude<CustomerAct, 'payment'>, ActWords>> = {
  refund: {
    title: said('退款', 'Возврат', 'Refund'),
    wait: said('正在办理退款', 'Оформляем возврат', 'Your refund is being made'),
    done: said('退款成功', 'Возврат оформлен', 'Refunded'),
    doneHow: said('请取走退款小票', 'Возьмите чек возврата', 'Take your refund receipt'),
    notDone: said('退款未完成', 'Возврат не прошёл', 'Not refunded'),
  },
  preauthorisation: {
    title: said('预授权', 'Удержание на карте', 'Hold on your card'),
    wait: said('正在冻结金额', 'Удерживаем сумму на карте', 'The sum is being held'),
    done: said('预授权成功', 'Сумма удержана', 'The sum is held'),
    doneHow: said(
      '付款时才会扣款',
      'Деньги спишутся, только когда вы оплатите',
      'It is charged only when you pay',
    ),
    notDone: said('预授权未成功', 'Сумма не удержана', 'Nothing is held'),
  },
  cancellation: {
    title: said('撤销预授权', 'Снятие удержания', 'Release of the hold'),
    wait: said('正在解除冻结', 'Снимаем удержание', 'The hold is being released'),
    done: said('预授权已撤销', 'Удержание снято', 'The hold is released'),
    doneHow: said('您可再次使用该金额', 'Деньги снова доступны', 'The money is yours to use again'),
    notDone: said('预授权未撤销', 'Удержание не снято', 'The hold is not released'),
  },
  balance: {
    title: said('余额查询', 'Баланс карты', 'Card balance'),
    wait: said('正在查询余额', 'Запрашиваем баланс', 'Your balance is being asked for'),
    done: said('余额查询完成', 'Баланс получен', 'Balance received'),
    doneHow: said('收银员会给您小票', 'Слип даст кассир', 'The cashier hands you the slip'),
    notDone: said('余额查询失败', 'Баланс не получен', 'No balance'),
  },
};

export const ASK_CASHIER: Said = said('请与收银员联系', 'Обратитесь к кассиру', 'Please ask the cashier');
