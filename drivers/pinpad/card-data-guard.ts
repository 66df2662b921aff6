/** The terminal's own lock on card data: no payload of the protocol has a place for a number, a track, a name, an expiry or a
 *  PIN in clear, and one that bears such a tag all the same is refused before anything of it is kept.
 *
 *  Source  EMV 4.3 Book 3, annex A */
import { DriverError } from '../contract/device.ts';
import { walkTlvs } from './tlv.ts';

/** Track 2 equivalent, PAN, name, expiry, PIN data; and the tracks' discretionary data and the extended name. */
const FORBIDDEN: ReadonlySet<number> = new Set([
  0x56, 0x57, 0x5a, 0x5f20, 0x5f24, 0x99, 0x9f0b, 0x9f1f, 0x9f20, 0x9f6b,
]);

/** Errors  DriverError PINPAD_PROTOCOL, naming the tag and nothing of its value. */
export function refuseCardData(payload: Uint8Array): void {
  walkTlvs(payload, (tag) => {
    if (FORBIDDEN.has(tag))
      throw new DriverError('PINPAD_PROTOCOL', 'A payload bears card data that must not be in it.', {
        tag: tag.toString(16).toUpperCase(),
      });
  });
}
