/** What an ESC/POS byte stream says, one command at a time. Source: the published ESC/POS command descriptions. */

export type Align = 'left' | 'center' | 'right';

export type Command =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'lineFeed' }
  | { readonly kind: 'tab' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'codePage'; readonly page: number }
  | { readonly kind: 'align'; readonly align: Align }
  | { readonly kind: 'bold'; readonly on: boolean }
  | { readonly kind: 'underline'; readonly on: boolean }
  | { readonly kind: 'invert'; readonly on: boolean }
  /** `ESC !`: font, bold, height, width and underline in one byte. */
  | { readonly kind: 'printMode'; readonly mode: number }
  /** Multiples, 1 to 8. */
  | { readonly kind: 'size'; readonly width: number; readonly height: number }
  | { readonly kind: 'font'; readonly font: 'A' | 'B' }
  | { readonly kind: 'feedLines'; readonly lines: number }
  | { readonly kind: 'feedDots'; readonly dots: number }
  /** Null: back to the default. */
  | { readonly kind: 'lineSpacing'; readonly dots: number | null }
  | { readonly kind: 'leftMargin'; readonly dots: number }
  | { readonly kind: 'printWidth'; readonly dots: number }
  | { readonly kind: 'moveTo'; readonly dots: number }
  | { readonly kind: 'hanMode'; readonly on: boolean }
  | { readonly kind: 'qrModel'; readonly model: number }
  | { readonly kind: 'qrModuleDots'; readonly dots: number }
  | { readonly kind: 'qrCorrection'; readonly level: number }
  | { readonly kind: 'qrStore'; readonly data: Uint8Array }
  | { readonly kind: 'qrPrint' }
  | {
      readonly kind: 'raster';
      readonly scaleX: number;
      readonly scaleY: number;
      readonly widthBytes: number;
      readonly heightDots: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'barcode'; readonly symbology: number; readonly data: Uint8Array }
  | { readonly kind: 'barcodeHeight'; readonly dots: number }
  | { readonly kind: 'cut'; readonly cut: 'full' | 'partial'; readonly feedDots: number }
  | { readonly kind: 'drawer'; readonly pin: 0 | 1; readonly onMs: number; readonly offMs: number }
  /** `DLE DC4 1`: the drawer's pulse at once, whatever waits in the buffer. */
  | { readonly kind: 'drawerNow'; readonly pin: 0 | 1; readonly onMs: number; readonly offMs: number }
  /** `DLE EOT`: answered at once, whatever waits in the buffer. */
  | { readonly kind: 'statusNow'; readonly which: number }
  /** `DLE ENQ`: recover from an error, with or without what waits. */
  | { readonly kind: 'recover'; readonly clear: boolean }
  | { readonly kind: 'statusBack'; readonly classes: number }
  /** `GS r`: answered in its turn, behind everything sent before it. */
  | { readonly kind: 'statusInTurn'; readonly which: number }
  | { readonly kind: 'identify'; readonly which: number }
  /** Understood and of no effect on this paper. */
  | { readonly kind: 'noEffect' }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array; readonly reason: string };

/** A command and how many bytes of the stream it took. */
export interface ReadCommand {
  readonly command: Command;
  readonly length: number;
}
