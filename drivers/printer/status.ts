/** Status bytes of an ESC/POS printer, as data.
 *
 *  `DLE EOT n` is answered at once, even with a full buffer; `GS r 1` only after everything before it was processed,
 *  which is what makes it the mark behind a job. The fixed bits tell the two answers, and bytes of neither, apart.
 *
 *  Source  Epson ESC/POS command reference: DLE EOT, GS r, GS a. */
import type { PrinterFault, PrinterStatus } from '../contract/printer.ts';

export const ASK_PRINTER = Uint8Array.of(0x10, 0x04, 1);
export const ASK_OFFLINE_CAUSE = Uint8Array.of(0x10, 0x04, 2);
export const ASK_ERROR_CAUSE = Uint8Array.of(0x10, 0x04, 3);
export const ASK_PAPER = Uint8Array.of(0x10, 0x04, 4);
/** Reports the paper sensor, in turn with the data around it. */
export const MARK = Uint8Array.of(0x1d, 0x72, 1);
/** Automatic status back off: its unasked blocks would stand between question and answer. */
export const NO_UNASKED_STATUS = Uint8Array.of(0x1d, 0x61, 0);

export type StatusByte = 'real_time' | 'mark' | 'foreign';

export function classify(byte: number): StatusByte {
  if ((byte & 0x93) === 0x12) return 'real_time';
  if ((byte & 0x90) === 0x00) return 'mark';
  return 'foreign';
}

export interface StatusBytes {
  readonly printer: number;
  readonly offlineCause: number;
  /** Null when the printer was not asked because nothing was wrong. */
  readonly errorCause: number | null;
  readonly paper: number;
}

/** The drawer's switch raises pin 3 when it opens; a drawer wired the other way reads inverted. */
export function readStatus(bytes: StatusBytes, hasDrawer: boolean): PrinterStatus {
  const offline = (bytes.printer & 0x08) !== 0;
  const coverOpen = (bytes.offlineCause & 0x04) !== 0;
  const paperEnd = (bytes.paper & 0x60) !== 0 || (bytes.offlineCause & 0x20) !== 0;
  return {
    online: !offline,
    paper: paperEnd ? 'end' : (bytes.paper & 0x0c) !== 0 ? 'near_end' : 'ok',
    coverOpen,
    drawerOpen: hasDrawer ? (bytes.printer & 0x04) !== 0 : null,
    fault: faultOf(offline, coverOpen, paperEnd, bytes),
  };
}

function faultOf(
  offline: boolean,
  coverOpen: boolean,
  paperEnd: boolean,
  bytes: StatusBytes,
): PrinterFault | null {
  if (coverOpen) return 'cover_open';
  if (paperEnd) return 'paper_end';
  const error = bytes.errorCause ?? 0;
  if ((error & 0x08) !== 0) return 'cutter';
  if ((error & 0x40) !== 0) return 'overheat';
  if ((error & 0x20) !== 0) return 'offline';
  return offline || (bytes.offlineCause & 0x40) !== 0 ? 'offline' : null;
}

export function needsErrorCause(bytes: { readonly offlineCause: number }): boolean {
  return (bytes.offlineCause & 0x40) !== 0;
}
