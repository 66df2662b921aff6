/** Packed messages with their length in front and their MAC behind. A message may hold a PAN: what is packed on the way is
 *  overwritten, and the last copy is handed to the socket, which overwrites it when it has left. */
import { pack } from '../iso8583/codec.ts';
import { CodecError } from '../iso8583/codec-error.ts';
import { frame } from '../iso8583/frame.ts';
import { MAC_BYTES, macField } from '../iso8583/mac-input.ts';
import type { FieldValue, IsoMessage } from '../iso8583/message.ts';
import type { Mti } from '../iso8583/mti.ts';
import type { Spec } from '../iso8583/spec.ts';

const ROOM_FOR_MAC = new Uint8Array(MAC_BYTES);

/** A message under construction: its data elements may be set by number. */
export interface Draft {
  readonly mti: Mti;
  readonly fields: (FieldValue | undefined)[];
}

/** `highest` is the highest data element number it may hold: 64 where nothing of the second bitmap is needed. */
export function draft(mti: Mti, highest: 64 | 128): Draft {
  return { mti, fields: new Array<FieldValue | undefined>(highest + 1).fill(undefined) };
}

/** Length, message, MAC. `makeMac` sees the message with the MAC's bit set, up to where the MAC stands.
 *  Errors  CodecError as `pack`; whatever `makeMac` throws */
export function sealed(
  spec: Spec,
  message: Draft,
  makeMac: (body: Uint8Array) => Uint8Array,
  bytesMost: number,
): Uint8Array {
  message.fields[macField(message)] = ROOM_FOR_MAC;
  const packed = pack(spec, message);
  try {
    const split = packed.length - MAC_BYTES;
    const mac = makeMac(packed.subarray(0, split));
    if (mac.length !== MAC_BYTES) throw new CodecError('MAC_ABSENT', null, split);
    packed.set(mac, split);
    return framed(packed, bytesMost);
  } finally {
    packed.fill(0);
  }
}

/** Length and message, for what carries no MAC. */
export function unsealed(spec: Spec, message: IsoMessage, bytesMost: number): Uint8Array {
  return framed(pack(spec, message), bytesMost);
}

function framed(packed: Uint8Array, bytesMost: number): Uint8Array {
  if (packed.length > bytesMost) throw new CodecError('FRAME_TOO_LONG', null, packed.length);
  return frame(packed);
}
