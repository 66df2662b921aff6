/** How many messages of a port may be with the security module before it is known whose they are. The others wait where they are
 *  read, each connection in its turn, so that a flood of them is not what an enrolled terminal waits behind. */
export class ModuleGate {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

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

  leave(): void {
    this.#inside -= 1;
    for (const wake of this.#waiting) {
      if (this.#inside >= this.#most) return;
      this.#waiting.delete(wake);
      wake();
    }
  }
}
