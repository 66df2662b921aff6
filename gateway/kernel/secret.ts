/** A value that prints masked and opens only by a call that can be searched for: `openSecret`. The value stands in a private
 *  field, which no printer, serialiser or copy reaches; a weak map beside it would cost each collection of garbage a walk. */

let read: <T>(secret: Secret<T>) => T;

export class Secret<T> {
  /** What may be shown, e.g. the last four digits. */
  readonly hint: string;
  readonly #value: T;

  static {
    read = (secret) => secret.#value;
  }

  constructor(value: T, hint = '') {
    this.#value = value;
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
  return read(secret);
}
