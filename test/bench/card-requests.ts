/** Requests of many foreign terminals, made before the clock starts: chip and PIN, encrypted and MACed by virtual PIN pads
 *  under AES DUKPT, one serial number each, and the answers' MACs checked after it has stopped. */
import { macInput, packForMac } from '../../gateway/iso8583/mac-input.ts';
import { isoMessage } from '../../gateway/iso8583/message.ts';
import { packBatchData, packCardData } from '../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { buildTlv } from '../../gateway/iso8583/tlv.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import { sealAccount } from '../../gateway/keys/account-data.ts';
import { cryptogramData, makeArqc } from '../../gateway/keys/arqc.ts';
import { BlockCipher } from '../../gateway/keys/cipher.ts';
import { DukptDevices, type DukptUse } from '../../gateway/keys/dukpt-devices.ts';
import { iccMasterKeyA, sessionKey } from '../../gateway/keys/emv-keys.ts';
import { type Ksn, ksnBytes, nextKsn, parseKsn } from '../../gateway/keys/ksn.ts';
import { cmac } from '../../gateway/keys/mac.ts';
import { encryptPinBlock } from '../../gateway/keys/pin-block.ts';

export interface BenchCard {
  readonly pan: string;
  readonly psn: string;
  readonly expiryYymm: string;
  readonly pin: string;
}

export interface TerminalsTerms {
  readonly tids: readonly string[];
  readonly mid: string;
  /** What a pad's serial number begins with, before its terminal's number. */
  readonly ksnPrefix: string;
  /** Hexadecimal. */
  readonly bdk: string;
  readonly imk: string;
  readonly cards: readonly BenchCard[];
}

/** Messages with their two bytes of length in front, one behind the other in memory. */
export interface Prepared {
  readonly count: number;
  readonly bytes: Buffer;
  /** Where each begins; one more for the end of the last. */
  readonly starts: Uint32Array;
  readonly amountsMinor: Uint32Array;
  /** Whose each is: a place among the terminals. */
  readonly terminals: Uint32Array;
  readonly ksns: readonly Ksn[];
  /** By terminal and STAN: which request it was. */
  readonly byName: ReadonlyMap<string, number>;
}

const MESSAGE_BYTES_MOST = 640;
const CVN = 18;

export class Terminals {
  readonly #terms: TerminalsTerms;
  readonly #random: Random;
  readonly #devices: DukptDevices;
  readonly #ksns: Ksn[];
  readonly #stans: Uint32Array;
  readonly #iccKeys: readonly Uint8Array[];
  #made = 0;

  constructor(terms: TerminalsTerms, random: Random) {
    this.#terms = terms;
    this.#random = random;
    this.#devices = new DukptDevices('aes', Buffer.from(terms.bdk, 'hex'));
    this.#ksns = terms.tids.map((tid) => parseKsn(`${terms.ksnPrefix}${tid}00000000`));
    this.#stans = new Uint32Array(terms.tids.length);
    const imk = Buffer.from(terms.imk, 'hex');
    this.#iccKeys = terms.cards.map(({ pan, psn }) => iccMasterKeyA(imk, pan, psn));
  }

  get count(): number {
    return this.#terms.tids.length;
  }

  /** The terminals take turns. `at`: DE7, DE12 and DE13 of all of them. */
  prepare(count: number, at: { readonly mmddhhmmss: string; readonly yymmdd: string }): Prepared {
    const bytes = Buffer.allocUnsafe(count * MESSAGE_BYTES_MOST);
    const starts = new Uint32Array(count + 1);
    const amountsMinor = new Uint32Array(count);
    const terminals = new Uint32Array(count);
    const ksns: Ksn[] = [];
    const byName = new Map<string, number>();
    let end = 0;
    for (let index = 0; index < count; index += 1) {
      const { packed, terminal, ksn, name, amountMinor } = this.#next(at);
      bytes.writeUInt16BE(packed.length, end);
      bytes.set(packed, end + 2);
      end += 2 + packed.length;
      starts[index + 1] = end;
      amountsMinor[index] = amountMinor;
      terminals[index] = terminal;
      ksns.push(ksn);
      byName.set(name, index);
    }
    return { count, bytes, starts, amountsMinor, terminals, ksns, byName };
  }

  /** Whether the answer's MAC is the one that the request's pad expects. */
  isRight(answer: Uint8Array, ksn: Ksn): boolean {
    const { body, mac } = macInput(bcdProfile, answer);
    const cipher = new BlockCipher('aes', this.#key(ksn, 'macResponse'));
    return Buffer.compare(cmac(cipher, body).subarray(0, 8), mac) === 0;
  }

  #next({ mmddhhmmss, yymmdd }: { readonly mmddhhmmss: string; readonly yymmdd: string }) {
    const { tids, mid, cards } = this.#terms;
    const made = this.#made;
    this.#made += 1;
    const pad = made % tids.length;
    const ksn = nextKsn(this.#ksns[pad] ?? parseKsn(''));
    this.#ksns[pad] = ksn;
    const stanNumber = (this.#stans[pad] ?? 0) + 1;
    this.#stans[pad] = stanNumber;
    const stan = String(stanNumber).padStart(6, '0');
    const tid = tids[pad] ?? '';
    const cardAt = made % cards.length;
    const card = cards[cardAt];
    if (card === undefined) throw new Error('There is no card.');
    const amountMinor = 100 + (made % 90_000);
    const amount = String(amountMinor).padStart(12, '0');
    const atc = Math.floor(made / cards.length) + 1;
    const body = packForMac(
      bcdProfile,
      isoMessage('0200', {
        3: '000000',
        4: amount,
        7: mmddhhmmss,
        11: stan,
        12: mmddhhmmss.slice(4),
        13: mmddhhmmss.slice(0, 4),
        22: '051',
        23: `0${card.psn}`,
        25: '00',
        41: tid,
        42: mid,
        49: '643',
        55: this.#chip(cardAt, atc, amount, yymmdd),
        59: this.#cardData(card, ksn),
        60: packBatchData({ batch: '000001', original: null }),
        62: stan,
      }),
    );
    const mac = cmac(new BlockCipher('aes', this.#key(ksn, 'macRequest')), body).subarray(0, 8);
    return { packed: Buffer.concat([body, mac]), terminal: pad, ksn, name: tid + stan, amountMinor };
  }

  #cardData(card: BenchCard, ksn: Ksn): Uint8Array {
    const { pan, expiryYymm, psn, pin } = card;
    const named = { algorithm: 'aes', ksn: ksnBytes(ksn) } as const;
    const track2 = `${pan}=${expiryYymm}2011234500000`;
    const sealed = sealAccount(new BlockCipher('aes', this.#key(ksn, 'dataRequest')), {
      ...{ pan, expiryYymm, track2 },
      panSequence: psn,
    });
    const cipher = new BlockCipher('aes', this.#key(ksn, 'pin'));
    return packCardData({
      account: {
        ...named,
        bytes: sealed,
        bin: pan.slice(0, 8),
        maskedPan: `${pan.slice(0, 6)}******${pan.slice(-4)}`,
      },
      pin: {
        ...named,
        bytes: encryptPinBlock({ format: 4, cipher, pin, pan, random: this.#random }),
        format: 4,
      },
      mac: named,
    });
  }

  #chip(cardAt: number, atc: number, amount: string, yymmdd: string): Uint8Array {
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    const counter = Uint8Array.of((atc >> 8) & 0xff, atc & 0xff);
    const tags = {
      '82': hex('1980'),
      '84': hex('A0000006581010'),
      '95': hex('0080040000'),
      '9A': hex(yymmdd),
      '9C': hex('00'),
      '5F2A': hex('0643'),
      '9F02': hex(amount),
      '9F03': new Uint8Array(6),
      '9F10': hex('06011203A40000'),
      '9F1A': hex('0643'),
      '9F27': Uint8Array.of(0x80),
      '9F33': hex('E0F0C8'),
      '9F34': hex('020300'),
      '9F35': hex('22'),
      '9F36': counter,
      '9F37': this.#random.bytes(4),
    };
    const key = sessionKey(this.#iccKeys[cardAt] ?? new Uint8Array(), counter);
    const arqc = makeArqc(CVN, key, cryptogramData(CVN, tags));
    const objects = Object.entries({ ...tags, '9F26': arqc }).map(([tag, value]) => ({ tag, value }));
    return buildTlv(objects, 55);
  }

  #key(ksn: Ksn, use: DukptUse): Uint8Array {
    return this.#devices.workingKey(ksn, use, 'AES128');
  }
}
