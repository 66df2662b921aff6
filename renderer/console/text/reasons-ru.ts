/** Why something does not agree, what stands in the way, and what a person does next, in Russian. The server sends codes and
 *  values; the sentences are here. */
export const reasonsRu = {
  obstacles: {
    file_not_delivered: (name: string) => `Файл ${name} ещё не выдан.`,
    exception_open: (name: string) => `Не закрыто исключение ${name}.`,
    payment_again_awaited: (name: string) => `Платёж вернулся, ждём его повторения: ${name}.`,
    file_awaited: (name: string) => `Ждём файл: ${name}.`,
  } as Readonly<Record<string, (name: string) => string>>,
  /** By the exception's type. */
  next: {
    missing_ours:
      'Узнайте у них, чья это операция. Если она наша, она появится сама; если ничья, предложите провести.',
    missing_theirs: 'Подождите следующего файла. Если и в нём операции нет, запросите её по номеру.',
    amount: 'Сверьте обе суммы с чеком и договоритесь, какая верна. Утверждение проведёт разницу.',
    duplicate: 'Попросите вернуть лишнее или договоритесь оставить. Утверждение проведёт лишнюю сумму.',
    date: 'Делать ничего не нужно: операция сопоставлена.',
    late: 'Делать ничего не нужно: операция пришла и сопоставлена.',
    ambiguous: 'Спросите у них номер операции. Пока его нет, сопоставить нечего.',
    status: 'Узнайте, почему они отменили, и верните деньги покупателю, если он платил.',
    swapped_ids: 'Суммы вместе верны. Попросите исправить номера или предложите закрыть.',
    truncated_file: 'Запросите файл целиком и положите его в папку. Исключение закроют двое.',
    refused_file: 'Покажите место отправителю и запросите исправленный файл.',
    duplicate_file: 'Из файла ничего не взято дважды. Скажите отправителю и закройте исключение.',
  } as Readonly<Record<string, string>>,
  nextTitle: 'Что делать',
  ownerTitle: 'Занимается',
  owners: {
    operator: 'оператор',
    reconciliation: 'отдел сверки',
    wallets: 'отдел кошельков',
    cards: 'отдел карт',
  } as Readonly<Record<string, string>>,
  placeTitle: 'Место в файле',
  place: (line: string, column: string) =>
    [
      line === '0' || line === '' ? 'весь файл' : `строка ${line}`,
      ...(column === '' ? [] : [`поле ${column}`]),
    ].join(', '),
  readerTitle: 'Запись чтения',
  facts: {
    kind: 'Вид',
    date: 'День',
    ours: 'У нас',
    theirs: 'У них',
    businessDays: 'Рабочих дней между ними',
    candidates: 'Подходит наших операций',
    rivals: 'На них претендует строк',
    matchedFile: 'Сопоставлено раньше в файле',
    matchedLine: 'Строка там',
    missedOn: 'Ждали',
    ordered: 'Поручили',
    found: 'В выписке',
    direction: 'Движение',
    bankReference: 'Номер банка',
  } as Readonly<Record<string, string>>,
  kinds: {
    payment: 'оплата',
    refund: 'возврат',
    cancel: 'отмена',
    chargeback: 'опротестование',
    adjustment: 'поправка',
    adjustment_in: 'поправка в нашу пользу',
    batch_in: 'поступление пачкой',
    batch_out: 'списание пачкой',
    in: 'поступление',
    out: 'списание',
  } as Readonly<Record<string, string>>,
  /** What is wrong with a file, and what to ask for. */
  files: {
    title: 'Что с файлом',
    byCode: {
      FILE_TRUNCATED: 'Файл кончился раньше своего конца. Запросите его целиком.',
      FILE_MALFORMED: 'Файл не по согласованной форме. Покажите строку отправителю и запросите исправленный.',
      FILE_ENCODING_WRONG: 'Файл не в той кодировке. Запросите его в согласованной, не перекодируйте сами.',
      FILE_TOTALS_WRONG: 'Строки не сходятся с итогами файла. Спросите, что верно, и запросите исправленный.',
      FILE_TOO_LARGE: 'Файл слишком велик. Запросите этот срок несколькими файлами.',
      FILE_CHANGED: 'Файл менялся, пока его читали. Он будет прочитан заново.',
      FILE_KIND_UNKNOWN: 'Такой вид или версия файла здесь не читается. Проверьте, тот ли это файл.',
      FILE_SCHEMA_REFUSED: 'Файл не соответствует схеме своего сообщения. Запросите исправленный.',
      FILE_SCHEMA_UNUSABLE:
        'Схема, по которой проверяют файл, не годится. Поправьте её; файл запрашивать не нужно.',
      FILE_SENDER_WRONG:
        'Файл не той стороны, чья папка. Спросите её, как он туда попал, и запросите файл у банка или кошелька, который в нём назван; сами не переносите.',
      FILE_ACCOUNT_FOREIGN:
        'Выписка по счёту, который не наш. Спросите банк; если счёт наш, впишите его в настройки и запросите выписку заново.',
      FILE_KNOWN: 'Эти байты уже приняты раньше.',
      FILE_KNOWN_REFUSED:
        'Эти байты раньше не были приняты и заново не читаются. Запросите у отправителя новый файл.',
    } as Readonly<Record<string, string>>,
  },
  journal: {
    address: 'адрес',
    role: 'роль',
    partner: 'банк',
    party: 'сторона',
    outcome: 'итог',
    netMinor: 'сумма',
    lines: 'получателей',
    reason: 'причина',
    proposedBy: 'предложил',
    transferId: 'проводка',
    fileId: 'хеш файла',
    resolutionId: 'решение',
    rate: 'курс',
    base: 'валюта',
  } as Readonly<Record<string, string>>,
};
