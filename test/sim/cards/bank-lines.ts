/** The TCP connections between the gateway and its banks: bytes arrive whole, once and in order or the connection ends; but a
 *  line may stall, fall silent without being closed, or break after what it carried arrived and before its answer did. */
import type { Dial, DialHandlers, DialledSocket } from '../../../gateway/banks/dial.ts';
import type { BankConnection } from '../../../simulators/bank/connection.ts';
import type { Living } from '../living.ts';
import type { VirtualWorld } from '../virtual-runtime.ts';
import type { Ill, Weather } from '../weather.ts';
import type { BankHost } from './bank-host.ts';

const STALL_MOST_MS = 11_000;

export class BankLines {
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #lines = new Set<Line>();

  constructor(world: VirtualWorld, weather: Weather) {
    this.#world = world;
    this.#weather = weather;
  }

  dial(host: BankHost, gateway: Living): Dial {
    host.onDeath = () => this.#lost((line) => line.host === host);
    return (handlers) => {
      const line = new Line(host, gateway, handlers, this.#world, this.#weather, () =>
        this.#lines.delete(line),
      );
      this.#lines.add(line);
      return () => line.end();
    };
  }

  lostGateway(gateway: Living): void {
    this.#lost((line) => line.gateway === gateway);
  }

  /** Silent lines are closed at last. */
  mend(): void {
    for (const line of [...this.#lines]) if (line.mute) line.end();
  }

  #lost(of: (line: Line) => boolean): void {
    for (const line of [...this.#lines]) {
      if (!of(line)) continue;
      if (this.#weather.chance(300)) line.mute = true;
      else line.end();
    }
  }
}

class Line {
  readonly host: BankHost;
  readonly gateway: Living;
  readonly #handlers: DialHandlers;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #forget: () => void;
  #connection: BankConnection | null = null;
  #ended = false;
  /** Up for both ends, while nothing gets through. */
  mute = false;
  /** When the last bytes of each direction arrive: later ones do not overtake them. */
  #thereAt = 0;
  #backAt = 0;
  #fate: Ill | null = null;

  constructor(
    host: BankHost,
    gateway: Living,
    handlers: DialHandlers,
    world: VirtualWorld,
    weather: Weather,
    forget: () => void,
  ) {
    this.host = host;
    this.gateway = gateway;
    this.#handlers = handlers;
    this.#world = world;
    this.#weather = weather;
    this.#forget = forget;
    world.timers.after(weather.way(), () => this.#open());
  }

  /** Both ends hear of it, each in its own time. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#forget();
    const { timers } = this.#world;
    const connection = this.#connection;
    if (connection !== null) timers.after(this.#weather.way(), () => connection.gone());
    timers.after(this.#weather.way(), () => {
      if (this.gateway.alive) this.#handlers.onClosed(null);
    });
  }

  #open(): void {
    if (this.#ended || !this.gateway.alive) return;
    this.#connection = this.host.accept({ send: (bytes) => this.#back(bytes), close: () => this.end() });
    if (this.#connection === null) {
      this.end();
      return;
    }
    const socket: DialledSocket = {
      write: (bytes) => this.#there(bytes),
      queuedBytes: 0,
      terminate: () => this.end(),
    };
    this.#handlers.onOpen(socket);
  }

  #there(bytes: Uint8Array): boolean {
    if (this.#ended) return false;
    const sent = Buffer.from(bytes);
    bytes.fill(0);
    if (this.gateway.passes()) this.#carryThere(sent);
    return true;
  }

  #carryThere(bytes: Buffer): void {
    const ill = this.#weather.draw(isUpkeep(bytes) ? 'upkeep' : 'bank');
    if (ill === 'request_lost') {
      this.#breaks();
      return;
    }
    this.#fate = ill;
    const delayMs = ill === 'request_late' ? this.#stall() : this.#weather.way();
    this.#thereAt = Math.max(this.#thereAt, this.#world.now() + delayMs);
    this.#world.timers.after(this.#thereAt - this.#world.now(), () => {
      for (const piece of this.#pieces(bytes)) {
        if (!this.#ended && !this.mute && this.#connection !== null) this.host.take(this.#connection, piece);
      }
    });
  }

  #back(bytes: Uint8Array): void {
    const sent = Buffer.from(bytes);
    const fate = this.#fate;
    this.#fate = null;
    if (fate === 'reply_lost') {
      this.#breaks();
      return;
    }
    const delayMs = fate === 'reply_late' ? this.#stall() : this.#weather.way();
    this.#backAt = Math.max(this.#backAt, this.#world.now() + delayMs);
    this.#world.timers.after(this.#backAt - this.#world.now(), () => {
      for (const piece of this.#pieces(sent)) {
        if (!this.#ended && !this.mute && this.gateway.alive) this.#handlers.onBytes(piece);
      }
    });
  }

  /** TCP keeps no borders between messages. */
  #pieces(bytes: Buffer): readonly Buffer[] {
    if (!this.#weather.chance(100)) return [bytes];
    const cut = this.#weather.between(1, bytes.length);
    return [bytes.subarray(0, cut), bytes.subarray(cut)];
  }

  /** Mostly shorter than what the gateway waits for an answer, sometimes as long as anything lasts. */
  #stall(): number {
    return this.#weather.chance(150) ? this.#weather.late() : this.#weather.between(1_000, STALL_MOST_MS);
  }

  #breaks(): void {
    if (this.#weather.chance(500)) this.mute = true;
    else this.end();
  }
}

/** MTI 08xx, in ASCII or BCD, behind the two bytes of its length. */
function isUpkeep(framed: Uint8Array): boolean {
  const [, , first, second] = framed;
  return first === 0x08 || (first === 0x30 && second === 0x38);
}
