/** A PIN pad that outlives the till: it remembers its last transaction, answers by script, and can be unplugged. */
import { createHash } from 'node:crypto';
import { type DeviceState, DriverError } from '../../../../drivers/contract/device.ts';
import type {
  CardAuthorisation,
  CardCompletion,
  CardRead,
  Done,
  EncryptedPin,
  Ended,
  LastTransaction,
  PinPad,
  PinPadEnd,
  PinPadPrompt,
} from '../../../../drivers/contract/pin-pad.ts';

export const READ: CardRead = {
  entry: 'chip',
  maskedPan: '220070******1234',
  bin: '22007000',
  psn: '01',
  aid: 'A0000006581010',
  label: 'MIR',
  cardCurrency: '643',
  account: { algorithm: 'tdes', ksn: new Uint8Array(10).fill(1), bytes: new Uint8Array(24).fill(2) },
};

const EMV = Buffer.from('9F2608AABBCCDDEEFF0011', 'hex');

/** The gateway of these tests knows the same. */
export function macOf(ksn: Uint8Array, direction: 'request' | 'response', bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(ksn).update(direction).update(bytes).digest().subarray(0, 8);
}

type Step = 'read' | 'authorise' | 'reenterPin' | 'complete' | 'nextMacKsn' | 'mac' | 'verifyMac';

export class ScriptedPad implements PinPad {
  identity: PinPad['identity'] = null;
  state: DeviceState = 'ready';
  prompt: PinPadPrompt = { kind: 'idle' };
  card: CardRead = READ;
  authorisation: Partial<CardAuthorisation> = {};
  completion: Partial<CardCompletion> = {};
  /** What the next calls of a step end with instead. */
  readonly ends: Partial<Record<Step, (PinPadEnd | 'reject' | 'hang')[]>> = {};
  /** Told before each call is answered; a test may kill the till there. */
  gate: (step: string) => Promise<void> = async () => {};
  readonly calls: string[] = [];
  readonly signed: { readonly amountMinor: string; readonly currency: string }[] = [];
  readonly keys: string[] = [];
  last: LastTransaction | null = null;
  /** The counter of the key, which begins again with a new one. */
  counter = 0;
  refusesKeys = false;
  #pins = 0;
  #abort: (() => void) | null = null;
  readonly #onState = new Set<(state: DeviceState) => void>();

  async login() {
    this.identity = { serial: 'PP-1', model: 'Virtual', firmware: '1', keyScheme: 'tdes' };
    return this.identity;
  }

  read(request: Parameters<PinPad['read']>[0]): Promise<Done<CardRead> | Ended> {
    this.#keep(request.transactionId, 'reading', null);
    return this.#step('read', () => {
      this.#keep(request.transactionId, 'read', null);
      return this.card;
    });
  }

  authorise(request: Parameters<PinPad['authorise']>[0]): Promise<Done<CardAuthorisation> | Ended> {
    this.signed.push(request.amount);
    return this.#step('authorise', () => {
      this.#keep(request.transactionId, 'authorised', null);
      return { cvm: 'online_pin', pin: this.#pin(), emv: EMV, cardDeclined: false, ...this.authorisation };
    });
  }

  reenterPin(): Promise<Done<EncryptedPin> | Ended> {
    return this.#step('reenterPin', () => this.#pin());
  }

  complete(request: Parameters<PinPad['complete']>[0]): Promise<Done<CardCompletion> | Ended> {
    if (this.last?.stage !== 'authorised') return Promise.reject(refused());
    return this.#step('complete', () => {
      const approved = request.responseCode !== null;
      const completion: CardCompletion = {
        cryptogram: approved ? 'tc' : 'aac',
        emv: EMV,
        signatureNeeded: false,
        ...(approved ? this.completion : {}),
      };
      this.#keep(request.transactionId, 'completed', completion);
      return completion;
    });
  }

  async reversal(): Promise<void> {
    this.calls.push('reversal');
  }

  async lastTransaction(): Promise<LastTransaction | null> {
    this.calls.push('lastTransaction');
    const { last } = this;
    await this.gate('lastTransaction');
    if (this.state !== 'ready') throw refused();
    return last;
  }

  async abort(): Promise<void> {
    this.calls.push('abort');
    this.#abort?.();
  }

  async display(): Promise<void> {}

  async nextMacKsn(): Promise<Uint8Array> {
    await this.#before('nextMacKsn');
    this.counter += 1;
    const ksn = Buffer.alloc(10);
    ksn.writeUInt32BE(this.counter, 6);
    ksn[0] = this.keys.length;
    return ksn;
  }

  async mac(ksn: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    await this.#before('mac');
    return macOf(ksn, 'request', message);
  }

  async verifyMac(ksn: Uint8Array, message: Uint8Array, mac: Uint8Array): Promise<boolean> {
    await this.#before('verifyMac');
    return Buffer.from(macOf(ksn, 'response', message)).equals(mac);
  }

  async loadKey(keyBlock: string): Promise<void> {
    if (this.refusesKeys) throw refused();
    this.keys.push(keyBlock);
    this.counter = 0;
  }

  go(state: DeviceState): void {
    this.state = state;
    for (const listener of [...this.#onState]) listener(state);
  }

  onState(listener: (state: DeviceState) => void): () => void {
    this.#onState.add(listener);
    return () => this.#onState.delete(listener);
  }

  onPrompt(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}

  async #before(step: Step): Promise<void> {
    await this.gate(step);
    const end = this.state === 'ready' ? this.ends[step]?.shift() : 'device_lost';
    if (end === 'keys_exhausted') throw new DriverError('PINPAD_REFUSED', 'It has no key.', { reason: end });
    if (end !== undefined) throw refused();
  }

  #step<T>(step: Step, act: () => T): Promise<Done<T> | Ended> {
    this.calls.push(step);
    if (this.state !== 'ready') return Promise.reject(refused());
    const end = this.ends[step]?.shift();
    if (end === 'reject') return Promise.reject(refused());
    if (end === 'hang') {
      return new Promise((resolve) => {
        this.#abort = () => resolve({ kind: 'ended', why: 'aborted_by_till' });
      });
    }
    if (end !== undefined) return Promise.resolve({ kind: 'ended', why: end });
    const value = act();
    return this.gate(step).then(() => ({ kind: 'done', value }));
  }

  #pin(): EncryptedPin {
    this.#pins += 1;
    const ksn = new Uint8Array(10).fill(3);
    ksn[9] = this.#pins;
    return { algorithm: 'tdes', ksn, bytes: new Uint8Array(8).fill(4), format: 0 };
  }

  #keep(transactionId: string, stage: LastTransaction['stage'], completion: CardCompletion | null): void {
    this.last = { transactionId, stage, read: null, completion };
  }
}

function refused(): DriverError {
  return new DriverError('TRANSPORT_LOST', 'The pad is away.', {});
}
