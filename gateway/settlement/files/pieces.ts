/** Text that is written line by line, as pieces of bytes large enough that writing them costs little. */

const PIECE_CHARACTERS = 65_536;

/** UTF-8; what `lines` returns is returned. */
export function* encodedPieces<Result>(lines: Generator<string, Result>): Generator<Uint8Array, Result> {
  const encoder = new TextEncoder();
  let text = '';
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done === true) {
      if (text !== '') yield encoder.encode(text);
      return next.value;
    }
    text += next.value;
    if (text.length < PIECE_CHARACTERS) continue;
    yield encoder.encode(text);
    text = '';
  }
}
