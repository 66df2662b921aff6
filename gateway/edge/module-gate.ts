/** How many messages of a port may be with the security module before it is known whose they are. The others wait where they are
 *  read, each connection in its turn, so that a flood of them is not what an enrolled terminal waits behind. */
export class ModuleGate {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;
  #waking = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** When not, `wake` is called once there is room. */
  hasRoom(wake: () => void): boolean {
    if (this.#inside < this.#most) return true;
    this.#waiting.add(wake);
    return false;
  }

  enter(): void {
    this.#inside += 1;
  }

  /** What is woken may be over at once; then the next is woken here, and not from within it. */
  leave(): void {
    this.#inside -= 1;
    if (this.#waking) return;
    this.#waking = true;
    try {
      for (const wake of this.#waiting) {
        if (this.#inside >= this.#most) return;
        this.#waiting.delete(wake);
        wake();
      }
    } finally {
      this.#waking = false;
    }
  }
}
