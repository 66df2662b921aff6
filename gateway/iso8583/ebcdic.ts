/** Printable ASCII in EBCDIC, code page 1047 (IBM, "Latin 1/Open Systems"). Digits, letters and space are the same in
 *  code page 037. */

/** EBCDIC codes of the ASCII characters 0x20 to 0x7E, in hexadecimal. */
const CODES =
  '405a7f7b5b6c507d4d5d5c4e6b604b61' +
  'f0f1f2f3f4f5f6f7f8f97a5e4c7e6e6f' +
  '7cc1c2c3c4c5c6c7c8c9d1d2d3d4d5d6' +
  'd7d8d9e2e3e4e5e6e7e8e9ade0bd5f6d' +
  '79818283848586878889919293949596' +
  '979899a2a3a4a5a6a7a8a9c04fd0a1';

/** By ASCII code; 0 where there is none. */
export const ASCII_TO_EBCDIC: Uint8Array = new Uint8Array(256);
/** By EBCDIC code; 0 where there is none. */
export const EBCDIC_TO_ASCII: Uint8Array = new Uint8Array(256);

for (let at = 0; at < CODES.length / 2; at += 1) {
  const ebcdic = Number.parseInt(CODES.slice(at * 2, at * 2 + 2), 16);
  ASCII_TO_EBCDIC[at + 0x20] = ebcdic;
  EBCDIC_TO_ASCII[ebcdic] = at + 0x20;
}
