/** Card rows for tests: plausible, and changed by what a test names. */
import { RUB } from '../../../gateway/kernel/currency.ts';
import { parseAttemptId } from '../../../gateway/kernel/identifiers.ts';
import { type Money, money, zero } from '../../../gateway/kernel/money.ts';
import type {
  BankFigures,
  BankTotalsRecord,
  NewBankTotals,
} from '../../../gateway/payments/card/bank-totals.ts';
import type {
  AdviceRecord,
  BankReference,
  BatchRecord,
  CardIdentity,
  CardRecord,
  StoredCard,
} from '../../../gateway/payments/card/records.ts';
import type { Change } from '../../../gateway/payments/ports.ts';
import { DAY, MID, saleId, T0, TID } from './records.ts';

export const BANK = 'neva';

export const cardId = (n = 1) => `01KABCDEF0C${n.toString().padStart(15, '0')}`;
export const adviceId = (n = 1) => `01KABCDEF0D${n.toString().padStart(15, '0')}`;
const stan = (n: number) => n.toString().padStart(6, '0');

export function identity(n = 1, changes: Partial<CardIdentity> = {}): CardIdentity {
  return {
    tid: TID,
    mid: MID,
    messageClass: '2',
    stan: stan(n),
    transmittedAt: '1121090000',
    ...changes,
  };
}

export function bankReference(n = 1, changes: Partial<BankReference> = {}): BankReference {
  return {
    bank: BANK,
    mti: '0200',
    stan: stan(n),
    transmittedAt: '1121090001',
    rrn: `632509${stan(n)}`,
    ...changes,
  };
}

export const STORED_CARD: StoredCard = {
  masked: '220070******1234',
  bin: '22007000',
  scheme: 'mir',
  panHash: 'aa'.repeat(32),
  encrypted: Uint8Array.from({ length: 48 }, (_, i) => i),
};

/** The nth of its terminal; `sent` unless told. */
export function cardRow(n = 1, changes: Partial<CardRecord> = {}): CardRecord {
  const amount: Money = changes.amount ?? money(100_000n, RUB);
  return {
    cardId: cardId(n),
    identity: identity(n),
    kind: 'sale',
    state: 'sent',
    version: 1,
    saleId: saleId(),
    attemptId: parseAttemptId(`01KABCDEF0A${n.toString().padStart(15, '0')}`),
    batch: '000001',
    amount,
    asked: null,
    dcc: null,
    mdrBp: 175,
    mdrReturned: true,
    acceptor: { name: 'Чайная', town: null, categoryCode: '5999' },
    card: STORED_CARD,
    pinKsn: null,
    entryMode: '051',
    conditionCode: '00',
    cvm: 'online_pin',
    bankReference: bankReference(n),
    originalId: null,
    responseCode: null,
    authCode: null,
    billing: null,
    refunded: zero(amount.currency),
    refundsBooked: zero(amount.currency),
    bodyHash: 'b0d1e5'.repeat(10),
    answer: null,
    reversalCause: null,
    businessDate: DAY,
    createdAt: T0 + n,
    updatedAt: T0 + n,
    ...changes,
  };
}

export function adviceRow(n = 1, changes: Partial<AdviceRecord> = {}): Omit<AdviceRecord, 'position'> {
  return {
    adviceId: adviceId(n),
    bank: BANK,
    kind: 'reversal',
    cardId: cardId(n),
    stan: stan(n + 500),
    transmittedAt: '1121090030',
    cause: 'bank_timeout',
    emv: null,
    tries: 0,
    nextAt: T0,
    doneAt: null,
    responseCode: null,
    undoneMinor: null,
    version: 1,
    ...changes,
  };
}

export function batchRow(changes: Partial<BatchRecord> = {}): BatchRecord {
  return {
    tid: TID,
    batch: '000001',
    state: 'open',
    claimed: [],
    counted: null,
    agreed: null,
    closedAt: null,
    version: 1,
    ...changes,
  };
}

export const NOTHING: BankFigures = {
  ...{ debits: 0, debitsMinor: 0n, credits: 0, creditsMinor: 0n },
  ...{ debitReversals: 0, debitReversalsMinor: 0n, creditReversals: 0, creditReversalsMinor: 0n },
};

const period = (n: number): NewBankTotals => ({
  ...{ bank: BANK, currency: 'RUB', settlementDate: DAY, cause: 'cut', quiet: true },
  ...{ stan: `00000${n}`, transmittedAt: '1121210000' },
});

/** The bank's nth period in roubles is closed. */
export function closing(n: number): Change {
  return { kind: 'bank_totals.close', row: period(n) };
}

/** The bank has compared it. */
export function answered(n: number, changes: Partial<BankTotalsRecord> = {}): Change {
  return {
    kind: 'bank_totals.put',
    row: {
      ...{ ...period(n), period: n, ours: NOTHING, theirs: null, state: 'balanced', tries: 1 },
      ...{ nextAt: T0, madeAt: T0, answeredAt: T0, responseCode: '00', version: 2, ...changes },
    },
  };
}
