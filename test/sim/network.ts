/** The network between tills and gateway: frames are lost, late, doubled and out of order; lines go down, or stay up with
 *  nothing getting through. */
import type { Carrier, TillLink } from './till-link.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Weather } from './weather.ts';

/** The gateway's edge, as the network reaches it. */
export interface EdgePort {
  readonly alive: boolean;
  connected(link: TillLink): void;
  receive(link: TillLink, session: number, text: string): void;
  /** `answer` takes the packed answer, or in text why there is none. */
  receiveCard(link: TillLink, packed: Uint8Array, answer: (reply: Uint8Array | string) => void): void;
}

const RETRY_MS = [300, 2_000] as const;
const IDLE_MS = 8_000;

export class Network implements Carrier {
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #edge: EdgePort;
  readonly #links = new Set<TillLink>();
  /** Until when a till's line is cut. */
  readonly #cutUntil = new Map<string, number>();

  constructor(world: VirtualWorld, weather: Weather, edge: EdgePort) {
    this.#world = world;
    this.#weather = weather;
    this.#edge = edge;
  }

  /** Keeps a till's link connected for as long as the till lives. */
  join(link: TillLink): void {
    this.#links.add(link);
    this.#tryLater(link);
  }

  send(link: TillLink, text: string): void {
    const { session } = link;
    const ill = this.#weather.draw('link');
    const arrive = (): void => {
      if (this.#open(link, session) && this.#edge.alive) this.#edge.receive(link, session, text);
    };
    this.#carry(ill === 'reply_lost' || ill === 'reply_late' ? null : ill, arrive);
    // The way back is not known yet: whoever answers this text asks for its ill.
    if (ill === 'reply_lost' || ill === 'reply_late') this.#backward.set(keyOf(link, session, text), ill);
  }

  /** A packed card message, and its answer on the way back. */
  sendCard(link: TillLink, packed: Uint8Array): void {
    const { session } = link;
    // MTI 08xx, in BCD.
    const ill = this.#weather.draw(packed[0] === 0x08 ? 'upkeep' : 'card');
    const answer = (reply: Uint8Array | string): void => {
      if (ill === 'reply_lost') return;
      this.#world.timers.after(ill === 'reply_late' ? this.#weather.late() : this.#weather.way(), () => {
        if (!this.#open(link, session)) return;
        if (typeof reply === 'string') link.receive(reply);
        else link.receiveCard(reply);
      });
    };
    const arrive = (): void => {
      if (this.#open(link, session) && this.#edge.alive) this.#edge.receiveCard(link, packed, answer);
    };
    this.#carry(ill === 'reply_lost' || ill === 'reply_late' ? null : ill, arrive);
  }

  readonly #backward = new Map<string, 'reply_lost' | 'reply_late'>();

  /** A reply to `request`, on its way back. */
  reply(link: TillLink, session: number, request: string, text: string): void {
    const key = keyOf(link, session, request);
    const ill = this.#backward.get(key);
    this.#backward.delete(key);
    if (ill === 'reply_lost') return;
    this.#deliver(link, session, text, ill === 'reply_late' ? this.#weather.late() : this.#weather.way());
  }

  event(link: TillLink, session: number, text: string): void {
    const ill = this.#weather.draw('event');
    if (ill === 'request_lost') return;
    this.#deliver(link, session, text, ill === 'request_late' ? this.#weather.late() : this.#weather.way());
    if (ill === 'twice') this.#deliver(link, session, text, this.#weather.late());
  }

  /** The gateway is gone: some tills are told at once, others find out by the silence. */
  lostGateway(): void {
    for (const link of this.#links) {
      if (link.state !== 'up') continue;
      if (this.#weather.chance(500)) this.#halfOpen(link, IDLE_MS);
      else this.#drop(link);
    }
  }

  /** Trouble on one line. */
  trouble(tid: string): void {
    const link = [...this.#links].find((one) => one.tid === tid && one.living.alive);
    if (link === undefined) return;
    if (this.#weather.chance(300)) this.#halfOpen(link, this.#weather.between(2_000, IDLE_MS));
    else {
      const longest = this.#weather.chance(80) ? 400_000 : 60_000;
      this.#cutUntil.set(tid, this.#world.now() + this.#weather.between(1_000, longest));
      this.#drop(link);
    }
  }

  /** Every line whole. */
  mend(): void {
    this.#cutUntil.clear();
    this.#backward.clear();
  }

  #carry(ill: string | null, arrive: () => void): void {
    if (ill === 'request_lost') return;
    const { timers } = this.#world;
    timers.after(ill === 'request_late' ? this.#weather.late() : this.#weather.way(), arrive);
    if (ill === 'twice') timers.after(this.#weather.late(), arrive);
  }

  #deliver(link: TillLink, session: number, text: string, delayMs: number): void {
    this.#world.timers.after(delayMs, () => {
      if (this.#open(link, session)) link.receive(text);
    });
  }

  #open(link: TillLink, session: number): boolean {
    return link.living.alive && link.state === 'up' && link.session === session && !link.halfOpen;
  }

  #halfOpen(link: TillLink, forMs: number): void {
    const { session } = link;
    link.halfOpen = true;
    this.#world.timers.after(forMs, () => {
      if (link.session === session) this.#drop(link);
    });
  }

  #drop(link: TillLink): void {
    if (link.state !== 'up') return;
    link.halfOpen = false;
    link.setState('down');
    this.#tryLater(link);
  }

  #tryLater(link: TillLink): void {
    this.#world.timers.after(this.#weather.between(RETRY_MS[0], RETRY_MS[1]), () => {
      if (!link.living.alive) {
        this.#links.delete(link);
        return;
      }
      if (!this.#edge.alive || (this.#cutUntil.get(link.tid) ?? 0) > this.#world.now()) {
        this.#tryLater(link);
        return;
      }
      link.halfOpen = false;
      link.setState('up');
      this.#edge.connected(link);
    });
  }
}

function keyOf(link: TillLink, session: number, text: string): string {
  return `${link.tid}/${session}/${text.slice(0, 60)}`;
}
