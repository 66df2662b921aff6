/** The device's end of a session: which commands it has taken and what it answered, so that a repeat has no second effect.
 *  Lost with the power, as the protocol says. Source  docs/pinpad-protocol.md, Sessions */
import type { PadFrame } from './wire-frame.ts';

/** Twice what a host may have outstanding. */
const REPLIES_KEPT = 16;

/** `null` while the command is being carried out. */
type Kept = Buffer | null;

export type Verdict =
  | { readonly kind: 'new' }
  | { readonly kind: 'working' }
  | { readonly kind: 'answered'; readonly reply: Buffer }
  | { readonly kind: 'unknown_session' }
  | { readonly kind: 'stale' };

export class PadSessions {
  #session: number | null = null;
  #highest = 0;
  readonly #kept = new Map<number, Kept>();

  get current(): number | null {
    return this.#session;
  }

  /** `opens`: the command that begins a session. */
  take({ session, sequence }: PadFrame, opens: boolean): Verdict {
    if (opens && session !== this.#session) this.#begin(session, sequence);
    else if (session !== this.#session) return { kind: 'unknown_session' };
    const kept = this.#kept.get(sequence);
    if (kept === null) return { kind: 'working' };
    if (kept !== undefined) return { kind: 'answered', reply: kept };
    // Numbers wrap: what lies within half the range ahead is newer.
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead === 0 || ahead > 0x7fff) return { kind: 'stale' };
    this.#highest = sequence;
    this.#remember(sequence, null);
    return { kind: 'new' };
  }

  /** False when the session is over meanwhile: nobody waits for the answer. */
  answered(session: number, sequence: number, reply: Buffer): boolean {
    if (session !== this.#session || !this.#kept.has(sequence)) return false;
    this.#kept.set(sequence, reply);
    return true;
  }

  forget(): void {
    this.#session = null;
    this.#kept.clear();
  }

  #begin(session: number, sequence: number): void {
    this.#session = session;
    this.#highest = (sequence - 1) & 0xffff;
    this.#kept.clear();
  }

  #remember(sequence: number, kept: Kept): void {
    this.#kept.set(sequence, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= REPLIES_KEPT) return;
      this.#kept.delete(oldest);
    }
  }
}
