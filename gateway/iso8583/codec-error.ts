/** What the codec refuses, by name: the code, the data element it concerns and the offset of the byte it was met at. */

export type CodecErrorCode =
  // message
  | 'MTI_MALFORMED'
  | 'MTI_HAS_NO_RESPONSE'
  | 'BITMAP_MALFORMED'
  | 'MESSAGE_TRUNCATED'
  | 'MESSAGE_TRAILING_BYTES'
  | 'MESSAGE_TOO_LONG'
  // field
  | 'FIELD_UNKNOWN'
  | 'FIELD_MISSING'
  | 'FIELD_TYPE'
  | 'FIELD_TOO_SHORT'
  | 'FIELD_TOO_LONG'
  | 'FIELD_LENGTH_MALFORMED'
  | 'FIELD_CONTENT'
  | 'FIELD_PADDING'
  // inside a field
  | 'COMPOSITE_MALFORMED'
  | 'TLV_MALFORMED'
  | 'TLV_TAG_MISSING'
  // around a message
  | 'FRAME_EMPTY'
  | 'FRAME_TOO_LONG'
  | 'TPDU_MALFORMED'
  | 'MAC_ABSENT'
  // a specification that contradicts itself
  | 'SPEC_INVALID';

const MESSAGES: Readonly<Record<CodecErrorCode, string>> = {
  MTI_MALFORMED: 'The message type is not one of ISO 8583.',
  MTI_HAS_NO_RESPONSE: 'A message of this type is not answered or repeated.',
  BITMAP_MALFORMED: 'The bitmap is not well formed.',
  MESSAGE_TRUNCATED: 'The message ends inside a data element.',
  MESSAGE_TRAILING_BYTES: 'Bytes are left over after the last data element.',
  MESSAGE_TOO_LONG: 'The message exceeds the largest length allowed.',
  FIELD_UNKNOWN: 'The data element is not part of the profile.',
  FIELD_MISSING: 'A data element that is needed is absent.',
  FIELD_TYPE: 'The data element has text where bytes belong, or bytes where text belongs.',
  FIELD_TOO_SHORT: 'The data element is shorter than its profile allows.',
  FIELD_TOO_LONG: 'The data element is longer than its profile allows.',
  FIELD_LENGTH_MALFORMED: 'The length prefix of the data element is not a number.',
  FIELD_CONTENT: 'The data element holds a character outside its class.',
  FIELD_PADDING: 'The data element is not padded as its profile says.',
  COMPOSITE_MALFORMED: 'The parts of the data element do not add up.',
  TLV_MALFORMED: 'The tagged data is not well-formed BER-TLV.',
  TLV_TAG_MISSING: 'A tag that is needed is absent.',
  FRAME_EMPTY: 'A frame of length zero came.',
  FRAME_TOO_LONG: 'A frame exceeds the largest length allowed.',
  TPDU_MALFORMED: 'The message does not begin with a TPDU.',
  MAC_ABSENT: 'The message has no place for a MAC.',
  SPEC_INVALID: 'The row of the profile contradicts itself.',
};

export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;
  /** The data element; 0 for the message type, 1 for the bitmap, null when none is concerned. */
  readonly de: number | null;
  /** Byte offset into what was being read or written, from 0. */
  readonly offset: number;

  constructor(code: CodecErrorCode, de: number | null, offset: number) {
    const where = de === null ? '' : ` (DE${de})`;
    super(`${MESSAGES[code]}${where} At byte ${offset}.`);
    this.code = code;
    this.de = de;
    this.offset = offset;
  }
}
