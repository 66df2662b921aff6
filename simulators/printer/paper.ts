/** What ends up on paper, top to bottom, in dots at 203 dpi; and the receipt that is torn or cut off it. */
import type { Align } from './commands.ts';

/** One printed character in its cell. */
export interface Cell {
  readonly text: string;
  /** Where the cell begins, in dots from the start of the line. */
  readonly x: number;
  readonly widthDots: number;
  readonly heightDots: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly invert: boolean;
}

export interface Placed {
  readonly align: Align;
  readonly leftDots: number;
  readonly areaDots: number;
}

export type PaperItem =
  | (Placed & { readonly kind: 'line'; readonly cells: readonly Cell[]; readonly advanceDots: number })
  | (Placed & {
      readonly kind: 'qr';
      readonly data: Uint8Array;
      readonly correction: 'L' | 'M' | 'Q' | 'H';
      readonly moduleDots: number;
      readonly modules: readonly (readonly boolean[])[];
    })
  | (Placed & {
      readonly kind: 'raster';
      readonly widthBytes: number;
      readonly heightDots: number;
      readonly scaleX: number;
      readonly scaleY: number;
      readonly data: Uint8Array;
    })
  | (Placed & { readonly kind: 'barcode'; readonly content: string; readonly heightDots: number })
  | { readonly kind: 'feed'; readonly dots: number };

export interface DrawerKick {
  readonly pin: 0 | 1;
  readonly onMs: number;
  readonly offMs: number;
}

export interface PaperError {
  readonly reason: string;
  readonly hex: string;
}

export interface Receipt {
  readonly widthDots: number;
  readonly items: readonly PaperItem[];
  readonly end: 'full' | 'partial' | 'torn';
  /** Kicks since the receipt before. */
  readonly drawerKicks: readonly DrawerKick[];
  readonly errors: readonly PaperError[];
}

/** Dots from the left edge of the printable area. */
export function offsetDots(placed: Placed, widthDots: number): number {
  const room = Math.max(0, placed.areaDots - widthDots);
  if (placed.align === 'left') return placed.leftDots;
  return placed.leftDots + (placed.align === 'right' ? room : Math.floor(room / 2));
}

export function heightOf(item: PaperItem): number {
  switch (item.kind) {
    case 'feed':
      return item.dots;
    case 'line':
      return item.advanceDots;
    case 'qr':
      return item.modules.length * item.moduleDots;
    case 'raster':
      return item.heightDots * item.scaleY;
    case 'barcode':
      return item.heightDots + 30;
  }
}
