/** What the device says to the customer, in the customer's language, and what the page says to whoever plays him. */

export const SCREEN = {
  starting: { ru: 'Запуск…', zh: '正在启动', en: 'Starting…' },
  unplugged: { ru: 'Нет связи с кассой', zh: '未连接收银机', en: 'Not connected to the till' },
  idle: { ru: 'Добро пожаловать', zh: '欢迎光临', en: 'Welcome' },
  present_card: {
    ru: 'Вставьте, приложите или проведите карту',
    zh: '请插卡、挥卡或刷卡',
    en: 'Insert, tap or swipe your card',
  },
  swipe_only: {
    ru: 'Чип не читается. Проведите карту полосой',
    zh: '芯片无法读取，请刷卡',
    en: 'The chip cannot be read. Swipe the card',
  },
  tap_again: {
    ru: 'Приложите карту ещё раз',
    zh: '请再次挥卡',
    en: 'Tap your card again',
  },
  insert_chip: {
    ru: 'У карты есть чип. Вставьте её',
    zh: '此卡有芯片，请插卡',
    en: 'This card has a chip. Insert it',
  },
  enter_pin: { ru: 'Введите ПИН-код', zh: '请输入密码', en: 'Enter your PIN' },
  pin_again: {
    ru: 'ПИН-код не подошёл, введите ещё раз',
    zh: '密码不正确，请重新输入',
    en: 'That PIN was wrong, enter it again',
  },
  processing: {
    ru: 'Подождите, не вынимайте карту',
    zh: '处理中，请勿拔卡',
    en: 'Please wait, leave the card in',
  },
  remove_card: { ru: 'Заберите карту', zh: '请取回卡片', en: 'Take your card' },
  approved: { ru: 'Одобрено', zh: '交易成功', en: 'Approved' },
  declined: { ru: 'Отклонено', zh: '交易被拒绝', en: 'Declined' },
};

export const TRIES_LEFT = {
  ru: (tries) => `Осталось попыток: ${tries}`,
  zh: (tries) => `还可输入 ${tries} 次`,
  en: (tries) => `Tries left: ${tries}`,
};

export const PAGE = {
  ru: {
    drawer: 'Карты в ящике',
    insert: 'Вставить',
    tap: 'Приложить',
    swipe: 'Провести',
    choose: 'Выберите карту',
    remove: 'Забрать карту',
    slot: 'Слот для чипа пуст',
    unplug: 'Выдернуть кабель',
    plug: 'Вставить кабель',
    faults: 'Неисправности',
    fault: {
      slow: 'Медленно',
      dead: 'Не отвечает',
      lose_next_reply: 'Потерять ответ',
      drop_mid_frame: 'Оборвать кадр',
      garbage: 'Мусор в линии',
      corrupt_reply: 'Испортить ответ',
      disconnect_before_reply: 'Отключиться до ответа',
      reboot_before_reply: 'Перезапуск до ответа',
    },
    reboot: 'Перезапустить',
    pin: 'ПИН',
    cancel: 'Отмена',
    clear: 'Сброс',
    enter: 'Ввод',
  },
  zh: {
    drawer: '卡片',
    insert: '插卡',
    tap: '挥卡',
    swipe: '刷卡',
    choose: '请选择一张卡',
    remove: '取回卡片',
    slot: '卡槽为空',
    unplug: '拔掉电缆',
    plug: '插上电缆',
    faults: '故障',
    fault: {
      slow: '响应慢',
      dead: '无响应',
      lose_next_reply: '丢失下一个应答',
      drop_mid_frame: '帧中断',
      garbage: '线路乱码',
      corrupt_reply: '损坏应答',
      disconnect_before_reply: '应答前断开',
      reboot_before_reply: '应答前重启',
    },
    reboot: '重新启动',
    pin: '密码',
    cancel: '取消',
    clear: '清除',
    enter: '确认',
  },
  en: {
    drawer: 'Cards in the drawer',
    insert: 'Insert',
    tap: 'Tap',
    swipe: 'Swipe',
    choose: 'Choose a card',
    remove: 'Take the card',
    slot: 'The chip slot is empty',
    unplug: 'Pull the cable',
    plug: 'Plug the cable in',
    faults: 'Faults',
    fault: {
      slow: 'Slow',
      dead: 'Dead',
      lose_next_reply: 'Lose the next reply',
      drop_mid_frame: 'Drop mid frame',
      garbage: 'Garbage',
      corrupt_reply: 'Corrupt a reply',
      disconnect_before_reply: 'Disconnect before the reply',
      reboot_before_reply: 'Reboot before the reply',
    },
    reboot: 'Restart',
    pin: 'PIN',
    cancel: 'Cancel',
    clear: 'Clear',
    enter: 'Enter',
  },
};

/** The page's own language: as its address says, else as the browser prefers. */
export function pageLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') ?? navigator.language.slice(0, 2);
  return Object.hasOwn(PAGE, asked) ? asked : 'en';
}

const SIGNS = { RUB: '₽', CNY: '¥' };

/** Minor units as text; thin spaces between thousands, a comma in Russian and a point elsewhere. */
export function amountText({ amountMinor, currency }, language) {
  const digits = amountMinor.padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const number = `${whole}${language === 'ru' ? ',' : '.'}${digits.slice(-2)}`;
  return currency === 'CNY' ? `${SIGNS.CNY}\u202f${number}` : `${number}\u00a0${SIGNS[currency] ?? currency}`;
}
