/** The counter's configuration file, checked before anything is opened. */
import { readFileSync } from 'node:fs';
import { type PinPadConfig, pinPadConfigOf } from './pinpad/pad-config.ts';
import type { ScannerOptions } from './scanner/scanner.ts';

export interface CounterConfig {
  /** Where receipts are kept. */
  readonly data: string;
  readonly printer: {
    readonly host: string;
    /** 0 takes any free port. */
    readonly port: number;
    readonly paperHost: string;
    readonly paperPort: number;
    /** Path of a serial port to be made, or null for TCP alone. */
    readonly pty: string | null;
    readonly paperWidthMm: 58 | 80;
    readonly cutter: boolean;
  };
  readonly scanner: (ScannerOptions & { readonly pty: string }) | null;
  readonly pinPad: PinPadConfig | null;
}

/** Throws an Error that names the field and its allowed values. */
export function readCounterConfig(path: string): CounterConfig {
  const root = fields(JSON.parse(readFileSync(path, 'utf8')), 'the file');
  const printer = fields(root.printer, 'printer');
  const scanner =
    root.scanner === undefined || root.scanner === null ? null : fields(root.scanner, 'scanner');
  return {
    data: text(root.data, 'data'),
    printer: {
      host: text(printer.host ?? '127.0.0.1', 'printer.host'),
      port: port(printer.port, 'printer.port'),
      paperHost: text(printer.paperHost ?? '127.0.0.1', 'printer.paperHost'),
      paperPort: port(printer.paperPort, 'printer.paperPort'),
      pty: printer.pty === undefined || printer.pty === null ? null : text(printer.pty, 'printer.pty'),
      paperWidthMm: oneOf(printer.paperWidthMm ?? 80, [58, 80] as const, 'printer.paperWidthMm'),
      cutter: oneOf(printer.cutter ?? true, [true, false] as const, 'printer.cutter'),
    },
    scanner:
      scanner === null
        ? null
        : {
            pty: text(scanner.pty, 'scanner.pty'),
            aim: oneOf(scanner.aim ?? false, [true, false] as const, 'scanner.aim'),
            terminator: oneOf(
              scanner.terminator ?? '\r',
              ['', '\r', '\n', '\r\n', '\t'] as const,
              'scanner.terminator',
            ),
          },
    pinPad: root.pinPad === undefined || root.pinPad === null ? null : pinPadConfigOf(root.pinPad),
  };
}

function fields(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${name} must be an object.`);
  return value as Readonly<Record<string, unknown>>;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${name} must be a non-empty text.`);
  return value;
}

function port(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`${name} must be a port from 0 to 65535.`);
  return value;
}

function oneOf<T>(value: unknown, allowed: readonly T[], name: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name} must be one of ${JSON.stringify(allowed)}.`);
  return found;
}
