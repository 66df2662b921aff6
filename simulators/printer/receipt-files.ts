/** Receipts on disk, numbered in order: picture, text and what is known of it. A second start goes on counting. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochMs, instantText } from '../../gateway/kernel/time.ts';
import type { Fonts } from './fonts.ts';
import type { DrawerKick, PaperError, Receipt } from './paper.ts';
import { receiptText } from './paper-text.ts';
import { renderReceipt } from './render.ts';

export interface StoredReceipt {
  readonly number: number;
  readonly printedAt: string;
  readonly end: Receipt['end'];
  readonly qr: readonly string[];
  readonly drawerKicks: readonly DrawerKick[];
  readonly errors: readonly PaperError[];
}

export class ReceiptFiles {
  readonly #folder: string;
  readonly #fonts: Fonts;
  #last: number;

  constructor(folder: string, fonts: Fonts) {
    this.#folder = folder;
    this.#fonts = fonts;
    mkdirSync(folder, { recursive: true });
    this.#last = this.#numbers().at(-1) ?? 0;
  }

  store(receipt: Receipt, at: EpochMs): StoredReceipt {
    this.#last += 1;
    const stored: StoredReceipt = {
      number: this.#last,
      printedAt: instantText(at),
      end: receipt.end,
      qr: receipt.items.flatMap((item) =>
        item.kind === 'qr' ? [Buffer.from(item.data).toString('utf8')] : [],
      ),
      drawerKicks: receipt.drawerKicks,
      errors: receipt.errors,
    };
    this.#write('png', renderReceipt(receipt, this.#fonts));
    this.#write('txt', receiptText(receipt));
    // The listing goes by this file, so it comes last: a receipt that is listed is whole.
    this.#write('json', `${JSON.stringify(stored, null, 2)}\n`);
    return stored;
  }

  /** Newest first. */
  newest(most: number): readonly StoredReceipt[] {
    return this.#numbers()
      .reverse()
      .slice(0, most)
      .map((number) => JSON.parse(readFileSync(this.#path(number, 'json'), 'utf8')) as StoredReceipt);
  }

  /** Null when there is no such receipt. */
  read(number: number, extension: 'png' | 'txt' | 'json'): Buffer | null {
    return number >= 1 && number <= this.#last ? readFileSync(this.#path(number, extension)) : null;
  }

  #numbers(): number[] {
    return readdirSync(this.#folder)
      .flatMap((name) => (/^[0-9]{6}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
      .sort((left, right) => left - right);
  }

  #write(extension: string, content: Buffer | string): void {
    const path = this.#path(this.#last, extension);
    writeFileSync(`${path}.part`, content);
    renameSync(`${path}.part`, path);
  }

  #path(number: number, extension: string): string {
    return join(this.#folder, `${String(number).padStart(6, '0')}.${extension}`);
  }
}
