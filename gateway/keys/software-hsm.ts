/** The HSM port in software, for tests and development; not a PCI device: keys stand in this process's memory, and whoever can
 *  read that memory has them. Real cards and PINs need a certified module behind the same port.
 *
 *  Keys come and go only as key blocks. Nothing of a key, PIN or card number is in what it prints, throws or logs. */
import { openSecret, Secret } from '../kernel/secret.ts';
import type { Random } from '../kernel/time.ts';
import { type AccountData, openSealedAccount } from './account-data.ts';
import { arpcMethod1, arpcMethod2 } from './arpc.ts';
import { arqcMatches, cryptogramKey } from './arqc.ts';
import { oddParity } from './cipher.ts';
import { HeldKey } from './held-key.ts';
import type * as port from './hsm.ts';
import { hashPan, keepPan, openKeptPan } from './kept-pan.ts';
import type { KeyAttributes, KeyBlockHeader } from './key-block-header.ts';
import { KeyCabinet } from './key-cabinet.ts';
import { requireExport, strength } from './key-permissions.ts';
import { KeysError } from './keys-error.ts';
import { initialKsn, ksnScheme } from './ksn.ts';
import { macMatches, RetailMacKey } from './mac.ts';
import { equalBytes, toHex } from './octets.ts';
import { decryptPinBlock } from './pin-block.ts';
import { requireTranslation, translatePinBlock } from './pin-translation.ts';
import { pvv } from './pvv.ts';
import { wrapKeyBlock } from './tr31.ts';
import { workingCipher, workingMac } from './working-keys.ts';

export interface SoftwareHsmOptions {
  /** 32 bytes of AES: every other key is wrapped under it. */
  readonly masterKey: Uint8Array;
  readonly random: Random;
  /** Key blocks under the master key, by name. */
  readonly keys?: Readonly<Record<string, string>>;
}

interface CryptogramKey {
  readonly issuerKey: HeldKey;
  readonly name: string;
  readonly key: Uint8Array;
  readonly mac: RetailMacKey;
}

export class SoftwareHsm implements port.Hsm {
  readonly #keys: KeyCabinet;
  readonly #random: Random;
  /** An issuer checks a cryptogram and answers it with the same key. */
  #lastCryptogram: CryptogramKey | null = null;

  /** Errors  KEY_MALFORMED for the master key; those of a key block for the others. */
  constructor(options: SoftwareHsmOptions) {
    this.#keys = new KeyCabinet(options.masterKey, options.random);
    this.#random = options.random;
    for (const [name, block] of Object.entries(options.keys ?? {})) this.install(name, block);
  }

  /** Gives a key a name; a name taken before now means this key. */
  install(name: string, block: string): void {
    this.#keys.install(name, block);
  }

  // ------------------------------------------------------------ keys

  importKey(request: port.ImportRequest): port.KnownKey {
    const under = this.#keys.use(request.under, 'unwrapKey');
    // The same bytes must not serve as a TDES key and as an AES key.
    if ((request.block.charAt(0) === 'D') !== (under.header.algorithm === 'A'))
      throw new KeysError('KEY_USE_FORBIDDEN', { operation: 'import', algorithm: under.header.algorithm });
    const key = HeldKey.unwrap(under.material(), request.block);
    const { usage, algorithm } = key.header;
    if (usage !== request.expect.usage || algorithm !== (request.expect.algorithm ?? algorithm))
      throw new KeysError('KEY_USE_FORBIDDEN', { operation: 'import', usage, algorithm });
    if (strength(under) < strength(key))
      throw new KeysError('KEY_USE_FORBIDDEN', { operation: 'import', usage });
    if (request.kcv !== undefined && request.kcv !== key.kcv())
      throw new KeysError('KEY_CHECK_MISMATCH', { usage });
    return this.#known(key);
  }

  exportKey(request: { readonly key: port.KeyRef; readonly under: port.KeyRef }): port.ExportedKey {
    return this.#exported(this.#keys.find(request.key), request.under);
  }

  generateKey(attributes: KeyAttributes): port.KnownKey {
    const drawn = this.#random.bytes(attributes.bytes);
    const key = attributes.algorithm === 'T' ? oddParity(drawn) : drawn;
    return this.#known(new HeldKey(headerOf(attributes), key));
  }

  describeKey(ref: port.KeyRef): port.KnownKey {
    const key = this.#keys.find(ref);
    return { key: ref, kcv: key.kcv(), header: key.header };
  }

  keyCheckValue(ref: port.KeyRef): string {
    return this.#keys.find(ref).kcv();
  }

  deriveInitialKey(request: port.InitialKeyRequest): port.ExportedKey {
    const bdk = this.#keys.use(request.bdk, 'deriveTransactionKey');
    const key = bdk.devices().initialKey(request.ksn);
    const identity = initialKsn(request.ksn);
    const optional =
      ksnScheme(identity) === 'aes'
        ? { id: 'IK', data: identity.slice(0, 16) }
        : { id: 'KS', data: String(identity) };
    const header = headerOf({
      usage: 'B1',
      algorithm: bdk.header.algorithm,
      modeOfUse: 'X',
      bytes: key.length,
      exportability: 'E',
    });
    return this.#exported(new HeldKey({ ...header, optional: [optional] }, key), request.under);
  }

  // ------------------------------------------------------------ terminal and bank

  generateMac(request: port.MacRequest): Uint8Array {
    return workingMac(this.#keys, request, 'makeMac').subarray(0, 8);
  }

  verifyMac(request: port.MacVerification): boolean {
    return macMatches(workingMac(this.#keys, request, 'checkMac'), request.mac);
  }

  translatePin(request: {
    readonly from: port.EncryptedPin;
    readonly to: port.PinTarget;
    readonly pan: port.PanSource;
  }): Secret<Uint8Array> {
    const { from, to, pan } = request;
    requireTranslation(from.format, to.format);
    return this.#translated(from, to, 'pan' in pan ? openSecret(pan.pan) : this.#open(pan.account).pan);
  }

  openAccountData(account: port.EncryptedAccount): Secret<AccountData> {
    return secretAccount(this.#open(account));
  }

  translateForBank(request: port.BankRequest): port.BankAccountData {
    const { pin, keeping, binPrefix } = request;
    if (pin !== undefined) requireTranslation(pin.from.format, pin.to.format);
    const account = this.#open(request.account);
    if (binPrefix !== undefined && !account.pan.startsWith(binPrefix))
      throw new KeysError('PAN_PREFIX_MISMATCH', { digits: binPrefix.length });
    const panKey = this.#keys.use(keeping.panKey, 'sealPan').object();
    return {
      account: secretAccount(account),
      panHash: hashPan(this.#keys.use(keeping.hashKey, 'hashPan').object(), account.pan),
      storedPan: keepPan(panKey, account, keeping.context, this.#random),
      pinBlock: pin === undefined ? null : this.#translated(pin.from, pin.to, account.pan),
    };
  }

  takeMessage({ mac, card }: port.MessageRequest): port.TakenMessage {
    const right = this.verifyMac(mac);
    return { right, card: right && card !== null ? this.#cardOfMessage(card) : null };
  }

  panHash(request: { readonly key: port.KeyRef; readonly pan: Secret<string> }): string {
    return hashPan(this.#keys.use(request.key, 'hashPan').object(), openSecret(request.pan));
  }

  encryptPan(request: {
    readonly key: port.KeyRef;
    readonly account: Secret<AccountData>;
    readonly context: string;
  }): string {
    const key = this.#keys.use(request.key, 'sealPan').object();
    return keepPan(key, openSecret(request.account), request.context, this.#random);
  }

  decryptPan(request: {
    readonly key: port.KeyRef;
    readonly stored: string;
    readonly context: string;
  }): Secret<AccountData> {
    const key = this.#keys.use(request.key, 'openPan').object();
    return secretAccount(openKeptPan(key, request.stored, request.context));
  }

  // ------------------------------------------------------------ issuer

  verifyArqc(
    request: port.CryptogramRequest & { readonly data: Uint8Array; readonly arqc: Uint8Array },
  ): boolean {
    const { key, mac } = this.#cryptogramKey(request);
    return arqcMatches(request.version, key, request.data, request.arqc, mac);
  }

  makeArpc(
    request: port.CryptogramRequest & { readonly arqc: Uint8Array; readonly answer: port.ArpcMethod },
  ): Uint8Array {
    const { key, mac } = this.#cryptogramKey(request);
    const { answer, arqc } = request;
    if (answer.method === 1) return arpcMethod1(key, arqc, answer.responseCode);
    return arpcMethod2(key, arqc, answer.cardStatusUpdate, answer.proprietary, mac);
  }

  verifyPinByPvv(request: port.PvvRequest & { readonly pvv: string }): boolean {
    const made = this.#pvv(request, 'checkPvv');
    return equalBytes(Buffer.from(made, 'ascii'), Buffer.from(request.pvv, 'ascii'));
  }

  makePvv(request: port.PvvRequest): string {
    return this.#pvv(request, 'makePvv');
  }

  // ------------------------------------------------------------ what it prints

  toString(): string {
    return '[SoftwareHsm, for tests and development]';
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  // ------------------------------------------------------------ inside

  #known(key: HeldKey): port.KnownKey {
    return { key: this.#keys.wrap(key.header, key.material()), kcv: key.kcv(), header: key.header };
  }

  #exported(key: HeldKey, ref: port.KeyRef): port.ExportedKey {
    const under = this.#keys.use(ref, 'wrapKey');
    requireExport(key, under);
    const version = under.header.algorithm === 'A' ? 'D' : 'B';
    const block = wrapKeyBlock(under.material(), { ...key.header, version }, key.material(), this.#random);
    return { block, kcv: key.kcv() };
  }

  #cardOfMessage(request: port.BankRequest): port.TakenMessage['card'] {
    try {
      return this.translateForBank(request);
    } catch (error) {
      if (!(error instanceof KeysError)) throw error;
      if (request.pin === undefined) return { refused: error.code };
      const { pin: _untranslatable, ...card } = request;
      return this.#cardOfMessage(card);
    }
  }

  #open(account: port.EncryptedAccount): AccountData {
    return openSealedAccount(workingCipher(this.#keys, account.key, 'openAccount'), account.ciphertext);
  }

  #translated(from: port.EncryptedPin, to: port.PinTarget, pan: string): Secret<Uint8Array> {
    const block = translatePinBlock({
      from: {
        format: from.format,
        block: from.block,
        cipher: workingCipher(this.#keys, from.key, 'openPin'),
      },
      to: { format: to.format, cipher: workingCipher(this.#keys, to.key, 'sealPin') },
      pan,
      random: this.#random,
    });
    return new Secret(block);
  }

  #cryptogramKey(request: port.CryptogramRequest): CryptogramKey {
    const issuerKey = this.#keys.use(request.issuerKey, 'deriveCardKey');
    const { version, atc, panSequence, keyOption } = request;
    const pan = openSecret(request.pan);
    const name = [keyOption ?? 'A', version, pan, panSequence, toHex(atc)].join(' ');
    const last = this.#lastCryptogram;
    if (last !== null && last.issuerKey === issuerKey && last.name === name) return last;
    const card = issuerKey.cards().of(keyOption ?? 'A', pan, panSequence);
    const key = cryptogramKey(version, card.key, atc, card.cipher);
    this.#lastCryptogram = { issuerKey, name, key, mac: new RetailMacKey(key) };
    return this.#lastCryptogram;
  }

  #pvv(request: port.PvvRequest, operation: 'makePvv' | 'checkPvv'): string {
    const { pin } = request;
    const pan = openSecret(request.pan);
    const cipher = workingCipher(this.#keys, pin.key, 'openPin');
    const clear = decryptPinBlock({ format: pin.format, cipher, block: pin.block, pan });
    const pvk = this.#keys.use(request.pvk, operation);
    return pvv(pvk.material(), request.pvki, pan, clear, pvk.cipher());
  }
}

function secretAccount(account: AccountData): Secret<AccountData> {
  return new Secret(account, account.pan.slice(-4));
}

function headerOf(attributes: KeyAttributes): KeyBlockHeader {
  const { usage, algorithm, modeOfUse, exportability } = attributes;
  return { version: 'D', usage, algorithm, modeOfUse, keyVersion: '00', exportability, optional: [] };
}
