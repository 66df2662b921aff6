/** The device itself: one transaction at a time, from the card to its last cryptogram. It knows no frames and no sockets.
 *
 *  Every stage is durable before its answer is given, so that `last` tells the truth after any loss. A step waits for the
 *  customer and answers through `done` exactly once. Errors  PadRefusal, thrown before a step begins. */
import type {
  CardAuthorisation,
  CardCompletion,
  CardEntry,
  CardRead,
  Cvm,
  EncryptedPin,
  Ended,
  LastTransaction,
  PinPadEnd,
} from '../../drivers/contract/pin-pad.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { VirtualCard } from './card-deck.ts';
import { type Presented, readingOf } from './card-reading.ts';
import type { VirtualChip } from './chip.ts';
import type { Face, MessageName } from './face.ts';
import { chooseCvm, isApproval } from './kernel.ts';
import type { AuthoriseRequest, CompleteRequest, ReadRequest, Refused, StepDone } from './pad-steps.ts';
import { lastWith } from './pad-storage.ts';
import { begun, isTapForAnother, signedFirst, type Transaction, withCard } from './pad-transaction.ts';
import { type InSlot, Panel } from './panel.ts';
import { PadRefusal } from './refusal.ts';
import type { PadSettings } from './settings.ts';
import { completionOf } from './signing.ts';
import type { Vault } from './vault.ts';

/** The step under way. `stop` answers it without its result; `card` takes one, where it waits for one. */
interface Step {
  readonly stop: (result: Ended | Refused) => void;
  readonly card: ((card: VirtualCard, how: Presented) => boolean) | null;
}

/** A wrong PIN may be asked for again this often in one transaction. */
const REENTRIES_MAX = 3;
const ALL_ENTRIES: readonly CardEntry[] = ['chip', 'contactless', 'magstripe'];

export class PadEngine {
  readonly #settings: PadSettings;
  readonly #vault: Vault;
  readonly #runtime: Runtime;
  readonly #panel: Panel;
  #transaction: Transaction | null = null;
  #step: Step | null = null;

  /** `slot`: the card that was in it when the power came back. */
  constructor(
    settings: PadSettings,
    vault: Vault,
    runtime: Runtime,
    onFace: () => void,
    slot: InSlot | null,
  ) {
    this.#settings = settings;
    this.#vault = vault;
    this.#runtime = runtime;
    const timedOut = (): void => this.#end('timeout');
    this.#panel = new Panel(settings, runtime.timers, slot, { face: onFace, timedOut });
  }

  get face(): Face {
    return this.#panel.face;
  }

  get slot(): InSlot | null {
    return this.#panel.slot;
  }

  /** The power goes: nothing is answered and no timer fires any more. */
  stop(): void {
    this.#step = null;
    this.#panel.darken();
  }

  read(request: ReadRequest, done: StepDone<CardRead>): void {
    if (this.#isBusy(done)) return;
    const unfinished = this.#transaction !== null;
    this.#transaction = begun(request);
    this.#keep('reading');
    this.#panel.begin(request.language, request.amount);
    this.#step = { stop: done, card: (card, how) => this.#presented(card, how, done) };
    const { slot } = this.#panel;
    // A card of a transaction that nobody ended is as spent as one that is done with.
    if (slot !== null && (slot.spent || unfinished)) {
      this.#panel.ask({ kind: 'remove_card' });
      return;
    }
    this.#askForCard(ALL_ENTRIES);
    if (slot !== null) this.#guarded(() => this.#presented(slot.card, 'insert', done));
  }

  authorise(request: AuthoriseRequest, done: StepDone<CardAuthorisation>): void {
    if (this.#isBusy(done)) return;
    const tapped = this.#require(request.transactionId, 'read');
    if (tapped.found === null) throw new PadRefusal('wrong_step');
    const transaction = { ...tapped, amount: request.amount };
    this.#transaction = transaction;
    this.#panel.setAmount(request.amount);
    this.#keep('authorising');
    if (!isTapForAnother(tapped, request.amount)) {
      this.#askHolder(transaction, request, done);
      return;
    }
    this.#step = {
      stop: done,
      card: (card, how) => {
        if (how !== 'tap' || card.name !== transaction.found?.card.name) return false;
        this.#askHolder(transaction, request, done);
        return true;
      },
    };
    this.#askForCard(['contactless']);
  }

  #askHolder(
    { found, operation }: Transaction,
    request: AuthoriseRequest,
    done: StepDone<CardAuthorisation>,
  ): void {
    if (found === null) throw new PadRefusal('wrong_step');
    const cvm = chooseCvm(found.card, found.read.entry, operation, request.amount, this.#settings);
    this.#step = { stop: done, card: null };
    if (cvm === 'online_pin')
      this.#panel.askPin(null, (pin) =>
        this.#sign(request, cvm, this.#vault.encryptPin(pin, found.card.pan), done),
      );
    else if (cvm === 'offline_pin' && found.chip !== null) this.#askOfflinePin(found.chip, request, done);
    else this.#sign(request, cvm, null, done);
  }

  reenterPin(transactionId: string, done: StepDone<EncryptedPin>): void {
    if (this.#isBusy(done)) return;
    const transaction = this.#require(transactionId, 'authorised');
    const { found, cvm, reentries } = transaction;
    if (found === null || cvm !== 'online_pin') throw new PadRefusal('wrong_step');
    this.#step = { stop: done, card: null };
    if (reentries >= REENTRIES_MAX) {
      this.#end('pin_tries_exceeded');
      return;
    }
    this.#transaction = { ...transaction, reentries: reentries + 1 };
    this.#panel.askPin(null, (pin) => {
      this.#answer(done, this.#vault.encryptPin(pin, found.card.pan));
      this.#panel.show({ kind: 'processing' });
    });
  }

  complete(request: CompleteRequest, done: StepDone<CardCompletion>): void {
    if (this.#isBusy(done)) return;
    const { id, found, first, cvm } = this.#require(request.transactionId, 'authorised');
    if (found === null) throw new PadRefusal('wrong_step');
    const { chip, read } = found;
    this.#step = { stop: done, card: null };
    if (read.entry === 'chip' && this.#panel.slot === null) {
      this.#end('card_removed');
      return;
    }
    const approved = request.responseCode !== null && isApproval(request.responseCode);
    const answer = { approved, issuerData: request.issuerData, cvm };
    const completion = completionOf(read.entry, chip, first, answer);
    this.#vault.keepLast(lastWith(id, 'completed', read, completion));
    this.#transaction = null;
    this.#answer(done, completion);
    this.#panel.close(approved && completion.cryptogram !== 'aac' ? 'approved' : 'declined', null);
  }

  /** Of another transaction than the last there is nothing here to change. */
  reversal(transactionId: string): void {
    const { last } = this.#vault;
    if (last === null || last.transactionId !== transactionId || this.#step !== null) return;
    this.#transaction = null;
    this.#vault.keepLast({ ...last, stage: 'reversed' });
    this.#panel.close('declined', 'reversed');
  }

  /** Ends the step under way, or the transaction between two steps before the card has signed. */
  abort(): void {
    if (this.#step === null && this.#vault.last?.stage === 'read') this.#giveUp('aborted_by_till');
    else this.interrupt();
  }

  /** Ends the step under way alone. */
  interrupt(): void {
    if (this.#step !== null) this.#end('aborted_by_till');
  }

  display(text: string): void {
    if (this.#step === null) this.#panel.show({ kind: 'message', text });
  }

  /** False where the device does not take a card that way now. The slot takes any card at any time. */
  present(card: VirtualCard, how: Presented): boolean {
    if (how === 'insert') {
      if (this.#panel.slot !== null) this.remove();
      this.#panel.put(card);
    }
    const take = this.#step?.card ?? null;
    return take === null ? how === 'insert' : this.#guarded(() => take(card, how));
  }

  remove(): void {
    if (this.#panel.slot === null) return;
    const asked = this.#panel.face.prompt.kind === 'remove_card';
    this.#panel.take();
    if (asked && this.#step !== null) this.#askForCard(ALL_ENTRIES);
    else if (asked) this.#panel.rest();
    else if (this.#step !== null && this.#transaction?.found?.read.entry === 'chip')
      this.#end('card_removed');
  }

  /** A key of the device: a digit, `clear`, `cancel` or `enter`. */
  press(key: string): void {
    if (this.#step === null) return;
    if (key === 'cancel') this.#end('cancelled_by_customer');
    else this.#guarded(() => this.#panel.press(key));
  }

  /** What the customer does may meet a device that cannot go on; then the step under way is refused. */
  #guarded<T>(act: () => T): T | false {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof PadRefusal)) throw error;
      const step = this.#step;
      this.#step = null;
      this.#transaction = null;
      this.#panel.close('declined', 'cancelled');
      step?.stop({ kind: 'refused', reason: error.reason });
      return false;
    }
  }

  #isBusy<T>(done: StepDone<T>): boolean {
    if (this.#step === null) return false;
    done({ kind: 'ended', why: 'busy' });
    return true;
  }

  #require(id: string, stage: LastTransaction['stage']): Transaction {
    const transaction = this.#transaction;
    if (transaction === null || this.#vault.last?.stage !== stage) throw new PadRefusal('wrong_step');
    if (transaction.id !== id) throw new PadRefusal('other_transaction');
    return transaction;
  }

  #presented(card: VirtualCard, how: Presented, done: StepDone<CardRead>): boolean {
    const transaction = this.#transaction;
    if (transaction === null || this.#panel.face.prompt.kind === 'remove_card') return false;
    const reading = readingOf(card, how, transaction.chipFailed);
    switch (reading.kind) {
      case 'read':
        this.#readCard(transaction, card, reading.entry, done);
        return true;
      case 'chip_failed':
        this.#transaction = { ...transaction, chipFailed: true };
        this.#askForCard(['magstripe']);
        return true;
      case 'insert_chip':
        this.#panel.ask({ kind: 'insert_chip' });
        return true;
      case 'unsupported':
        this.#end('card_unsupported');
        return true;
      case 'unreadable':
        this.#end('card_unreadable');
        return true;
      case 'nothing':
        return false;
    }
  }

  #readCard(transaction: Transaction, card: VirtualCard, entry: CardEntry, done: StepDone<CardRead>): void {
    const read = withCard(transaction, card, entry, this.#vault);
    this.#transaction = read;
    this.#keep('read');
    this.#answer(done, read.found.read);
    this.#panel.show({ kind: 'processing' });
  }

  #askOfflinePin(chip: VirtualChip, request: AuthoriseRequest, done: StepDone<CardAuthorisation>): void {
    if (chip.triesLeft === 0) {
      this.#end('pin_tries_exceeded');
      return;
    }
    this.#panel.askPin(chip.triesLeft, (pin) => {
      if (chip.verifyPin(pin)) this.#sign(request, 'offline_pin', null, done);
      else this.#askOfflinePin(chip, request, done);
    });
  }

  #sign(
    request: AuthoriseRequest,
    cvm: Cvm | null,
    pin: EncryptedPin | null,
    done: StepDone<CardAuthorisation>,
  ): void {
    const transaction = this.#transaction;
    if (transaction === null) throw new PadRefusal('wrong_step');
    const signing = { settings: this.#settings, vault: this.#vault, random: this.#runtime.random };
    const signed = signedFirst(transaction, cvm, { ...signing, date: request.date });
    const { first } = signed;
    const cardDeclined = first?.declined === true;
    this.#transaction = signed;
    this.#keep(cardDeclined ? 'ended' : 'authorised');
    if (cardDeclined) this.#transaction = null;
    this.#answer(done, { cvm: cvm ?? 'none', pin, emv: first?.emv ?? null, cardDeclined });
    if (cardDeclined) this.#panel.close('declined', null);
    else this.#panel.show({ kind: 'processing' });
  }

  #answer<T>(done: StepDone<T>, value: T): void {
    this.#step = null;
    done({ kind: 'done', value });
  }

  #end(why: PinPadEnd): void {
    this.#guarded(() => {
      const step = this.#step;
      this.#giveUp(why);
      step?.stop({ kind: 'ended', why });
    });
  }

  #giveUp(why: PinPadEnd): void {
    this.#keep('ended');
    this.#step = null;
    this.#transaction = null;
    this.#panel.close('declined', END_MESSAGES[why] ?? 'cancelled');
  }

  #askForCard(entries: readonly CardEntry[]): void {
    const { amount } = this.#transaction ?? {};
    if (amount !== undefined) this.#panel.ask({ kind: 'present_card', amount, entries });
  }

  #keep(stage: LastTransaction['stage']): void {
    const transaction = this.#transaction;
    if (transaction !== null)
      this.#vault.keepLast(lastWith(transaction.id, stage, transaction.found?.read ?? null, null));
  }
}

const END_MESSAGES: Readonly<Partial<Record<PinPadEnd, MessageName>>> = {
  timeout: 'timeout',
  card_removed: 'removed',
  card_unreadable: 'unreadable',
  card_unsupported: 'unsupported',
  pin_tries_exceeded: 'pin_blocked',
};
