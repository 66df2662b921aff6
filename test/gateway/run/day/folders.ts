/** The outbox and inbox in memory, with what a partner sees of them. */
import { createHash } from 'node:crypto';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import type { InboxPort, OutboxPort } from '../../../../gateway/settlement/ports.ts';

export class MemoryOutbox implements OutboxPort {
  /** Waiting to be fetched. */
  readonly waiting = new Map<string, Uint8Array>();
  /** Every delivery, in order: a name that stands twice was delivered twice. */
  readonly delivered: string[] = [];
  readonly #staged = new Map<string, Uint8Array>();
  #count = 0;

  async stage(_name: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    this.#count += 1;
    const stagedAs = `.staging/${this.#count.toString(16).padStart(32, '0')}`;
    this.#staged.set(stagedAs, bytes);
    return { stagedAs, fileId: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  }

  async read(stagedAs: string): Promise<Uint8Array> {
    const bytes = this.#staged.get(stagedAs);
    if (bytes === undefined) throw new Error(`${stagedAs} is not there.`);
    return bytes;
  }

  async publish(stagedAs: string, name: string): Promise<boolean> {
    const bytes = this.#staged.get(stagedAs);
    if (bytes === undefined) return false;
    if (this.waiting.has(name)) throw new AmurError('OUTBOX_NAME_TAKEN', { file: name });
    this.#staged.delete(stagedAs);
    this.waiting.set(name, bytes);
    this.delivered.push(name);
    return true;
  }

  async sync(): Promise<void> {
    // Memory is as durable as it gets.
  }

  async discard(stagedAs: string): Promise<void> {
    this.#staged.delete(stagedAs);
  }

  async staged(): Promise<readonly string[]> {
    return [...this.#staged.keys()].sort();
  }

  /** Waiting for a name. */
  get stagedCount(): number {
    return this.#staged.size;
  }

  /** As a partner takes its files away. */
  fetch(party: string): readonly (readonly [name: string, bytes: Uint8Array])[] {
    const own = [...this.waiting].filter(([name]) => name.startsWith(`${party}/`));
    for (const [name] of own) this.waiting.delete(name);
    return own;
  }
}

export class MemoryInbox implements InboxPort {
  readonly files = new Map<string, Uint8Array>();
  readonly archived: string[] = [];

  put(name: string, content: string | Uint8Array): void {
    this.files.set(name, typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
  }

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async read(name: string): Promise<Uint8Array | null> {
    return this.files.get(name) ?? null;
  }

  async archive(name: string): Promise<void> {
    if (this.files.delete(name)) this.archived.push(name);
  }
}
