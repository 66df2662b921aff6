/** A partner bank's machine: the simulator's own core over books that outlive its process. */
import Database from 'better-sqlite3';
import { ANY } from '../../../simulators/bank/arming.ts';
import { PartnerBank } from '../../../simulators/bank/bank.ts';
import { ratesOf } from '../../../simulators/bank/config.ts';
import type { BankConnection, Wire } from '../../../simulators/bank/connection.ts';
import { USUAL_TERMS } from '../../../simulators/bank/terms.ts';
import type { VirtualCard } from '../../../simulators/pinpad/card-deck.ts';
import { Living } from '../living.ts';
import type { VirtualWorld } from '../virtual-runtime.ts';
import type { Weather } from '../weather.ts';
import { BANK_PLAN, type Planned } from './bank-plan.ts';
import type { CardKeys, PartnerPlan } from './keys.ts';

export class BankHost {
  readonly db = new Database(':memory:');
  readonly plan: PartnerPlan;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #keys: CardKeys;
  readonly #cards: readonly VirtualCard[];
  readonly #besides: readonly Planned[];
  #living: Living | null = null;
  #bank: PartnerBank | null = null;
  /** Told when the process dies: its connections are gone. */
  onDeath: () => void = () => undefined;

  constructor(
    plan: PartnerPlan,
    world: VirtualWorld,
    weather: Weather,
    keys: CardKeys,
    cards: readonly VirtualCard[],
    besides: readonly Planned[],
  ) {
    this.plan = plan;
    this.#world = world;
    this.#weather = weather;
    this.#keys = keys;
    this.#cards = cards;
    this.#besides = besides;
    this.#boot();
  }

  get open(): PartnerBank | null {
    return this.#living?.alive === true ? this.#bank : null;
  }

  /** A dialled connection, or null while nobody listens. What a dead bank sends never leaves. */
  accept(wire: Wire): BankConnection | null {
    const living = this.#living;
    const bank = this.open;
    if (living === null || bank === null) return null;
    return bank.connect({
      send: (bytes) => {
        if (living.passes()) wire.send(bytes);
      },
      close: () => wire.close(),
    });
  }

  /** Bytes as they came, unless the process dies over them. */
  take(connection: BankConnection, bytes: Uint8Array): void {
    if (this.#living?.passes() === true) connection.receive(bytes);
  }

  /** Follows the weather: its scenarios stand in a storm and are taken back in a calm. */
  applyPlan(): void {
    const bank = this.open;
    if (bank === null) return;
    bank.perform(() => {
      bank.desk.arming.disarm();
      if (this.#weather.calm) return;
      for (const { scenario, mti, chance, delayMs } of [...this.#besides, ...BANK_PLAN]) {
        bank.desk.arming.arm({ ...ANY, scenario, mti, chance, times: null, delayMs });
      }
    });
  }

  #boot(): void {
    const { profile, mac, pinBlock, keysMadeBy, bank } = this.plan;
    const living = new Living(this.#world, 'bank', this.#weather, () => this.#died());
    const partner = new PartnerBank({
      db: this.db,
      runtime: living.runtime,
      hsm: this.#keys.bankHsm(this.plan, living.runtime.random),
      terms: {
        ...USUAL_TERMS,
        ...{ name: bank, profile, mac, pinBlock, keysMadeBy, zmk: 'zmk', pinTriesMost: 1_000 },
        rates: ratesOf({ 'RUB/CNY': '0.0886400' }),
      },
      ...this.#keys.issued(this.plan, this.#cards),
      synchronous: 'off',
      defer: (run) => living.after(this.#weather.between(0, 4), run),
    });
    this.#living = living;
    this.#bank = partner;
    this.applyPlan();
  }

  #died(): void {
    this.#bank?.kill();
    this.onDeath();
    const longest = this.#weather.chance(100) ? 300_000 : 30_000;
    this.#world.timers.after(this.#weather.between(500, longest), () => this.#boot());
  }
}
