/** A bank on virtual time, and an acquirer's end written by hand for it: keys made here, messages as the document says. */
import Database from 'better-sqlite3';
import { pack, unpack } from '../../../gateway/iso8583/codec.ts';
import { FrameReader, frame } from '../../../gateway/iso8583/frame.ts';
import { appendMac, macInput, packForMac } from '../../../gateway/iso8583/mac-input.ts';
import { type FieldValue, isoMessage, textOf } from '../../../gateway/iso8583/message.ts';
import { type Mti, parseMti } from '../../../gateway/iso8583/mti.ts';
import { buildTlv } from '../../../gateway/iso8583/tlv.ts';
import type { UnpackedMessage } from '../../../gateway/iso8583/unpacked-message.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { cryptogramData, cryptogramKey, makeArqc } from '../../../gateway/keys/arqc.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { iccMasterKeyA } from '../../../gateway/keys/emv-keys.ts';
import { keyCheckValue } from '../../../gateway/keys/kcv.ts';
import { cmac, retailMac } from '../../../gateway/keys/mac.ts';
import { encryptPinBlock } from '../../../gateway/keys/pin-block.ts';
import { pvv } from '../../../gateway/keys/pvv.ts';
import { SoftwareHsm } from '../../../gateway/keys/software-hsm.ts';
import { wrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import { ANY, type Arm } from '../../../simulators/bank/arming.ts';
import { PartnerBank } from '../../../simulators/bank/bank.ts';
import type { BankConnection } from '../../../simulators/bank/connection.ts';
import { profileOf } from '../../../simulators/bank/messages.ts';
import type { ScenarioName } from '../../../simulators/bank/scenarios.ts';
import {
  type AccountTerms,
  type BankTerms,
  type CardTerms,
  USUAL_TERMS,
} from '../../../simulators/bank/terms.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

const MASTER = Buffer.alloc(32, 7);
export const ZMK = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
export const IMK = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
export const PVK = Buffer.from('0123456789abcdef1032547698badcfe', 'hex');
export const TID = '20000001';
const MID = '100000000000001';
export const ACQUIRER = '00000123456';

export const MIR = '2200000100000011';
export const UNION = '6200000200000000014';

const card = (
  name: string,
  pan: string,
  account: string,
  pin: string,
  more: Partial<CardTerms> = {},
): CardTerms => ({
  name,
  pan,
  expiryYymm: '3012',
  account,
  imk: 'imk',
  pvk: 'pvk',
  pvki: 1,
  pvv: pvv(PVK, 1, pan, pin),
  stopped: 'no',
  perTransactionMinor: null,
  perDayMinor: null,
  perDayCount: null,
  scenario: null,
  ...more,
});

export const CARDS: readonly CardTerms[] = [
  card('mir', MIR, 'r1', '4821'),
  card('union', UNION, 'c1', '246810'),
  card('limited', '2200000100000029', 'r1', '1234', {
    perTransactionMinor: 50_000n,
    perDayMinor: 80_000n,
    perDayCount: 3,
  }),
  card('old', '2200000100000086', 'r1', '9630', { expiryYymm: '2412' }),
  card('stopped', '2200000100000094', 'r1', '8520', { stopped: 'stolen' }),
  card('empty', '2200000100000102', 'r2', '1470'),
  card('refuser', '2200000100000037', 'r1', '2580', { scenario: 'refer_to_issuer' }),
];

export const ACCOUNTS: readonly AccountTerms[] = [
  { account: 'r1', holder: 'ANNA IVANOVA', currency: RUB, openingMinor: 10_000_000n },
  { account: 'r2', holder: 'PETR EMPTY', currency: RUB, openingMinor: 0n },
  { account: 'c1', holder: 'LI LEI', currency: CNY, openingMinor: 1_000_000n },
];

export const TERMS: BankTerms = {
  ...USUAL_TERMS,
  name: 'test-bank',
  rates: new Map([['RUB/CNY', { base: RUB, quote: CNY, value: 886_400n, scale: 7 }]]),
};

function hsmOf(world: VirtualWorld, terms: BankTerms): SoftwareHsm {
  const random = world.random;
  const block = (usage: string, algorithm: string, modeOfUse: string, key: Buffer): string =>
    wrapKeyBlock(
      MASTER,
      {
        version: 'D',
        usage,
        algorithm,
        modeOfUse,
        keyVersion: '00',
        exportability: 'N',
        optional: [],
      },
      key,
      random,
    );
  const zmk = terms.mac === 'cmac' ? block('K0', 'A', 'B', ZMK) : block('K0', 'T', 'B', ZMK);
  return new SoftwareHsm({
    masterKey: MASTER,
    random,
    keys: { zmk, imk: block('E0', 'T', 'X', IMK), pvk: block('V2', 'T', 'C', PVK) },
  });
}

export interface Zone {
  zpk: Buffer;
  zak: Buffer;
}

export interface BankWorldOptions {
  readonly terms?: Partial<BankTerms>;
  readonly db?: Database.Database;
  readonly seed?: number;
}

/** The acquirer's end: one connection, MACs and PIN blocks made with its own keys. */
export class BankWorld {
  readonly world: VirtualWorld;
  readonly db: Database.Database;
  readonly terms: BankTerms;
  readonly zone: Zone = { zpk: Buffer.alloc(16, 0x51), zak: Buffer.alloc(16, 0x61) };
  bank: PartnerBank;
  connection: BankConnection;
  /** Raw bytes that came from the bank, and whole messages of them. */
  raw: Buffer[] = [];
  inbox: UnpackedMessage[] = [];
  closed = false;
  #stan = 0;
  #process;

  constructor(options: BankWorldOptions = {}) {
    this.world = new VirtualWorld({ seed: options.seed ?? 5 });
    this.db = options.db ?? new Database(':memory:');
    this.terms = { ...TERMS, ...options.terms };
    this.#process = this.world.process();
    this.bank = this.#make();
    this.connection = this.dial();
  }

  get spec() {
    return profileOf(this.terms.profile);
  }

  #make(): PartnerBank {
    return new PartnerBank({
      db: this.db,
      runtime: this.#process,
      hsm: hsmOf(this.world, this.terms),
      terms: this.terms,
      accounts: ACCOUNTS,
      cards: CARDS,
    });
  }

  /** A killed bank comes again over the same database. */
  restart(): void {
    this.bank.kill();
    this.#process.kill();
    this.#process = this.world.process();
    this.bank = this.#make();
    this.connection = this.dial();
  }

  dial(): BankConnection {
    const frames = new FrameReader(65_535);
    this.closed = false;
    return this.bank.connect({
      send: (bytes) => {
        this.raw.push(Buffer.from(bytes));
        for (const message of frames.push(bytes)) {
          if (message[0] !== 0xff) this.inbox.push(unpack(this.spec, message));
        }
      },
      close: () => {
        this.closed = true;
      },
    });
  }

  async ready(): Promise<this> {
    await this.signOn();
    await this.changeKey('ZPK', this.zone.zpk);
    await this.changeKey('ZAK', this.zone.zak);
    return this;
  }

  // ------------------------------------------------------------ messages

  nextStan(): string {
    this.#stan += 1;
    return String(this.#stan).padStart(6, '0');
  }

  sentNow(): string {
    return new Date(this.world.now())
      .toISOString()
      .slice(5, 19)
      .replace(/[^0-9]/g, '');
  }

  send(bytes: Uint8Array): void {
    this.connection.receive(frame(bytes));
  }

  /** Everything that comes within the time. */
  async hear(ms = 20): Promise<readonly UnpackedMessage[]> {
    this.inbox = [];
    await this.world.advance(ms);
    return this.inbox;
  }

  async one(bytes: Uint8Array, ms = 20): Promise<UnpackedMessage> {
    this.inbox = [];
    this.send(bytes);
    await this.world.advance(ms);
    const [answer] = this.inbox;
    if (answer === undefined) throw new Error('The bank did not answer.');
    return answer;
  }

  network(purpose: string, values: Record<number, FieldValue | undefined> = {}, key?: Buffer): Uint8Array {
    const message = isoMessage('0800', {
      7: this.sentNow(),
      11: this.nextStan(),
      32: ACQUIRER,
      70: purpose,
      ...values,
    });
    if (key === undefined) return pack(this.spec, message);
    const body = packForMac(this.spec, message);
    return appendMac(body, this.mac(body, key));
  }

  signOn(): Promise<UnpackedMessage> {
    return this.one(this.network('001'));
  }

  keyRun(name: 'ZPK' | 'ZAK', key: Buffer, change: { kcv?: string; usage?: string } = {}): string {
    const aes = name === 'ZPK' ? this.terms.pinBlock === 'format4' : this.terms.mac === 'cmac';
    const usage = name === 'ZPK' ? 'P0' : aes ? 'M6' : 'M3';
    const version = this.terms.mac === 'cmac' ? 'D' : 'B';
    const block = wrapKeyBlock(
      ZMK,
      {
        version,
        usage: change.usage ?? usage,
        algorithm: aes ? 'A' : 'T',
        modeOfUse: name === 'ZPK' ? 'B' : 'C',
        keyVersion: '00',
        exportability: 'E',
        optional: [],
      },
      key,
      this.world.random,
    );
    const kcv = change.kcv ?? kcvOf(key, aes);
    return `KN003${name}KB${String(block.length).padStart(3, '0')}${block}KC006${kcv}`;
  }

  changeKey(name: 'ZPK' | 'ZAK', key: Buffer, mac?: Buffer): Promise<UnpackedMessage> {
    return this.one(this.network('101', { 48: this.keyRun(name, key) }, mac));
  }

  mac(body: Uint8Array, key: Buffer = this.zone.zak): Uint8Array {
    return this.terms.mac === 'cmac'
      ? cmac(new BlockCipher('aes', key), body).subarray(0, 8)
      : retailMac(key, body, this.terms.macPadding);
  }

  sealed(mti: Mti, values: Record<number, FieldValue | undefined>, key = this.zone.zak): Uint8Array {
    const body = packForMac(this.spec, isoMessage(mti, values));
    return appendMac(body, this.mac(body, key));
  }

  macHolds(answer: UnpackedMessage, key = this.zone.zak): boolean {
    const { body, mac } = macInput(this.spec, answer.bytes);
    return Buffer.compare(this.mac(body, key), mac) === 0;
  }

  request(values: Record<number, FieldValue | undefined> = {}): Record<number, FieldValue | undefined> {
    return {
      2: MIR,
      3: '000000',
      4: '000000010000',
      7: this.sentNow(),
      11: this.nextStan(),
      12: '120000',
      13: '1122',
      18: '5411',
      22: '021',
      25: '00',
      32: ACQUIRER,
      37: `RRN${String(this.#stan).padStart(9, '0')}`,
      41: TID,
      42: MID,
      43: `${'AMUR SHOP'.padEnd(23)}${'BLAGOVESHCH'.padEnd(13)}  RU`,
      49: '643',
      ...values,
    };
  }

  sale(values: Record<number, FieldValue | undefined> = {}): Promise<UnpackedMessage> {
    return this.one(this.sealed('0200', this.request(values)));
  }

  /** DE90 of a message whose values are these. */
  original(mti: string, values: Record<number, FieldValue | undefined>): string {
    return `${mti}${values[11]}${values[7]}${ACQUIRER}${'0'.repeat(11)}`;
  }

  advice(
    mti: '0220' | '0420',
    of: string,
    first: Record<number, FieldValue | undefined>,
    values: Record<number, FieldValue | undefined> = {},
  ) {
    const copied = Object.fromEntries([2, 3, 4, 18, 22, 25, 49].map((de) => [de, first[de]]));
    const made = this.request({
      ...copied,
      ...(mti === '0220' ? { 3: '000000', 25: '06' } : {}),
      90: this.original(of, first),
      ...values,
    });
    return made;
  }

  reversal(
    of: string,
    first: Record<number, FieldValue | undefined>,
    values: Record<number, FieldValue | undefined> = {},
  ) {
    return this.one(this.sealed('0420', this.advice('0420', of, first, values)));
  }

  totals(
    currency: string,
    figures: Partial<Record<number, bigint>>,
    values: Record<number, FieldValue | undefined> = {},
  ) {
    const of = (de: number) => figures[de] ?? 0n;
    const net = of(88) - of(89) - of(86) + of(87);
    const sign = net < 0n ? 'D' : 'C';
    const size = (net < 0n ? -net : net).toString().padStart(16, '0');
    return {
      7: this.sentNow(),
      11: this.nextStan(),
      15: '1122',
      32: ACQUIRER,
      50: currency,
      ...Object.fromEntries([74, 75, 76, 77].map((de) => [de, of(de).toString().padStart(10, '0')])),
      ...Object.fromEntries([86, 87, 88, 89].map((de) => [de, of(de).toString().padStart(16, '0')])),
      97: `${sign}${size}`,
      ...values,
    };
  }

  pin(pan: string, pin: string): Record<number, FieldValue> {
    const aes = this.terms.pinBlock === 'format4';
    const block = encryptPinBlock({
      format: aes ? 4 : 0,
      cipher: new BlockCipher(aes ? 'aes' : 'tdes', this.zone.zpk),
      pin,
      pan,
      random: this.world.random,
    });
    return { [aes ? 59 : 52]: block, 48: `ZP006${kcvOf(this.zone.zpk, aes)}` };
  }

  arm(scenario: ScenarioName, more: Partial<Arm> = {}): void {
    this.bank.desk.arming.arm({ ...ANY, scenario, ...more });
  }

  available(account: string): bigint {
    return this.bank.desk.books.funds(account).availableMinor;
  }
}

export function kcvOf(key: Buffer, aes: boolean): string {
  return keyCheckValue(new BlockCipher(aes ? 'aes' : 'tdes', key));
}

/** DE55 that a card with the test's issuer key would make. */
export function chipData(
  pan: string,
  amount: string,
  currency: string,
  cvn: 10 | 18,
  psn = '01',
  counter = '0007',
  without?: string,
): Uint8Array {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const tags: Record<string, Buffer> = {
    '82': hex('1800'),
    '84': hex('A0000006581010'),
    '95': hex('8000048000'),
    '9A': hex('261122'),
    '9C': hex('00'),
    '5F2A': hex(`0${currency}`),
    '9F02': hex(amount),
    '9F03': hex('000000000000'),
    '9F1A': hex('0643'),
    '9F10': hex(`0601${cvn === 10 ? '0A' : '12'}03A00000`),
    '9F27': hex('80'),
    '9F33': hex('E0F8C8'),
    '9F36': hex(counter),
    '9F37': hex('52BF4585'),
  };
  const atc = tags['9F36'] ?? Buffer.alloc(2);
  const key = cryptogramKey(cvn, iccMasterKeyA(IMK, pan, psn), atc);
  const arqc = makeArqc(cvn, key, cryptogramData(cvn, tags));
  const objects = Object.entries({ ...tags, '9F26': arqc }).map(([tag, value]) => ({ tag, value }));
  return buildTlv(objects.filter(({ tag }) => tag !== without));
}

export const code = (answer: UnpackedMessage): string => textOf(answer, 39) ?? '';
export const mtiOf = (text: string): Mti => parseMti(text);
