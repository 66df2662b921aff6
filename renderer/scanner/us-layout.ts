/** The character a US keyboard gives for a physical key. Scanners in wedge mode press these keys, whatever layout the
 *  computer has: under a Russian one `KeyA` types "ф", and only the code still tells what was read. */

const ROWS: readonly (readonly [codes: string, plain: string, shifted: string])[] = [
  [
    'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
    '`1234567890-=',
    '~!@#$%^&*()_+',
  ],
  ['BracketLeft BracketRight Backslash', '[]\\', '{}|'],
  ['Semicolon Quote', ";'", ':"'],
  ['Comma Period Slash Space IntlBackslash', ',./ \\', '<>? |'],
  [
    'Numpad0 Numpad1 Numpad2 Numpad3 Numpad4 Numpad5 Numpad6 Numpad7 Numpad8 Numpad9',
    '0123456789',
    '0123456789',
  ],
  ['NumpadAdd NumpadSubtract NumpadMultiply NumpadDivide NumpadDecimal', '+-*/.', '+-*/.'],
];

const KEYS: ReadonlyMap<string, readonly [plain: string, shifted: string]> = new Map([
  ...ROWS.flatMap(([codes, plain, shifted]) =>
    codes.split(' ').map((code, i) => [code, [plain.charAt(i), shifted.charAt(i)]] as const),
  ),
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map(
    (letter) => [`Key${letter}`, [letter.toLowerCase(), letter]] as const,
  ),
]);

export function usCharacter(code: string, shift: boolean): string | null {
  const key = KEYS.get(code);
  if (key === undefined) return null;
  return shift ? key[1] : key[0];
}
