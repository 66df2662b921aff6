/** The card service over the real store and the software HSM, a scripted bank, and a till whose PIN pad derives its own keys. */
import Database from 'better-sqlite3';
import { unpack } from '../../../../gateway/iso8583/codec.ts';
import { appendMac, macInput, packForMac } from '../../../../gateway/iso8583/mac-input.ts';
import { type FieldValue, isoMessage } from '../../../../gateway/iso8583/message.ts';
import type { Mti } from '../../../../gateway/iso8583/mti.ts';
import { packOriginalData } from '../../../../gateway/iso8583/original-data.ts';
import { type CardData, packBatchData, packCardData } from '../../../../gateway/iso8583/private-data.ts';
import { asciiProfile } from '../../../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../../../gateway/iso8583/profile-bcd.ts';
import type { UnpackedMessage } from '../../../../gateway/iso8583/unpacked-message.ts';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { createLog } from '../../../../gateway/kernel/log.ts';
import type { AccountData } from '../../../../gateway/keys/account-data.ts';
import { type Ksn, ksnBytes, ksnScheme, nextKsn } from '../../../../gateway/keys/ksn.ts';
import type { BankPort, BinRoute, CardOrigin } from '../../../../gateway/payments/card/ports.ts';
import type { GatewayService } from '../../../../gateway/payments/service.ts';
import { BinTable } from '../../../../gateway/run/card/bin-table.ts';
import {
  type CardServiceDeps,
  createCardService,
  type RunningCards,
} from '../../../../gateway/run/card/card-service.ts';
import { TerminalKeys } from '../../../../gateway/run/card/terminal-keys.ts';
import { createGatewayService } from '../../../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { type VirtualProcess, VirtualWorld } from '../../../sim/virtual-runtime.ts';
import { ACCOUNT, AES_KSN, type HsmWorld, hsmWorld, pinPad, TDES_KSN } from '../../keys/hsm-world.ts';
import { promisedHsm } from '../../keys/promised-hsm.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { ScriptedWallet } from '../scripted-wallet.ts';
import { ScriptedBank } from './scripted-bank.ts';

export const ROUTES: readonly BinRoute[] = [
  { prefix: '2200', scheme: 'mir', bank: 'bank-a', currency: 'RUB', converter: 'issuer' },
  { prefix: '62', scheme: 'unionpay', bank: 'bank-a', currency: 'CNY', converter: 'till' },
  { prefix: '6222', scheme: 'unionpay', bank: 'bank-gone', currency: 'CNY', converter: 'issuer' },
];

export const CARD_LINK: CardOrigin = { kind: 'link', tid: TID };

export interface SendOptions {
  readonly profile?: 'ascii' | 'bcd';
  readonly account?: AccountData | null;
  readonly bin?: string;
  readonly pin?: string;
  readonly sale?: { readonly saleId: string; readonly attemptId: string } | null;
  readonly ksn?: Ksn;
  /** Of the account data, where the MAC has another: a repeat keeps what the card gave. */
  readonly accountKsn?: Ksn;
  /** Of the PIN block, likewise. */
  readonly pinKsn?: Ksn;
  readonly mac?: 'good' | 'wrong' | 'none';
}

export interface Sent {
  readonly packed: Uint8Array;
  readonly ksn: Ksn;
  readonly profile: 'ascii' | 'bcd';
  readonly fields: Readonly<Record<number, FieldValue | undefined>>;
}

export class CardRig {
  readonly world = new VirtualWorld();
  readonly keys: HsmWorld = hsmWorld('card rig');
  readonly db = new Database(':memory:');
  readonly store: SqlitePaymentStore = openPaymentStore(this.db, this.world);
  readonly log: string[] = [];
  readonly wallet = new ScriptedWallet(this.world.timers, () => this.world.now());
  readonly #overrides: Partial<CardServiceDeps>;
  process: VirtualProcess = this.world.process();
  bank: ScriptedBank;
  cards: RunningCards;
  gateway: GatewayService;
  #ksn: Record<'tdes' | 'aes', Ksn> = { tdes: TDES_KSN, aes: AES_KSN };
  #stan = 100;
  #through: (store: SqlitePaymentStore) => SqlitePaymentStore = (store) => store;

  readonly #bankOf: ((rig: CardRig) => BankPort) | null;

  /** `bankOf`: another bank than the scripted one, made anew with each process. */
  constructor(overrides: Partial<CardServiceDeps> = {}, bankOf: ((rig: CardRig) => BankPort) | null = null) {
    this.#overrides = overrides;
    this.#bankOf = bankOf;
    this.bank = new ScriptedBank('bank-a', this.process.timers);
    [this.cards, this.gateway] = this.#make();
  }

  static async open(
    overrides: Partial<CardServiceDeps> = {},
    bankOf: ((rig: CardRig) => BankPort) | null = null,
  ): Promise<CardRig> {
    const rig = new CardRig(overrides, bankOf);
    await rig.store.commit([
      { kind: 'merchant.put', row: MERCHANT },
      { kind: 'terminal.put', row: { tid: TID, mid: MERCHANT.mid, publicKey: null, revokedAt: null } },
    ]);
    await rig.world.complete(rig.cards.start());
    rig.gateway.start();
    return rig;
  }

  #make(): [RunningCards, GatewayService] {
    const { keys, process } = this;
    const store = this.#through(this.store);
    const log = createLog('gateway', this.world.clock, (line) => void this.log.push(line));
    const bins = new BinTable(ROUTES);
    let gateway: GatewayService | null = null;
    const cards = createCardService({
      ...{ store, hsm: promisedHsm(keys.hsm), runtime: process, log, bins },
      panKey: 'pan.key',
      hashKey: 'pan.hash',
      banks: [this.#bankOf?.(this) ?? this.bank],
      keys: new TerminalKeys([
        {
          ksnPrefix: 'FFFF987654',
          bdk: 'terminal.bdk.tdes',
          renewal: null,
        },
        {
          ksnPrefix: '1234567890',
          bdk: 'terminal.bdk.aes',
          renewal: { ksnPrefix: '1234567891', bdk: 'terminal.bdk.aes', transportKey: 'terminal.tmk' },
        },
      ]),
      pads: new Map(),
      booked: () => gateway?.booked(),
      ...this.#overrides,
    });
    const rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
    gateway = createGatewayService({
      ...{ store, folder: store, wallet: this.wallet, runtime: process, log, bins },
      cards: cards.sales,
      rates: {
        quoteLifeMs: 300_000,
        quoteTerms: (markupBp) => ({
          ...{ rate, sourceRate: rate, markupBp },
          ...{ source: 'CBR', sourceDate: '2026-11-21' },
        }),
        pricing: () => ({ legs: [rate], source: 'CBR', sourceDate: '2026-11-21' }),
      },
      events: { paymentChanged: () => undefined, refundChanged: () => undefined },
    });
    return [cards, gateway];
  }

  /** From the next start on the service sees the store through this; `now` starts another service at once, on the same process. */
  async seeStoreThrough(
    through: (store: SqlitePaymentStore) => SqlitePaymentStore,
    when: 'now' | 'later' = 'now',
  ) {
    this.#through = through;
    if (when === 'later') return;
    await this.world.complete(this.cards.stop());
    [this.cards, this.gateway] = this.#make();
    void this.cards.start();
    await this.world.settle();
  }

  /** The process is gone with all it had in mind; another starts on what is durable. */
  async restart(): Promise<void> {
    this.kill();
    await this.revive();
  }

  kill(): void {
    this.process.kill();
  }

  async revive(): Promise<void> {
    const { requests, advices, request1, advise1 } = this.bank;
    this.process = this.world.process();
    this.bank = new ScriptedBank('bank-a', this.process.timers);
    this.bank.requests.push(...requests);
    this.bank.advices.push(...advices);
    Object.assign(this.bank, { request1, advise1 });
    [this.cards, this.gateway] = this.#make();
    await this.world.complete(this.cards.start());
    this.gateway.start();
  }

  nextStan(): string {
    this.#stan += 1;
    return String(this.#stan).padStart(6, '0');
  }

  nextKsn(scheme: 'tdes' | 'aes' = 'tdes'): Ksn {
    const ksn = nextKsn(this.#ksn[scheme]);
    this.#ksn[scheme] = ksn;
    return ksn;
  }

  /** A message as a till would send it: what identifies it, DE59 and the MAC are added to what the test says. */
  build(mti: Mti, values: Readonly<Record<number, FieldValue | undefined>>, options: SendOptions = {}): Sent {
    const { profile = 'bcd', mac = 'good' } = options;
    const ksn = options.ksn ?? this.nextKsn();
    const fields = {
      7: '1122060000',
      11: this.nextStan(),
      41: String(TID),
      42: String(MERCHANT.mid),
      ...(mac === 'none' && options.account == null
        ? {}
        : { 59: packCardData(this.#cardData(ksn, options)) }),
      ...values,
    };
    const spec = profile === 'bcd' ? bcdProfile : asciiProfile;
    if (mac === 'none') throw new Error('Use `raw` for a message without a MAC.');
    const body = packForMac(spec, isoMessage(mti, fields));
    const made = Buffer.from(pinPad(this.keys, ksn).mac(body, 'macRequest'));
    if (mac === 'wrong') made[3] = (made[3] ?? 0) ^ 1;
    return { packed: appendMac(body, made), ksn, profile, fields };
  }

  #cardData(ksn: Ksn, options: SendOptions): CardData {
    const algorithm = ksnScheme(ksn);
    const named = { algorithm, ksn: ksnBytes(ksn) };
    const account = options.account === undefined ? ACCOUNT : options.account;
    const accountKsn = options.accountKsn ?? ksn;
    const pad = pinPad(this.keys, accountKsn);
    const pinKsn = options.pinKsn ?? accountKsn;
    const pinned = pinPad(this.keys, pinKsn);
    const pan = account?.pan ?? '';
    return {
      account:
        account === null
          ? null
          : {
              ...named,
              ksn: ksnBytes(accountKsn),
              bytes: pad.account(account),
              bin: options.bin ?? pan.slice(0, 6),
              maskedPan: `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`,
            },
      pin:
        options.pin === undefined
          ? null
          : {
              algorithm: ksnScheme(pinKsn),
              ksn: ksnBytes(pinKsn),
              bytes: pinned.pinBlock(options.pin, pan),
              format: pinned.format,
            },
      mac: named,
      ...(options.sale == null ? {} : { sale: options.sale }),
    };
  }

  sale(values: Record<number, FieldValue | undefined> = {}, options: SendOptions = {}): Sent {
    return this.build(
      '0200',
      {
        3: '000000',
        4: '000000150000',
        22: '051',
        25: '00',
        49: '643',
        60: packBatchData({ batch: '000007', original: null }),
        ...values,
      },
      { sale: { saleId: ulid('S1'), attemptId: ulid('A1') }, ...options },
    );
  }

  /** Of what was sent, as the till would reverse it. */
  reversal(sent: Sent, values: Record<number, FieldValue | undefined> = {}, options: SendOptions = {}): Sent {
    const text = (de: number) => String(sent.fields[de] ?? '');
    const original = packOriginalData({
      mti: '0200',
      stan: text(11),
      transmissionDateTime: text(7),
      acquirer: '0',
      forwarder: '0',
    });
    return this.build(
      '0420',
      {
        3: sent.fields[3],
        4: sent.fields[4],
        22: sent.fields[22],
        25: sent.fields[25],
        49: sent.fields[49],
        56: '4021',
        60: sent.fields[60],
        90: original,
        ...values,
      },
      { account: null, ...options },
    );
  }

  send(sent: Sent, origin: CardOrigin = CARD_LINK): Promise<Uint8Array | null> {
    return this.cards.message(origin, sent.packed);
  }

  /** The answer, with its MAC verified by the till's own pad. */
  async ask(sent: Sent, origin: CardOrigin = CARD_LINK): Promise<UnpackedMessage> {
    return this.read(sent, await this.world.complete(this.send(sent, origin)));
  }

  read(sent: Sent, packed: Uint8Array | null): UnpackedMessage {
    if (packed === null) throw new Error('There was no answer.');
    const spec = sent.profile === 'bcd' ? bcdProfile : asciiProfile;
    const { body, mac } = macInput(spec, packed);
    const expected = pinPad(this.keys, sent.ksn).mac(body, 'macResponse');
    if (Buffer.compare(mac, expected) !== 0) throw new Error('The MAC of the answer is wrong.');
    return unpack(spec, packed);
  }

  async code(sent: Sent, origin: CardOrigin = CARD_LINK): Promise<string> {
    return String((await this.ask(sent, origin)).fields[39]);
  }

  card(sent: Sent) {
    return this.store.cards.byIdentity({
      tid: TID,
      mid: MERCHANT.mid,
      messageClass: '2',
      stan: String(sent.fields[11]),
      transmittedAt: String(sent.fields[7]),
    });
  }

  logged(event: string): boolean {
    return this.log.some((line) => line.includes(`"event":"${event}"`));
  }
}
