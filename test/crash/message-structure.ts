/** Whether bytes are a card message, or EMV data, that holds what must not be at rest: by structure, whatever the card. */
import { unpack } from '../../gateway/iso8583/codec.ts';
import { unpackCardData } from '../../gateway/iso8583/private-data.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { isConstructed, parseTlv } from '../../gateway/iso8583/tlv.ts';
import type { UnpackedMessage } from '../../gateway/iso8583/unpacked-message.ts';
import { passesLuhn } from '../../simulators/pinpad/card-deck.ts';

/** PAN, track 2, track 1, PIN block; and DE59's account data and PIN block, encrypted as they are. */
const ELEMENTS = [2, 35, 45, 52] as const;
/** With what they hold, in hexadecimal: a tag of one byte is met by chance in bytes that are no EMV data, and before numbers that
 *  are no card's. */
const TAGS: Readonly<Record<string, (value: string) => boolean>> = {
  57: (value) => isCardNumber(/^([0-9]{8,19})d[0-9]*f?$/.exec(value)?.[1]),
  '5A': (value) => isCardNumber(/^([0-9]{8,19})f*$/.exec(value)?.[1]),
  '5F20': isThere,
  '5F24': (value) => /^[0-9]{6}$/.test(value),
  99: (value) => /^(.{16}|.{32})$/.test(value),
  '9F20': isThere,
  '9F6B': isThere,
};

function isThere(value: string): boolean {
  return value !== '';
}

/** Issuers' numbers do not begin with 0, and their last digit checks the others. Two columns that lie side by side in a page
 *  (a count and a time) have been taken for one that began with zeros. */
function isCardNumber(digits: string | undefined): boolean {
  return digits !== undefined && !digits.startsWith('0') && passesLuhn(digits);
}

export interface Structure {
  readonly isMessage: boolean;
  readonly faults: readonly string[];
}

export function structureOf(bytes: Uint8Array): Structure {
  const message = messageOf(bytes) ?? messageOf(bytes.subarray(2));
  if (message === null) return { isMessage: false, faults: tagFaults(bytes) };
  const elements = ELEMENTS.filter((de) => message.fields[de] !== undefined).map((de) => `DE${de}`);
  const emv = message.fields[55];
  const de59 = message.fields[59];
  return {
    isMessage: true,
    faults: [
      ...elements,
      ...(emv instanceof Uint8Array ? tagFaults(emv) : []),
      ...(de59 instanceof Uint8Array ? cardDataFaults(de59) : []),
    ],
  };
}

function messageOf(bytes: Uint8Array): UnpackedMessage | null {
  for (const spec of [bcdProfile, asciiProfile]) {
    try {
      return unpack(spec, bytes);
    } catch {
      // Not a message of this profile.
    }
  }
  return null;
}

/** A stored answer may name the key of its MAC and its sale, nothing else. */
function cardDataFaults(bytes: Uint8Array): readonly string[] {
  try {
    const { account, pin } = unpackCardData(bytes);
    return [...(account === null ? [] : ['DE59 account data']), ...(pin === null ? [] : ['DE59 PIN block'])];
  } catch {
    return bytes.length === 16 ? ['DE59 PIN block'] : [];
  }
}

function tagFaults(bytes: Uint8Array): readonly string[] {
  try {
    return parseTlv(bytes).flatMap(({ tag, value }) => [
      ...(TAGS[tag]?.(Buffer.from(value).toString('hex')) === true ? [`tag ${tag}`] : []),
      ...(isConstructed(tag) ? tagFaults(value) : []),
    ]);
  } catch {
    return [];
  }
}
