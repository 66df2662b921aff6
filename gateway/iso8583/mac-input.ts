/** What a MAC is made over: the whole message with the MAC's bit set in the bitmap and the MAC itself left out. The MAC is
 *  made elsewhere, in a PIN pad or an HSM. It stands in DE128 when a data element above 64 is there, otherwise in DE64, and
 *  so always last. */

import { pack } from './codec.ts';
import { CodecError } from './codec-error.ts';
import { BYTES } from './field-plan.ts';
import type { IsoMessage } from './message.ts';
import { hexNibble } from './read-field.ts';
import type { Spec } from './spec.ts';

export const MAC_BYTES = 8;
const EMPTY_MAC = new Uint8Array(MAC_BYTES);

export interface MacInput {
  /** What the MAC covers. */
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

/** DE64, or DE128 where the message has a secondary bitmap. */
export function macField(message: IsoMessage): 64 | 128 {
  for (let de = 65; de < message.fields.length; de += 1) if (message.fields[de] !== undefined) return 128;
  return 64;
}

/** Packs a message up to where its MAC belongs; `appendMac` completes it. A MAC in the message already is left out.
 *  Errors  as `pack`, and CodecError MAC_ABSENT where the profile holds no MAC of 8 bytes */
export function packForMac(spec: Spec, message: IsoMessage): Uint8Array {
  const fields = [...message.fields];
  fields[64] = undefined;
  if (fields.length > 128) fields[128] = undefined;
  const de = macField({ mti: message.mti, fields });
  requireMacPlan(spec, de);
  fields[de] = EMPTY_MAC;
  const packed = pack(spec, { mti: message.mti, fields });
  return packed.subarray(0, packed.length - MAC_BYTES);
}

/** Errors  CodecError MAC_ABSENT for a MAC that is not 8 bytes */
export function appendMac(body: Uint8Array, mac: Uint8Array): Uint8Array {
  if (mac.length !== MAC_BYTES) throw new CodecError('MAC_ABSENT', null, body.length);
  return Buffer.concat([body, mac]);
}

/** Takes a packed message apart. Only the bitmap is looked at: unpack it as well, before or after.
 *  Errors  CodecError MAC_ABSENT when the last data element is not a MAC */
export function macInput(spec: Spec, packed: Uint8Array): MacInput {
  const start = spec.mti === 'bcd' ? 2 : 4;
  const maps = (bitmapByte(spec, packed, start, 0) & 0x80) !== 0 ? 16 : 8;
  const de = lastField(spec, packed, start, maps);
  const head = start + maps * (spec.bitmap === 'hex' ? 2 : 1);
  if ((de !== 64 && de !== 128) || packed.length < head + MAC_BYTES) {
    throw new CodecError('MAC_ABSENT', de, packed.length);
  }
  requireMacPlan(spec, de);
  const split = packed.length - MAC_BYTES;
  return { body: packed.subarray(0, split), mac: packed.subarray(split) };
}

/** The highest number whose bit is set. */
function lastField(spec: Spec, packed: Uint8Array, start: number, maps: number): number {
  for (let index = maps - 1; index >= 0; index -= 1) {
    const bits = bitmapByte(spec, packed, start, index);
    if (bits !== 0) return index * 8 + 8 - (31 - Math.clz32(bits & -bits));
  }
  return 0;
}

function requireMacPlan(spec: Spec, de: 64 | 128): void {
  const plan = spec.plans[de];
  if (plan === undefined || plan.encoding !== BYTES || !plan.fixed || plan.max !== MAC_BYTES) {
    throw new CodecError('MAC_ABSENT', de, 0);
  }
}

function bitmapByte(spec: Spec, packed: Uint8Array, start: number, index: number): number {
  if (spec.bitmap === 'binary') return packed[start + index] ?? 0;
  const high = hexNibble(packed[start + index * 2] ?? 0);
  const low = hexNibble(packed[start + index * 2 + 1] ?? 0);
  if (high < 0 || low < 0) throw new CodecError('BITMAP_MALFORMED', 1, start + index * 2);
  return (high << 4) | low;
}
