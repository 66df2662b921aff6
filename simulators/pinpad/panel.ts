/** The device's front: its display, its slot, its keys and the time it gives the customer. It knows no money and no chip. */
import type { PinPadPrompt } from '../../drivers/contract/pin-pad.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { CancelTimer, Timers } from '../../gateway/kernel/time.ts';
import type { VirtualCard } from './card-deck.ts';
import { type Face, IDLE_FACE, type Language, type MessageName, messageText, type Outcome } from './face.ts';
import type { PadSettings } from './settings.ts';

export interface InSlot {
  readonly card: VirtualCard;
  /** A transaction is done with it: it must come out before another one. */
  readonly spent: boolean;
}

interface PinEntry {
  readonly digits: string;
  readonly triesLeft: number | null;
  readonly entered: (pin: string) => void;
}

const PIN_LEAST = 4;
const PIN_MOST = 12;

export class Panel {
  readonly #settings: PadSettings;
  readonly #timers: Timers;
  readonly #onFace: () => void;
  readonly #timedOut: () => void;
  #face: Face = IDLE_FACE;
  #slot: InSlot | null;
  #pin: PinEntry | null = null;
  #pinsEntered = 0;
  #cancelTimer: CancelTimer = () => undefined;
  #dark = false;

  /** `timedOut`: the customer did not do in time what was asked last. */
  constructor(
    settings: PadSettings,
    timers: Timers,
    slot: InSlot | null,
    events: { readonly face: () => void; readonly timedOut: () => void },
  ) {
    this.#settings = settings;
    this.#timers = timers;
    this.#onFace = events.face;
    this.#timedOut = events.timedOut;
    this.#slot = slot === null ? null : { ...slot, spent: true };
    if (slot !== null) this.#face = { ...IDLE_FACE, prompt: { kind: 'remove_card' } };
  }

  get face(): Face {
    return this.#face;
  }

  get slot(): InSlot | null {
    return this.#slot;
  }

  /** The power goes: no timer fires and nothing is shown any more. */
  darken(): void {
    this.#dark = true;
    this.#pin = null;
    this.#cancelTimer();
  }

  begin(language: Language, amount: MoneyJson): void {
    this.#pinsEntered = 0;
    this.#face = { ...IDLE_FACE, prompt: this.#face.prompt, language, amount };
  }

  setAmount(amount: MoneyJson): void {
    this.#face = { ...this.#face, amount };
  }

  put(card: VirtualCard): void {
    this.#slot = { card, spent: false };
    this.#notify();
  }

  take(): void {
    this.#slot = null;
    this.#notify();
  }

  show(prompt: PinPadPrompt): void {
    this.#cancelTimer();
    this.#pin = null;
    this.#display(prompt);
  }

  /** Shows what the customer shall do, and waits for it. */
  ask(prompt: PinPadPrompt): void {
    this.show(prompt);
    this.#cancelTimer = this.#timers.after(this.#settings.cardWaitMs, this.#timedOut);
  }

  /** `entered` is called with the digits when enough were pressed and confirmed. */
  askPin(triesLeft: number | null, entered: (pin: string) => void): void {
    this.#face = { ...this.#face, pinAgain: this.#pinsEntered > 0 };
    this.#enterPin({ digits: '', triesLeft, entered });
  }

  press(key: string): void {
    const pin = this.#pin;
    if (pin === null) return;
    if (key !== 'enter') {
      const added = /^[0-9]$/.test(key) ? key : '';
      const digits = key === 'clear' ? '' : (pin.digits + added).slice(0, PIN_MOST);
      this.#enterPin({ ...pin, digits });
    } else if (pin.digits.length >= PIN_LEAST) {
      this.#pinsEntered += 1;
      pin.entered(pin.digits);
    }
  }

  /** What the customer sees at the end: to take the card, where one stands in the slot, or how it went; then rest. */
  close(outcome: Outcome, message: MessageName | null): void {
    this.#face = { ...this.#face, outcome };
    if (this.#slot !== null) {
      this.#slot = { ...this.#slot, spent: true };
      this.show({ kind: 'remove_card' });
      return;
    }
    this.show({ kind: 'message', text: messageText(message ?? outcome, this.#face.language) });
    this.#cancelTimer = this.#timers.after(this.#settings.messageMs, () => this.rest());
  }

  rest(): void {
    this.#face = { ...IDLE_FACE, language: this.#face.language };
    this.show({ kind: 'idle' });
  }

  #enterPin(pin: PinEntry): void {
    this.show({ kind: 'enter_pin', digits: pin.digits.length, triesLeft: pin.triesLeft });
    this.#pin = pin;
    this.#cancelTimer = this.#timers.after(this.#settings.pinWaitMs, this.#timedOut);
  }

  #display(prompt: PinPadPrompt): void {
    this.#face = { ...this.#face, prompt };
    this.#notify();
  }

  #notify(): void {
    if (!this.#dark) this.#onFace();
  }
}
