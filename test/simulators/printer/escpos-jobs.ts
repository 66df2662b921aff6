/** Print jobs written byte by byte from the ESC/POS description, and a printer on timers that a test fires. */
import iconv from 'iconv-lite';
import type { Timers } from '../../../gateway/kernel/time.ts';
import type { Receipt } from '../../../simulators/printer/paper.ts';
import { type PrinterOptions, PrinterSimulator } from '../../../simulators/printer/printer.ts';

export const bytes = (...values: (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(
    values.map((value) =>
      typeof value === 'number'
        ? Buffer.from([value])
        : typeof value === 'string'
          ? Buffer.from(value, 'latin1')
          : Buffer.from(value),
    ),
  );
export const cp866 = (text: string): Buffer => iconv.encode(text, 'cp866');
export const han = (text: string): Buffer => bytes(0x1c, '&', iconv.encode(text, 'gb18030'), 0x1c, '.');
export const CUT = bytes(0x1d, 'V', 66, 60);
export const START = bytes(0x1b, '@', 0x1b, 't', 17);

export function qr(content: string, moduleDots: number): Buffer {
  const data = Buffer.from(content, 'utf8');
  const length = data.length + 3;
  return bytes(
    ...[bytes(0x1d, '(k', 4, 0, 49, 65, 50, 0), bytes(0x1d, '(k', 3, 0, 49, 67, moduleDots)],
    ...[bytes(0x1d, '(k', 3, 0, 49, 69, 49), bytes(0x1d, '(k', length & 255, length >> 8, 49, 80, 48)],
    ...[data, bytes(0x1d, '(k', 3, 0, 49, 81, 48)],
  );
}

export const SHOP_JOB = bytes(
  START,
  ...[bytes(0x1b, 'p', 0, 50, 100), bytes(0x1b, 'a', 1, 0x1d, '!', 0x11), cp866('Магазин Амур'), bytes(10)],
  ...[bytes(0x1d, '!', 0), han('阿穆尔商店'), bytes(10, 0x1b, 'a', 0)],
  ...[cp866('─'.repeat(48)), bytes(10), cp866(`${'Хлеб'.padEnd(42)} 45.00`), bytes(10)],
  ...[han('茶'), cp866(` Чай зелёный №5${' '.repeat(23)}1 250.00`), bytes(10)],
  ...[bytes(0x1b, 'a', 1), qr('https://qr.nspk.ru/AD10004F7SM1QOR38T1RNP592HT1U2MC', 6)],
  ...[cp866('Спасибо!'), bytes(10), CUT],
);

export interface Bench {
  readonly printer: PrinterSimulator;
  readonly receipts: Receipt[];
  readonly answers: number[];
  receive(data: Uint8Array): void;
  /** Fires every timer that was set. */
  fire(): void;
}

export function bench(options: Partial<PrinterOptions> = {}): Bench {
  const pending = new Set<() => void>();
  const timers: Timers = {
    after: (_delayMs, run) => {
      pending.add(run);
      return () => pending.delete(run);
    },
  };
  const printer = new PrinterSimulator({ widthDots: 576, cutter: true, ...options }, timers);
  const receipts: Receipt[] = [];
  const answers: number[] = [];
  printer.onReceipt((receipt) => receipts.push(receipt));
  const link = printer.connect((sent) => answers.push(...sent));
  return {
    printer,
    receipts,
    answers,
    receive: (data) => link.receive(data),
    fire: () => {
      const due = [...pending];
      pending.clear();
      for (const run of due) run();
    },
  };
}
