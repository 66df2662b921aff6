/** What a bank can be told to do, by name. A name says one thing: an answer's code, what happens to the answer's bytes, or what
 *  happens on the link beside it. One of each kind can apply to a message. */

export type ScenarioKind = 'answer' | 'delivery' | 'link';
/** What a scenario can apply to: first message types, and the network messages by what they are for. */
export const MOMENTS = ['0100', '0200', '0220', '0420', '0500', 'sign_on', 'key_change', 'echo'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Scenario {
  readonly kind: ScenarioKind;
  readonly moments: readonly Moment[];
  /** DE39 of an `answer`. */
  readonly code: string | null;
  readonly ru: string;
  readonly en: string;
}

const REQUESTS = ['0100', '0200'] as const;
const MONEY = ['0100', '0200', '0220', '0420', '0500'] as const;

const answer = (code: string, ru: string, en: string, moments: readonly Moment[] = REQUESTS): Scenario => ({
  kind: 'answer',
  moments,
  code,
  ru,
  en,
});
const delivery = (ru: string, en: string): Scenario => ({
  kind: 'delivery',
  moments: MOMENTS,
  code: null,
  ru,
  en,
});
const link = (ru: string, en: string, moments: readonly Moment[] = MONEY): Scenario => ({
  kind: 'link',
  moments,
  code: null,
  ru,
  en,
});

export const SCENARIOS = {
  // approvals of other kinds: the bank decides as usual, and an approval carries this code
  approve_with_signature: answer('08', 'Одобрить, с подписью', 'Approve, with signature'),
  partial_approval: answer('10', 'Одобрить половину', 'Approve one half'),
  approve_vip: answer('11', 'Одобрить, VIP', 'Approve, VIP'),
  approve_third_track: answer('16', 'Одобрить, третья дорожка', 'Approve, third track'),
  // refusals: nothing is done
  refer_to_issuer: answer('01', 'Позвонить в банк', 'Refer to the issuer'),
  refer_special: answer('02', 'Позвонить в банк, особо', 'Refer, special condition'),
  merchant_unknown: answer('03', 'Магазин неизвестен', 'Merchant unknown'),
  pick_up_card: answer('04', 'Изъять карту', 'Pick up the card'),
  declined: answer('05', 'Отказ', 'Declined'),
  pick_up_special: answer('07', 'Изъять карту, особо', 'Pick up, special condition'),
  not_allowed_now: answer('12', 'Операция недопустима', 'Not allowed in this state', MONEY),
  amount_refused: answer('13', 'Неверная сумма', 'Amount refused', MONEY),
  no_such_card: answer('14', 'Нет такой карты', 'No such card'),
  no_action: answer('21', 'Ничего не сделано', 'No action taken'),
  original_not_found: answer('25', 'Исходная не найдена', 'Original not found', MONEY),
  format_error: answer('30', 'Ошибка формата', 'Format error', MOMENTS),
  lost_card: answer('41', 'Карта потеряна', 'Lost card'),
  stolen_card: answer('43', 'Карта украдена', 'Stolen card'),
  not_enough_money: answer('51', 'Недостаточно средств', 'Not enough money'),
  expired_card: answer('54', 'Срок карты истёк', 'Expired card'),
  wrong_pin: answer('55', 'Неверный PIN', 'Wrong PIN'),
  not_for_card: answer('57', 'Не для этой карты', 'Not allowed for the card'),
  not_for_terminal: answer('58', 'Не для этого терминала', 'Not allowed for the terminal'),
  amount_limit: answer('61', 'Превышен лимит суммы', 'Amount limit'),
  restricted_card: answer('62', 'Карта ограничена', 'Restricted card'),
  count_limit: answer('65', 'Превышено число операций', 'Count limit'),
  too_late: answer('68', 'Слишком поздно', 'Too late', MONEY),
  pin_tries_exceeded: answer('75', 'Попытки PIN исчерпаны', 'Too many PIN tries'),
  cryptogram_wrong: answer('82', 'Неверная криптограмма', 'Cryptogram wrong'),
  mac_refused: answer('88', 'Имитовставка не сошлась', 'MAC wrong', MOMENTS),
  not_available: answer('91', 'Банк недоступен', 'Not available', MOMENTS),
  identity_conflict: answer('94', 'Повтор с другим содержанием', 'Same identity, other content', MONEY),
  malfunction: answer('96', 'Сбой системы', 'Malfunction', MOMENTS),
  key_refused: answer('97', 'Ключ не принят', 'Key refused', ['0100', '0200', 'key_change']),
  approval_with_script: { ...answer('00', 'Одобрить с командой карте', 'Approve, with issuer script') },
  card_echoed: { ...answer('00', 'Повторить карту в ответе', 'Say the card again in the answer') },
  // the answer's bytes
  no_answer: delivery('Нет ответа, не исполнено', 'No answer, nothing done'),
  answer_lost_after_approval: delivery('Исполнено, ответ потерян', 'Done, the answer is lost'),
  late: delivery('Ответ опоздал', 'The answer is late'),
  duplicate_answer: delivery('Ответ дважды', 'The answer comes twice'),
  garbage: delivery('Мусор вместо ответа', 'Garbage instead of the answer'),
  slow_drip: delivery('Ответ по байту', 'The answer, byte by byte'),
  wrong_mac: delivery('Ответ с неверной имитовставкой', 'The answer with a wrong MAC'),
  wrong_amount: delivery('Ответ с другой суммой', 'The answer with another amount'),
  wrong_rrn: delivery('Ответ с другим RRN', 'The answer with another RRN'),
  swapped_answers: delivery('Два ответа переставлены', 'Two answers change places'),
  answer_cut: delivery('Половина ответа и разрыв', 'Half of the answer, then a break'),
  close_after_request: delivery('Исполнено и разрыв', 'Done, then a break'),
  half_open: delivery('Связь замирает', 'The connection falls silent'),
  // beside the answer
  sign_on_refused: link('Вход не принят', 'Sign-on refused', ['sign_on']),
  key_change_in_between: link('Смена ключей в промежутке', 'Keys change in between'),
  cut_over_in_between: link('Смена дня в промежутке', 'Business day changes in between'),
  sign_off_in_between: link('Банк прощается в промежутке', 'The bank signs off in between'),
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(SCENARIOS, text);
}

export function scenarioOf(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}

/** Approvals that only change the code of what the bank approves by itself. */
export function isApproval(code: string): boolean {
  return ['00', '08', '10', '11', '16'].includes(code);
}
