/** A value that prints masked and opens only by a call that can be searched for: `openSecret`. */

const opened = new WeakMap<object, unknown>();

export class Secret<T> {
  /** What may be shown, e.g. the last four digits. */
  readonly hint: string;

  constructor(value: T, hint = '') {
    opened.set(this, value);
    this.hint = hint;
  }

  toString(): string {
    return this.hint === '' ? '[secret]' : `[secret …${this.hint}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export function openSecret<T>(secret: Secret<T>): T {
  return opened.get(secret) as T;
}
