/** A serial barcode scanner: what it reads comes out of its port as text, with the affixes it is programmed for. */

export interface ScannerOptions {
  /** Sends the AIM symbology identifier before the data. */
  readonly aim: boolean;
  readonly terminator: '' | '\r' | '\n' | '\r\n' | '\t';
}

export interface ScannerSimulator {
  /** `options` stand for this read only. */
  send(text: string, options?: Partial<ScannerOptions>): void;
}

export const SCAN_LIMIT_CHARACTERS = 4_096;

export function createScanner(
  write: (bytes: Uint8Array) => void,
  programmed: ScannerOptions,
): ScannerSimulator {
  return {
    send: (text, options) => {
      const { aim, terminator } = { ...programmed, ...options };
      write(Buffer.from(`${aim ? aimIdentifier(text) : ''}${text}${terminator}`, 'utf8'));
    },
  };
}

const GS = '\u001d';

/** The symbology a code of this content is usually printed in. Source: ISO/IEC 15424. */
export function aimIdentifier(text: string): string {
  if (/^[0-9]{13}$/.test(text)) return ']E0';
  if (/^[0-9]{8}$/.test(text)) return ']E4';
  if (text.includes(GS)) return ']d2';
  // Payment codes on a phone are Code 128 beside a QR code of the same digits; links only fit the latter.
  return /^[0-9A-Za-z-]{1,32}$/.test(text) ? ']C0' : ']Q1';
}
