/** A key unwrapped inside the software module: its bytes stay in private fields, and what is made of them is made once. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { CardKeys } from './card-keys.ts';
import { BlockCipher } from './cipher.ts';
import { DukptDevices } from './dukpt-devices.ts';
import { keyCheckValue } from './kcv.ts';
import type { KeyBlockHeader } from './key-block-header.ts';
import { CmacKey, cbcMac, type MacPadding, RetailMacKey } from './mac.ts';
import { toHex } from './octets.ts';
import { unwrapKeyBlock } from './tr31.ts';

export class HeldKey {
  readonly header: KeyBlockHeader;
  readonly bytes: number;
  readonly #key: Uint8Array;
  #object: KeyObject | undefined;
  #cipher: BlockCipher | undefined;
  #retail: RetailMacKey | undefined;
  #cmac: CmacKey | undefined;
  #devices: DukptDevices | undefined;
  #cards: CardKeys | undefined;

  constructor(header: KeyBlockHeader, key: Uint8Array) {
    this.header = header;
    this.bytes = key.length;
    this.#key = key;
  }

  static unwrap(kbpk: Uint8Array, block: string): HeldKey {
    const { header, key } = unwrapKeyBlock(kbpk, block);
    return new HeldKey(header, key);
  }

  /** For wrapping and derivation inside the room. */
  material(): Uint8Array {
    return this.#key;
  }

  object(): KeyObject {
    this.#object ??= createSecretKey(this.#key);
    return this.#object;
  }

  cipher(): BlockCipher {
    this.#cipher ??= new BlockCipher(this.header.algorithm === 'A' ? 'aes' : 'tdes', this.#key);
    return this.#cipher;
  }

  devices(): DukptDevices {
    this.#devices ??= new DukptDevices(this.header.algorithm === 'A' ? 'aes' : 'tdes', this.#key);
    return this.#devices;
  }

  cards(): CardKeys {
    this.#cards ??= new CardKeys(this.#key, this.bytes === 16 ? this.cipher() : undefined);
    return this.#cards;
  }

  /** As the usage says: M1 CBC, M3 retail, M6 CMAC. */
  mac(data: Uint8Array, padding: MacPadding): Uint8Array {
    if (this.header.usage === 'M6') {
      this.#cmac ??= new CmacKey(this.cipher());
      return this.#cmac.mac(data);
    }
    if (this.header.usage === 'M1') return cbcMac(this.cipher(), data, padding);
    this.#retail ??= new RetailMacKey(this.#key);
    return this.#retail.mac(data, padding);
  }

  /** An HMAC key has no check value of a standard; here it is its code of nothing, SHA-256. */
  kcv(): string {
    if (this.header.algorithm === 'T' || this.header.algorithm === 'A') return keyCheckValue(this.cipher());
    return toHex(createHmac('sha256', this.object()).digest().subarray(0, 3));
  }
}
