/** Lines about messages that prove nothing, as anybody on a foreign line may send by the thousand: of what repeats itself the first
 *  is written at once, and of the others one line each while with their number. */
import type { Log, LogFacts } from '../../kernel/log.ts';
import type { CancelTimer, Timers } from '../../kernel/time.ts';

const GATHER_MS = 10_000;
const GATHERED_MOST = 1_000;

interface Gathered {
  readonly event: string;
  /** Of the latest. */
  facts: LogFacts;
  count: number;
  cancel: CancelTimer;
}

export class GatheredLog {
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #gathered = new Map<string, Gathered>();

  constructor(log: Log, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  /** What is of one event and one address belongs together; of one event alone where there are too many addresses. */
  warn(event: string, address: string, facts: LogFacts): void {
    const own = `${event} ${address}`;
    const name = this.#gathered.has(own) || this.#gathered.size < GATHERED_MOST ? own : event;
    const gathered = this.#gathered.get(name);
    if (gathered === undefined) {
      this.#log.warn(event, { ...facts, address });
      const cancel = this.#timers.after(GATHER_MS, () => this.#write(name));
      this.#gathered.set(name, { event, facts: {}, count: 0, cancel });
    } else {
      gathered.facts = { ...facts, address };
      gathered.count += 1;
    }
  }

  /** Writes what is left. */
  stop(): void {
    for (const name of [...this.#gathered.keys()]) this.#write(name);
  }

  #write(name: string): void {
    const gathered = this.#gathered.get(name);
    if (gathered === undefined) return;
    const { event, facts, count, cancel } = gathered;
    cancel();
    this.#gathered.delete(name);
    if (count > 0) this.#log.warn(event, { ...facts, count });
  }
}
