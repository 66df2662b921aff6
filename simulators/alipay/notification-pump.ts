/** Sends what the queue holds, when it is due, through a port. It keeps nothing itself: a new pump on the same books goes on. */
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import type { DueNotification, NotificationQueue } from './notification-queue.ts';

/** Posts a form. Resolves with the body of a 200 answer, or null for everything else; it never rejects and never follows redirects. */
export interface NotificationSender {
  post(url: string, form: string): Promise<string | null>;
}

const AT_ONCE = 16;

export class NotificationPump {
  readonly #queue: NotificationQueue;
  readonly #sender: NotificationSender;
  readonly #runtime: Runtime;
  #timer: CancelTimer | null = null;
  #busy = false;
  #running = false;

  constructor(queue: NotificationQueue, sender: NotificationSender, runtime: Runtime) {
    this.#queue = queue;
    this.#sender = sender;
    this.#runtime = runtime;
  }

  start(): void {
    this.#running = true;
    this.#queue.onQueued = () => this.#schedule();
    this.#schedule();
  }

  /** Nothing is sent or booked after this; what was under way is sent again by the next pump. */
  stop(): void {
    this.#running = false;
    this.#queue.onQueued = () => {};
    this.#timer?.();
    this.#timer = null;
  }

  #schedule(): void {
    if (!this.#running || this.#busy) return;
    this.#timer?.();
    const dueAt = this.#queue.nextDueAt();
    if (dueAt === null) return;
    // Timers of the platform hold 24 days at most; the longest wait here is 15 hours.
    const delayMs = Math.max(0, dueAt - this.#runtime.clock.now());
    this.#timer = this.#runtime.timers.after(delayMs, () => void this.#round());
  }

  async #round(): Promise<void> {
    if (this.#busy || !this.#running) return;
    this.#busy = true;
    try {
      const due = this.#queue.due(this.#runtime.clock.now(), AT_ONCE);
      await Promise.all(due.map((notification) => this.#send(notification)));
    } finally {
      this.#busy = false;
    }
    this.#schedule();
  }

  async #send(notification: DueNotification): Promise<void> {
    const answer =
      notification.body === null ? null : await this.#sender.post(notification.url, notification.body);
    if (this.#running) {
      this.#queue.answered(notification.seq, answer === 'success', this.#runtime.clock.now());
    }
  }
}
