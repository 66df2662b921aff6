/** A scanner on a serial line. GS (0x1D) inside a code is data and stays; an AIM symbology prefix is read if the
 *  scanner sends one and never required.
 *
 *  Source  ISO/IEC 15424 for the prefix `]cm`. */
import type { CancelTimer, Runtime } from '../../gateway/kernel/time.ts';
import type { DeviceState, Transport } from '../contract/device.ts';
import type { Scan, Scanner } from '../contract/scanner.ts';
import { lineAssembler } from './line-assembler.ts';

export interface SerialScannerOptions {
  /** The longest read, AIM prefix included, in bytes. */
  readonly maxLength: number;
  /** A read whose next byte does not come within this is discarded. */
  readonly interByteTimeoutMs: number;
}

export const SERIAL_SCANNER_DEFAULTS: SerialScannerOptions = { maxLength: 512, interByteTimeoutMs: 300 };

export function openSerialScanner(
  transport: Transport,
  runtime: Runtime,
  options: SerialScannerOptions = SERIAL_SCANNER_DEFAULTS,
): Scanner {
  const assembler = lineAssembler(options.maxLength);
  const listeners = new Set<(scan: Scan) => void>();
  const stateStops = new Set<() => void>();
  let cancelTimeout: CancelTimer = () => undefined;
  let closed = false;

  const stopData = transport.onData((bytes) => {
    cancelTimeout();
    for (const line of assembler.push(bytes)) {
      const scan = readScan(line);
      if (scan === null) continue;
      for (const listener of [...listeners]) listener(scan);
    }
    if (assembler.partial && !closed) {
      cancelTimeout = runtime.timers.after(options.interByteTimeoutMs, () => assembler.discard());
    }
  });
  // What a lost scanner had begun to say has nothing to do with what it says after it is back.
  const stopState = transport.onState(() => {
    cancelTimeout();
    assembler.discard();
  });

  return {
    get state(): DeviceState {
      return transport.state;
    },
    onState(listener) {
      const stop = transport.onState(listener);
      stateStops.add(stop);
      return stop;
    },
    onScan(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      if (!closed) {
        closed = true;
        cancelTimeout();
        stopData();
        stopState();
        for (const stop of stateStops) stop();
        listeners.clear();
      }
      await transport.close();
    },
  };
}

/** Null for a read that held nothing but its prefix. */
export function readScan(line: Uint8Array): Scan | null {
  const text = decode(line);
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? null;
  const content = aim === null ? text : text.slice(aim.length);
  return content === '' ? null : { text: content, source: 'serial', aim };
}

/** QR codes may hold any UTF-8. Bytes that are not UTF-8 keep their values as characters: the till then refuses the
 *  code in sight of the cashier instead of nothing happening. */
function decode(line: Uint8Array): string {
  const bytes = Buffer.from(line);
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
