/** The chip of a virtual card: counts, checks a PIN, signs what the terminal shows it, and checks its issuer's answer.
 *
 *  Shape   9F10: 06 | key index 01 | cryptogram version | CVR, its length 03 first
 *  Source  EMV 4.3 Book 2, 8 and Book 3, 6.5; the CVR's bits as Visa's cards use them */
import { arpcMethod1, arpcMethod2 } from '../../gateway/keys/arpc.ts';
import { cryptogramData, cryptogramKey, makeArqc } from '../../gateway/keys/arqc.ts';
import { iccMasterKeyA } from '../../gateway/keys/emv-keys.ts';
import { equalBytes } from '../../gateway/keys/octets.ts';
import type { VirtualCard } from './card-deck.ts';
import type { CardState } from './pad-storage.ts';

export type TagValues = Readonly<Record<string, Uint8Array>>;

export type Cryptogram = 'aac' | 'tc' | 'arqc';
const INFORMATION = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

/** Tags 9F26 9F27 9F36 9F10. */
export interface Signed {
  readonly cryptogram: Cryptogram;
  readonly tags: TagValues;
}

export interface ChipPorts {
  readonly issuerKey: Uint8Array;
  state(): CardState;
  /** Durable when it returns: a chip's counter never goes back either. */
  keep(state: CardState): void;
}

/** What the issuer's tag 91 proves; `absent` when the answer brought none. */
export type IssuerProof = 'right' | 'wrong' | 'absent';

export class VirtualChip {
  readonly #card: VirtualCard;
  readonly #ports: ChipPorts;
  readonly #iccKey: Uint8Array;
  #pin: 'none' | 'right' | 'wrong' = 'none';
  #arqc: Uint8Array | null = null;

  /** One transaction: the counter goes up before anything is read. */
  constructor(card: VirtualCard, ports: ChipPorts) {
    this.#card = card;
    this.#ports = ports;
    this.#iccKey = iccMasterKeyA(ports.issuerKey, card.pan, card.psn);
    const state = ports.state();
    ports.keep({ ...state, atc: (state.atc + 1) % 0x1_0000 });
  }

  get triesLeft(): number {
    return this.#ports.state().triesLeft;
  }

  verifyPin(pin: string): boolean {
    const state = this.#ports.state();
    const right = state.triesLeft > 0 && pin === this.#card.pin;
    this.#pin = right ? 'right' : 'wrong';
    this.#ports.keep({ ...state, triesLeft: right ? this.#card.pinTries : Math.max(0, state.triesLeft - 1) });
    return right;
  }

  /** The first cryptogram, over the amount and currency in `terminal`. */
  signFirst(terminal: TagValues): Signed {
    const cryptogram = this.#card.behaviour === 'declines_offline' ? 'aac' : 'arqc';
    const signed = this.#sign(cryptogram, terminal, [cryptogram === 'arqc' ? 0xa0 : 0x80, 0, 0]);
    this.#arqc = cryptogram === 'arqc' ? (signed.tags['9F26'] ?? null) : null;
    return signed;
  }

  /** Issuer authentication: method 1 for version 10, method 2 for version 18. */
  checkIssuer(authenticationData: Uint8Array | null): IssuerProof {
    if (authenticationData === null) return 'absent';
    const data = Buffer.from(authenticationData);
    const arqc = this.#arqc;
    if (arqc === null) return 'wrong';
    const key = cryptogramKey(this.#card.cvn, this.#iccKey, this.#atc());
    if (this.#card.cvn === 10) {
      const code = data.toString('latin1', 8, 10);
      if (data.length !== 10 || !/^[0-9A-Z]{2}$/.test(code)) return 'wrong';
      return equalBytes(arpcMethod1(key, arqc, code), data.subarray(0, 8)) ? 'right' : 'wrong';
    }
    if (data.length < 8 || data.length > 16) return 'wrong';
    const expected = arpcMethod2(key, arqc, data.subarray(4, 8), data.subarray(8));
    return equalBytes(expected, data.subarray(0, 4)) ? 'right' : 'wrong';
  }

  /** The second cryptogram. The card has the last word: an approval with a false proof becomes an AAC. One without any is
   *  taken, as cards do whose issuer does not insist, and marked in the CVR. */
  signSecond(terminal: TagValues, approved: boolean, proof: IssuerProof): Signed {
    const believed = proof !== 'wrong' && this.#card.behaviour !== 'refuses_approval';
    const cryptogram = approved && believed ? 'tc' : 'aac';
    const first = cryptogram === 'tc' ? 0x60 : 0x20;
    return this.#sign(cryptogram, terminal, [
      first | (proof === 'wrong' ? 0x08 : 0),
      proof === 'absent' ? 0x04 : 0,
      0,
    ]);
  }

  #sign(cryptogram: Cryptogram, terminal: TagValues, cvr: readonly [number, number, number]): Signed {
    const [decided, history, scripts] = cvr;
    const pinBits = this.#pin === 'none' ? 0 : this.#pin === 'right' ? 0x04 : 0x06;
    const blocked = this.triesLeft === 0 ? 0x40 : 0;
    const issuerData = Uint8Array.of(6, 1, this.#card.cvn, 3, decided | pinBits, history | blocked, scripts);
    const tags = { ...terminal, '9F36': this.#atc(), '9F10': issuerData };
    const key = cryptogramKey(this.#card.cvn, this.#iccKey, tags['9F36']);
    const data = cryptogramData(this.#card.cvn, tags);
    return {
      cryptogram,
      tags: {
        '9F26': makeArqc(this.#card.cvn, key, data),
        '9F27': Uint8Array.of(INFORMATION[cryptogram]),
        '9F36': tags['9F36'],
        '9F10': issuerData,
      },
    };
  }

  #atc(): Uint8Array {
    const { atc } = this.#ports.state();
    return Uint8Array.of(atc >> 8, atc & 0xff);
  }
}
