/** A PIN pad on the counter and whoever stands before it: the device keeps its memory over deaths of the till; customers insert,
 *  tap, swipe, mistype, cancel and leave. */
import type { PinPad, PinPadPrompt } from '../../../drivers/contract/pin-pad.ts';
import { openPinPad } from '../../../drivers/pinpad/serial-pin-pad.ts';
import { maskedPan, type VirtualCard } from '../../../simulators/pinpad/card-deck.ts';
import { PAD_FAULTS } from '../../../simulators/pinpad/faults.ts';
import { memoryTransport } from '../../../simulators/pinpad/memory-link.ts';
import { memoryStorage } from '../../../simulators/pinpad/pad-storage.ts';
import { PinPadDevice } from '../../../simulators/pinpad/pin-pad-device.ts';
import type { Pad } from '../../../simulators/pinpad/settings.ts';
import { WRONG_PIN } from '../../crash/card-drawer.ts';
import type { Living } from '../living.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { VirtualWorld } from '../virtual-runtime.ts';
import type { Weather } from '../weather.ts';
import { isSound } from './keys.ts';

/** Of the card that was tapped already, now that the sum is another. */
function isSecondTap(prompt: PinPadPrompt): boolean {
  return prompt.kind === 'present_card' && prompt.entries.every((entry) => entry === 'contactless');
}

export class PadHost {
  readonly device: PinPadDevice;
  /** Of a refund: the card that paid, masked. */
  wanted: string | null = null;
  readonly #pad: Pad;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #random: SeededRandom;
  readonly #sound: readonly VirtualCard[];
  #prompts = 0;
  #showing = '';
  #hand: VirtualCard | null = null;

  constructor(pad: Pad, world: VirtualWorld, weather: Weather) {
    this.#pad = pad;
    this.#world = world;
    this.#weather = weather;
    this.#random = world.random.fork();
    this.#sound = pad.cards.filter(({ name }) => isSound(name));
    this.device = new PinPadDevice(pad, { storage: memoryStorage(), runtime: world.process() });
    this.device.onFace(() => this.#seen());
  }

  /** A till's end of the cable, which is pulled when the till's process is gone. */
  open(living: Living): { readonly pad: PinPad; readonly cut: () => void } {
    const transport = memoryTransport(this.device, living.runtime.timers, { tap: () => this.#passes() });
    return {
      pad: openPinPad({ transport, runtime: living.runtime }),
      cut: () => void transport.close(),
    };
  }

  /** Whatever crosses the cable may be the last that the device did before its power failed. */
  #passes(): void {
    if (this.#weather.strikes('pinpad')) this.#world.timers.after(0, () => this.device.reboot());
  }

  mend(): void {
    for (const fault of PAD_FAULTS) this.device.setFault(fault, false);
    this.device.plug();
  }

  #seen(): void {
    const { prompt } = this.device.face;
    const shown = prompt.kind === 'enter_pin' ? `enter_pin ${prompt.triesLeft ?? ''}` : prompt.kind;
    if (shown === this.#showing && prompt.kind !== 'present_card') return;
    this.#showing = shown;
    this.#prompts += 1;
    const number = this.#prompts;
    this.#world.timers.after(300 + this.#random.below(4_000), () => {
      if (number === this.#prompts) this.#act();
    });
    if (prompt.kind === 'present_card' && this.#weather.chance(120)) this.#trouble();
  }

  #act(): void {
    const { device } = this;
    const { prompt } = device.face;
    switch (prompt.kind) {
      case 'present_card':
        this.#present();
        return;
      case 'insert_chip':
        if (this.#hand !== null) device.insert(this.#hand.name);
        return;
      case 'enter_pin':
        this.#pin();
        return;
      case 'remove_card':
        device.remove();
        return;
      default:
        return;
    }
  }

  #present(): void {
    const { device } = this;
    if (this.#random.chance(30)) {
      device.cancel();
      return;
    }
    if (this.#random.chance(15)) return;
    if (this.#hand !== null && isSecondTap(device.face.prompt)) {
      device.tap(this.#hand.name);
      return;
    }
    const card = this.#choose();
    this.#hand = card;
    const roll = this.#random.below(1_000);
    if (roll < 600 && device.insert(card.name)) return;
    if (roll < 850 && device.tap(card.name)) return;
    if (device.swipe(card.name)) return;
    if (!device.insert(card.name)) device.tap(card.name);
  }

  #choose(): VirtualCard {
    const { wanted } = this;
    const own = wanted === null ? undefined : this.#pad.cards.find((card) => maskedPan(card.pan) === wanted);
    if (own !== undefined && this.#random.chance(950)) return own;
    // Most people come with a card that works.
    const sound = this.#random.chance(650);
    return this.#random.pick(sound ? this.#sound : this.#pad.cards);
  }

  #pin(): void {
    const name = this.device.inSlot;
    const card = this.#pad.cards.find((each) => each.name === name) ?? this.#hand;
    if (card === null || this.#random.chance(30)) {
      this.device.cancel();
      return;
    }
    const right = this.#random.chance(800);
    // The next request for a PIN is another one, though it looks the same.
    this.#showing = '';
    this.device.pressPin(right ? card.pin : WRONG_PIN);
  }

  /** Something happens to the device, for a while or once. */
  #trouble(): void {
    this.#weather.note('pinpad');
    const lastsMs = this.#weather.between(1_000, 40_000);
    if (this.#weather.chance(250)) {
      this.#world.timers.after(this.#weather.between(0, 15_000), () => this.device.unplug());
      this.#world.timers.after(15_000 + lastsMs, () => this.device.plug());
      return;
    }
    const fault = PAD_FAULTS[this.#random.below(PAD_FAULTS.length)] ?? 'slow';
    this.#world.timers.after(this.#weather.between(0, 12_000), () => {
      if (!this.#weather.calm) this.device.setFault(fault, true);
    });
    this.#world.timers.after(12_000 + lastsMs, () => this.device.setFault(fault, false));
  }
}
