/** Puts what the ledger has committed into the transparency log, in batches, and signs a checkpoint over each. */
import type { KeyObject } from 'node:crypto';
import { failureName } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { CancelTimer, Runtime } from '../kernel/time.ts';
import { signCheckpoint } from '../ledger/log/checkpoint.ts';
import { EMPTY_FRONTIER, frontierRoot, grown } from '../ledger/log/frontier.ts';
import { leafOf, SALT_BYTES } from '../ledger/log/leaf.ts';
import { noteText } from '../ledger/log/note.ts';
import type { LogStore } from '../ledger/log/ports.ts';

export interface LogWriterLimits {
  /** Between two looks when nothing was waiting. */
  readonly logEveryMs: number;
  /** Leaves of one commit. */
  readonly logMost: number;
}

export const LOG_WRITER_LIMITS: LogWriterLimits = { logEveryMs: 1_000, logMost: 2_000 };

export interface LogIdentity {
  /** The log's name, e.g. `amur.example/ledger`; whoever verifies knows its key by it. */
  readonly origin: string;
  readonly privateKey: KeyObject;
}

export class LogWriter {
  readonly #store: LogStore;
  readonly #identity: LogIdentity;
  readonly #runtime: Runtime;
  readonly #limits: LogWriterLimits;
  readonly #log: Log;
  #cancel: CancelTimer = () => {};
  #stopped = true;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    store: LogStore,
    identity: LogIdentity,
    runtime: Runtime,
    log: Log,
    limits: LogWriterLimits = LOG_WRITER_LIMITS,
  ) {
    this.#store = store;
    this.#identity = identity;
    this.#runtime = runtime;
    this.#limits = limits;
    this.#log = log;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#later(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#writing;
  }

  /** One batch; answers how many leaves it added. */
  async writeOnce(): Promise<number> {
    const { drafts, reach } = await this.#store.unlogged(this.#limits.logMost);
    if (drafts.length === 0) return 0;
    const last = await this.#store.last();
    const leaves = drafts.map((draft) => leafOf(draft, this.#runtime.random.bytes(SALT_BYTES)));
    const frontier = grown(
      last?.frontier ?? EMPTY_FRONTIER,
      leaves.map(({ hash }) => hash),
    );
    const { origin, privateKey } = this.#identity;
    const note = signCheckpoint({ origin, size: frontier.size, root: frontierRoot(frontier) }, privateKey);
    const signedAt = this.#runtime.clock.now();
    // Another writer that was first has logged the same ones; the next look finds what is left.
    await this.#store.append(leaves, { frontier, note: noteText(note), signedAt }, reach);
    return leaves.length;
  }

  /** Until a look finds nothing. */
  async writeAll(): Promise<number> {
    let all = 0;
    for (let added = await this.writeOnce(); added > 0; added = await this.writeOnce()) all += added;
    return all;
  }

  #later(delayMs: number): void {
    this.#cancel = this.#runtime.timers.after(delayMs, () => {
      this.#writing = this.#write();
    });
  }

  async #write(): Promise<void> {
    let added = 0;
    try {
      added = await this.writeOnce();
    } catch (error) {
      this.#log.alarm('log_writer_failed', { error: failureName(error) });
    }
    if (!this.#stopped) this.#later(added === this.#limits.logMost ? 0 : this.#limits.logEveryMs);
  }
}
