/** The configuration of a bank's process for tests, as the JSON that stands in its file. */
import { withAccountKey } from '../../gateway/settlement/files/russian-accounts.ts';
import { MID_A, MID_B } from './settlement/parties.ts';

const BIC = '044525225';
const DETAILS = {
  inn: '7707083893',
  kpp: '770701001',
  bankName: 'ПАО «Наш Банк»',
  bic: BIC,
  correspondentAccount: '30101810400000000225',
};

export const BANK_SETTINGS = {
  name: 'amur-bank',
  databaseFile: 'data/gateway.sqlite',
  outboxFolder: 'outbox',
  inboxFolder: 'inbox',
  roundEveryMs: 60_000,
  fileRestMs: 0,
  acquirer: {
    ...DETAILS,
    name: 'ООО «Амур Эквайринг»',
    accounts: { RUB: withAccountKey(BIC, '40702810000000000001') },
    bank: 'ourbank',
    swiftBic: null,
  },
  partners: [
    {
      ...DETAILS,
      partner: 'amurbank',
      name: 'Амур-Банк',
      accounts: { RUB: withAccountKey(BIC, '40702810000000000077') },
      cutOff: { localTime: '21:00', zone: 'Europe/Moscow' },
      calendars: ['ru.payments'],
      tPlus: 1,
      currencies: ['RUB'],
      minimumPayout: [{ currency: 'RUB', amount: '0.01' }],
      negativeNet: 'carry',
      orderFormat: 'payment_order_1c',
      shareBp: 3_000,
    },
  ],
  payees: [
    ...[MID_A, MID_B].map((id) => ({
      kind: 'merchant',
      id,
      name: 'Лавка «Тигр»',
      inn: '280100000016',
      account: '40802810500000000011',
      partner: 'amurbank',
      reserveBp: 0,
      reserveDays: 0,
    })),
  ],
  vat: { borne: 'within' },
  purpose: 'Расчёты с предприятиями за {date}',
};
