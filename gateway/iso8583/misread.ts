/** Whether a message that reads well may have been read at the wrong places. One spoilt byte of a length or of the bitmap moves a
 *  card number into elements whose values are shown; so what looks like card data has to stand where card data is masked. When
 *  unsure, it was misread. */
import { readPrefix } from './read-field.ts';
import type { FieldSpec } from './spec.ts';
import { hexOf, parseTlv } from './tlv.ts';
import type { UnpackedMessage } from './unpacked-message.ts';

const PAN_DIGITS_LEAST = 12;
const PAN_DIGITS_MOST = 19;
const EMV_ELEMENT = 55;

/** The end of track 2's number, and the whole of track 1's. */
const TRACK_2_TEXT = /[0-9]{12}(?=[=D][0-9]{4})/g;
const TRACK_1_TEXT = /[A-Z][0-9]{12,19}\^/g;
const TRACK_2_NIBBLES = /[0-9]{12}(?=D[0-9]{4})/g;
/** Tags 5A and 57 as they should be, and inside DE55 whatever length they claim. */
const CARD_TAG = /(?=(?:5A0[6-9A]|57(?:0[89A-F]|1[0-3]))[0-9]{12})/g;
const SPOILT_CARD_TAG = /(?=5[A7]..[0-9]{12})/g;
/** Tag, length, and the first twelve digits. */
const CARD_TAG_BYTES_LEAST = 8;
const PAN_NIBBLES = /^[0-9]{12,19}F?$/;
const TRACK_NIBBLES = /^[0-9]{12,19}D/;

export function mayBeMisread(message: UnpackedMessage): boolean {
  return panIsMisread(message) || cardDataStandsOutside(message) || emvIsMisread(message);
}

/** DE2 comes first, so that only there a number can stand whose bit was lost. */
function panIsMisread({ spec, fields, bytes }: UnpackedMessage): boolean {
  const pan = fields[2];
  if (pan !== undefined) return pan.length < PAN_DIGITS_LEAST;
  const plan = spec.plans[2];
  const start = dataStart({ spec, fields });
  if (plan === undefined || start + plan.prefixBytes > bytes.length) return false;
  try {
    const digits = readPrefix(bytes, start, plan);
    return digits > PAN_DIGITS_LEAST && digits <= PAN_DIGITS_MOST;
  } catch {
    return false;
  }
}

function dataStart({ spec, fields }: Pick<UnpackedMessage, 'spec' | 'fields'>): number {
  const maps = fields.length > 65 ? 16 : 8;
  return (spec.mti === 'bcd' ? 2 : 4) + maps * (spec.bitmap === 'hex' ? 2 : 1);
}

/** Outside the elements that hide it. */
function cardDataStandsOutside(message: UnpackedMessage): boolean {
  const stretches = [...elementsOf(message)];
  const isHidden = (from: number, bytes: number) =>
    stretches.some(({ start, end, hides }) => hides && from >= start && from + bytes <= end);
  /** A track begins its element; in binary data it may stand anywhere. */
  const isHiddenTrack = (numberEnd: number) =>
    stretches.some(({ start, end, hides, content }) => {
      const digits = numberEnd - start;
      if (!hides || numberEnd > end || digits < PAN_DIGITS_LEAST) return false;
      return content === 'b' || digits <= PAN_DIGITS_MOST;
    });
  const isShownAsDigits = (from: number) =>
    stretches.some(
      ({ start, end, hides, encoding }) =>
        !hides && encoding.startsWith('bcd') && from < end * 2 && from + PAN_DIGITS_LEAST > start * 2,
    );
  const text = Buffer.from(message.bytes).toString('latin1');
  const nibbles = hexOf(message.bytes);
  return (
    placesOf(text, TRACK_1_TEXT).some((at) => !isHidden(at, PAN_DIGITS_LEAST)) ||
    placesOf(text, TRACK_2_TEXT).some((at) => !isHiddenTrack(at + PAN_DIGITS_LEAST)) ||
    placesOf(nibbles, CARD_TAG).some((at) => at % 2 === 0 && !isHidden(at / 2, CARD_TAG_BYTES_LEAST)) ||
    placesOf(nibbles, TRACK_2_NIBBLES).some(isShownAsDigits)
  );
}

function placesOf(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

interface Stretch extends Pick<FieldSpec, 'content' | 'encoding'> {
  readonly start: number;
  readonly end: number;
  /** As a whole, or the middle of long runs of digits. */
  readonly hides: boolean;
}

function* elementsOf(message: UnpackedMessage): Generator<Stretch> {
  for (const [de, extent] of message.extents().entries()) {
    const field = message.spec.plans[de]?.spec;
    if (extent === undefined || field === undefined) continue;
    const start = extent.offset + extent.prefixBytes;
    const { content, encoding, log } = field;
    yield { start, end: start + extent.valueBytes, hides: log !== 'clear', content, encoding };
  }
}

/** DE55 itself is hidden, but tags of it are shown. */
function emvIsMisread({ fields }: UnpackedMessage): boolean {
  const emv = fields[EMV_ELEMENT];
  if (!(emv instanceof Uint8Array)) return false;
  try {
    return parseTlv(emv).some(({ tag, value }) => {
      const nibbles = hexOf(value);
      if (tag === '5A') return !PAN_NIBBLES.test(nibbles);
      if (tag === '57') return !TRACK_NIBBLES.test(nibbles);
      return placesOf(nibbles, SPOILT_CARD_TAG).some((at) => at % 2 === 0);
    });
  } catch {
    return true;
  }
}
