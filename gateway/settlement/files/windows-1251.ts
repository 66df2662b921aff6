/** Text as windows-1251 bytes: the table is that of the decoder, turned round. */
const HIGH: ReadonlyMap<string, number> = new Map(
  [
    ...new TextDecoder('windows-1251').decode(Uint8Array.from({ length: 128 }, (_, index) => index + 128)),
  ].map((character, index) => [character, index + 128] as const),
);

/** The bytes, or the first character that has none. */
export function encodeWindows1251(text: string): Uint8Array | { readonly unfit: string } {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = code < 128 ? code : HIGH.get(character);
    // 0x98 is no character; the decoder passes it through as a control.
    if (byte === undefined || byte === 0x98) return { unfit: character };
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
