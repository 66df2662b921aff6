/** Card payments' part of the gateway's configuration file. Absent, the gateway takes no cards. */
import Type, { type Static } from 'typebox';
import { BankSection, bankContradictions, bankPathsAt } from './banks/bank-config.ts';
import { allCurrencies } from './kernel/currency.ts';
import { renewalFaults } from './run/card/terminal-keys.ts';

const exact = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const KeyName = Type.String({ pattern: '^[a-z][a-z0-9._/-]{0,63}$' });
const KsnPrefix = Type.String({ pattern: '^[0-9A-F]{4,16}$' });
const BankName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
/** Numbers that replace a default of the same name. */
const Overrides = Type.Record(
  Type.String({ maxLength: 40 }),
  Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
);

const Hsm = Type.Object(
  {
    /** 64 hexadecimal digits: the key that all others are wrapped under. For tests and development only. */
    masterKeyFile: Text,
    /** JSON: a key block under the master key, by name. */
    keysFile: Text,
    /** Names of the keys under which PANs are kept, and hashed to be found by. */
    panKey: KeyName,
    hashKey: KeyName,
  },
  exact,
);

const TerminalKeySet = Type.Object(
  {
    /** What the key serial numbers of these PIN pads begin with. */
    ksnPrefix: KsnPrefix,
    bdk: KeyName,
    /** Null where initial keys are changed by hand. */
    renewal: Type.Union([
      Type.Object(
        {
          ksnPrefix: KsnPrefix,
          bdk: KeyName,
          /** `{tid}` in it stands for the terminal's number. */
          transportKey: Type.String({ pattern: '^[a-z][a-z0-9._/{}-]{0,63}$' }),
        },
        exact,
      ),
      Type.Null(),
    ]),
  },
  exact,
);

const Route = Type.Object(
  {
    /** Leading digits of card numbers; the longest that fits decides. */
    prefix: Type.String({ pattern: '^[0-9]{1,8}$' }),
    scheme: Type.String({ pattern: '^[a-z0-9-]{1,20}$' }),
    bank: BankName,
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    converter: Type.Union([Type.Literal('issuer'), Type.Literal('till')]),
  },
  exact,
);

const TcpPort = Type.Object(
  {
    host: Text,
    port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    profile: Type.Union([Type.Literal('ascii'), Type.Literal('bcd')]),
    tpdu: Type.Boolean(),
  },
  exact,
);

export const CardsSection = Type.Object(
  {
    hsm: Hsm,
    terminalKeys: Type.Array(TerminalKeySet, { minItems: 1, maxItems: 1_000 }),
    /** Terminals that speak with the keys of one PIN pad only. One on a TCP port must be here, since nothing else proves it. */
    pads: Type.Array(
      Type.Object({ tid: Type.String({ pattern: '^[0-9]{8}$' }), ksnPrefix: KsnPrefix }, exact),
      { maxItems: 100_000 },
    ),
    bins: Type.Array(Route, { minItems: 1, maxItems: 100_000 }),
    banks: Type.Array(BankSection, { minItems: 1, maxItems: 64 }),
    tcp: Type.Array(TcpPort, { maxItems: 16 }),
    /** When days are compared with the banks. Without it: at midnight in Moscow. */
    bankDay: Type.Optional(
      Type.Object(
        {
          /** HH:MM in Moscow; before noon for the day before. Null where only banks or an operator close. */
          cutAt: Type.Union([Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }), Type.Null()]),
          /** Banks whose own cut-over closes the day. */
          cutOverBanks: Type.Array(BankName, { maxItems: 64 }),
        },
        exact,
      ),
    ),
    timers: Type.Optional(Overrides),
    tcpLimits: Type.Optional(Overrides),
  },
  exact,
);
export type CardSettings = Static<typeof CardsSection>;

/** What the shape alone does not show, in sentences for the person who wrote the file. */
export function cardContradictions(settings: CardSettings, tids: ReadonlySet<string>): readonly string[] {
  const found = settings.banks.flatMap(bankContradictions);
  const banks = settings.banks.map(({ bank }) => bank);
  for (const bank of repeatedIn(banks)) found.push(`bank ${bank} is listed twice`);
  for (const { prefix, bank, currency } of settings.bins) {
    if (!banks.includes(bank))
      found.push(`cards beginning ${prefix} go to bank ${bank}, which is not listed`);
    if (!allCurrencies().some(({ code }) => code === currency)) {
      found.push(`cards beginning ${prefix}: ${currency} is not a currency of ISO 4217`);
    }
  }
  for (const bank of settings.bankDay?.cutOverBanks ?? []) {
    if (!banks.includes(bank)) found.push(`the cut-over of bank ${bank}: the bank is not listed`);
  }
  for (const prefix of repeatedIn(settings.bins.map((row) => row.prefix))) {
    found.push(`cards beginning ${prefix} are listed twice`);
  }
  for (const prefix of repeatedIn(settings.terminalKeys.map((row) => row.ksnPrefix))) {
    found.push(`terminal keys ${prefix} are listed twice`);
  }
  for (const { ksnPrefix, renewal } of settings.terminalKeys) {
    if (renewal !== null && renewal.ksnPrefix.length !== ksnPrefix.length) {
      found.push(`terminal keys ${ksnPrefix}: the prefix of a renewal is as long`);
    }
  }
  found.push(...renewalFaults(settings.terminalKeys));
  for (const { tid } of settings.pads) {
    if (!tids.has(tid)) found.push(`the PIN pad of terminal ${tid}: the terminal is not listed`);
  }
  for (const tid of repeatedIn(settings.pads.map((pad) => pad.tid))) {
    found.push(`the PIN pad of terminal ${tid} is listed twice`);
  }
  return found;
}

/** The same with paths made absolute by `at`. */
export function cardPathsAt(settings: CardSettings, at: (path: string) => string): CardSettings {
  const { hsm, banks } = settings;
  return {
    ...settings,
    hsm: { ...hsm, masterKeyFile: at(hsm.masterKeyFile), keysFile: at(hsm.keysFile) },
    banks: banks.map((bank) => bankPathsAt(bank, at)),
  };
}

function repeatedIn(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
