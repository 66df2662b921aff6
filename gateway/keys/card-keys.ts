/** The issuer's side of its chip cards for one master key: each card's own key, made once and remembered, since a card comes
 *  again and its key never changes. It gives nothing away that the master key beside it does not.
 *
 *  Errors  as emv-keys.ts */
import { BlockCipher } from './cipher.ts';
import { iccMasterKeyA, iccMasterKeyB } from './emv-keys.ts';

export type CardKeyOption = 'A' | 'B';

export interface CardKey {
  readonly key: Uint8Array;
  readonly cipher: BlockCipher;
}

const CARDS_MAX = 4096;

export class CardKeys {
  readonly #issuerKey: Uint8Array;
  readonly #cipher: BlockCipher | undefined;
  readonly #known = new Map<string, CardKey>();

  /** `cipher` is the issuer key's; undefined for a key of another length, which is then refused where it is used. */
  constructor(issuerKey: Uint8Array, cipher: BlockCipher | undefined) {
    this.#issuerKey = issuerKey;
    this.#cipher = cipher;
  }

  of(option: CardKeyOption, pan: string, panSequence: string): CardKey {
    const name = `${option} ${pan} ${panSequence}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const derive = option === 'B' ? iccMasterKeyB : iccMasterKeyA;
    const key = derive(this.#issuerKey, pan, panSequence, this.#cipher);
    const made = { key, cipher: new BlockCipher('tdes', key) };
    if (this.#known.size >= CARDS_MAX) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(name, made);
    return made;
  }
}
