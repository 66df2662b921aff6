/** How far a PIN pad's key has come, by a key serial number that it gave.
 *  Source  ANSI X9.24-1:2009 (TDES: 10 bytes, the last 21 bits count), X9.24-3:2017 (AES: 12 bytes, the last 32) */

const TDES_KSN_BYTES = 10;
const TDES_COUNTER_BITS = 21;
const AES_COUNTER_BITS = 32;

/** 0 to 100, of the counter's range. */
export function usedPercent(ksn: Uint8Array): number {
  const bits = ksn.length === TDES_KSN_BYTES ? TDES_COUNTER_BITS : AES_COUNTER_BITS;
  const low = new DataView(ksn.buffer, ksn.byteOffset, ksn.byteLength).getUint32(ksn.length - 4);
  return ((low % 2 ** bits) / 2 ** bits) * 100;
}
