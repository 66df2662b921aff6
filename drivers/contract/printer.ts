/** A receipt as a document of blocks, and the printer that sets it on paper. The document knows no bytes and no widths. */
import type { Device } from './device.ts';

export type Align = 'left' | 'center' | 'right';

export type ReceiptBlock =
  /** Wrapped at the paper's width. Russian, Chinese and Latin may be mixed freely. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly align: Align;
      readonly size: 'normal' | 'double';
      readonly bold: boolean;
    }
  /** `left` and `right` on one line; `left` wraps, `right` never does and stays right-aligned on the last line. */
  | {
      readonly kind: 'pair';
      readonly left: string;
      readonly right: string;
      readonly size: 'normal' | 'double';
      readonly bold: boolean;
    }
  | { readonly kind: 'rule'; readonly weight: 'light' | 'heavy' }
  | { readonly kind: 'qr'; readonly content: string }
  | { readonly kind: 'feed'; readonly lines: number };

export interface ReceiptDoc {
  readonly blocks: readonly ReceiptBlock[];
  readonly cut: boolean;
  /** Opens the drawer before the paper moves. */
  readonly openDrawer: boolean;
}

export type PrinterFault = 'paper_end' | 'cover_open' | 'offline' | 'cutter' | 'overheat' | 'no_answer';

export interface PrinterStatus {
  readonly online: boolean;
  readonly paper: 'ok' | 'near_end' | 'end';
  readonly coverOpen: boolean;
  readonly drawerOpen: boolean | null;
  readonly fault: PrinterFault | null;
}

/** `printed` only after the status read back behind the job says so. `failed` with `paperMayHaveIt` when bytes went out. */
export type PrintResult =
  | { readonly kind: 'printed' }
  | { readonly kind: 'failed'; readonly fault: PrinterFault; readonly paperMayHaveIt: boolean };

export interface ReceiptPrinter extends Device {
  readonly status: PrinterStatus | null;
  onStatus(listener: (status: PrinterStatus) => void): () => void;
  /** Jobs run one after another. Throws DriverError TEXT_UNMAPPABLE and the like before any byte leaves. */
  print(doc: ReceiptDoc): Promise<PrintResult>;
  openDrawer(): Promise<PrintResult>;
  /** Told when the first byte of a job has been handed to the transport; for measuring. */
  onFirstByte(listener: () => void): () => void;
}

/** A printer model as data. Widths in dots at 203 dpi; columns of font A. */
export interface PrinterProfile {
  readonly model: string;
  readonly paperWidthMm: 58 | 80;
  readonly widthDots: number;
  readonly columns: number;
  /** `ESC t n` argument that selects code page 866. */
  readonly cp866Page: number;
  /** A Chinese ROM (GB18030) reachable by `FS &`. Without one, Han text is refused, not printed as something else. */
  readonly hanRom: boolean;
  readonly qr: 'native' | 'raster';
  readonly qrModuleDots: number;
  readonly cutter: 'partial' | 'full' | 'none';
  readonly drawer: { readonly pin: 0 | 1; readonly pulseOnMs: number; readonly pulseOffMs: number } | null;
  readonly statusBack: boolean;
}
