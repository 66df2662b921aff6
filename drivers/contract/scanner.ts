import type { Device } from './device.ts';

/** One read of a barcode or QR code, whole. `text` has neither terminator nor AIM prefix; GS (0x1D) is kept. */
export interface Scan {
  readonly text: string;
  readonly source: 'wedge' | 'serial';
  /** AIM symbology identifier such as `]E0`, when the scanner sends one. */
  readonly aim: string | null;
}

export interface Scanner extends Device {
  onScan(listener: (scan: Scan) => void): () => void;
}
