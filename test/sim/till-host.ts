/** A till's machine: the real till over a journal that outlives its process, with a printer that is not always well. */
import Database from 'better-sqlite3';
import type { DeviceState } from '../../drivers/contract/device.ts';
import type { PinPad } from '../../drivers/contract/pin-pad.ts';
import type { PrintResult, ReceiptPrinter } from '../../drivers/contract/printer.ts';
import { openNoFiscalRegister } from '../../drivers/fiscal/none.ts';
import type { Catalogue } from '../../electron/catalogue/catalogue.ts';
import { openJournal } from '../../electron/journal/journal.ts';
import { hashPin, type StaffRecord } from '../../electron/shift/staff.ts';
import { createTill } from '../../electron/till/create-till.ts';
import type { CommandReply, Till, TillPolicy } from '../../electron/till/till.ts';
import type { MerchantWire } from '../../gateway/wire/messages.ts';
import type { PadHost } from './cards/pad-host.ts';
import { Death, Living } from './living.ts';
import type { Network } from './network.ts';
import { openTillDisk } from './till-disk.ts';
import { TillLink } from './till-link.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Watch } from './watch.ts';
import type { Weather } from './weather.ts';

export const TILL_POLICY: TillPolicy = {
  replyTimeoutMs: 10_000,
  unknownAfterMs: 5_000,
  askEveryMs: 3_000,
  resendWithinMs: 30_000,
  setAsideAfterMs: 90_000,
  utcOffsetMinutes: 180,
  // Shorter than the slowest way of a message, so that what is given up may still arrive.
  card: { replyTimeoutMs: 14_000, setAsideAfterMs: 60_000 },
};

/** The cheapest scrypt there is: these are not secrets. */
const CHEAP = { cost: 2, blockSize: 1, parallel: 1 };
const SALT = new Uint8Array(16);
export const CASHIER = { staffId: 'anna', pin: '1111' };
export const SUPERVISOR = { staffId: 'maria', pin: '9999' };
const STAFF: readonly StaffRecord[] = [
  { staffId: 'anna', name: 'Анна К.', supervisor: false, pin: hashPin(CASHIER.pin, SALT, CHEAP) },
  { staffId: 'maria', name: 'Мария П.', supervisor: true, pin: hashPin(SUPERVISOR.pin, SALT, CHEAP) },
];

export class TillHost {
  readonly tid: string;
  readonly db = new Database(':memory:');
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #network: Network;
  readonly #catalogue: Catalogue;
  readonly #watch: Watch;
  readonly #merchant: MerchantWire;
  readonly pad: PadHost;
  readonly #throughPad: (inner: PinPad) => PinPad;
  #cutPad: () => void = () => undefined;
  #living: Living | null = null;
  #offForMs: number | null = null;
  #till: Till | null = null;
  link: TillLink | null = null;

  constructor(
    tid: string,
    world: VirtualWorld,
    weather: Weather,
    network: Network,
    catalogue: Catalogue,
    watch: Watch,
    cards: {
      readonly merchant: MerchantWire;
      readonly pad: PadHost;
      readonly throughPad: (inner: PinPad) => PinPad;
    },
  ) {
    this.#merchant = cards.merchant;
    this.pad = cards.pad;
    this.#throughPad = cards.throughPad;
    this.tid = tid;
    this.#world = world;
    this.#weather = weather;
    this.#network = network;
    this.#catalogue = catalogue;
    this.#watch = watch;
    this.#boot();
  }

  /** The running till, or null between a death and the next start. */
  get open(): Till | null {
    return this.#living?.alive === true ? this.#till : null;
  }

  /** What the till answered; null when it died over it, or was not there. */
  async ask(command: object): Promise<CommandReply | null> {
    const living = this.#living;
    const till = this.open;
    if (living === null || till === null) return null;
    const reply = await till.command(command);
    return living.alive ? reply : null;
  }

  /** Switched off, and on again after so long. */
  switchOff(forMs: number): void {
    if (this.#living?.alive !== true) return;
    this.#offForMs = forMs;
    this.#living.kill();
  }

  #boot(): void {
    const living = new Living(this.#world, 'till', this.#weather, () => this.#died());
    const link = new TillLink(this.tid, this.#merchant, living, this.#network);
    this.#living = living;
    this.link = link;
    this.#network.join(link);
    const { pad, cut } = this.pad.open(living);
    this.#cutPad = cut;
    try {
      this.#till = createTill({
        runtime: living.runtime,
        link,
        devices: {
          printer: this.#printer(living),
          scanner: null,
          fiscal: openNoFiscalRegister(),
          pinPad: this.#throughPad(pad),
        },
        policy: TILL_POLICY,
        identity: { tid: this.tid, name: `Касса ${this.tid.slice(-2)}` },
        journal: openJournal(openTillDisk(this.db, living), living.runtime),
        catalogue: this.#catalogue,
        staff: STAFF,
        shop: {
          nameRu: 'Магазин «Амур»',
          nameZh: '黑龙江商店',
          inn: '2801000000',
          address: 'Благовещенск, ул. Ленина, 1',
          supportPhone: null,
        },
      });
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      return;
    }
    this.#till.start().catch((error: unknown) => {
      if (living.alive) this.#watch.fail(error);
    });
  }

  #printer(living: Living): ReceiptPrinter {
    const state: DeviceState = 'ready';
    const job = (): Promise<PrintResult> =>
      new Promise((resolve) => {
        const ill = this.#weather.draw('print') !== null;
        const result: PrintResult = ill
          ? {
              kind: 'failed',
              fault: this.#weather.chance(500) ? 'paper_end' : 'no_answer',
              paperMayHaveIt: true,
            }
          : { kind: 'printed' };
        living.after(this.#weather.between(200, 2_500), () => resolve(result));
      });
    return {
      state,
      status: null,
      print: job,
      openDrawer: job,
      onState: () => () => undefined,
      onStatus: () => () => undefined,
      onFirstByte: () => () => undefined,
      close: async () => undefined,
    };
  }

  #died(): void {
    this.#cutPad();
    const offMs = this.#offForMs ?? this.#weather.between(1_000, 60_000);
    this.#offForMs = null;
    this.#world.timers.after(offMs, () => this.#boot());
  }
}
