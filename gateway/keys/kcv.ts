/** Key check values: enough of a key to see that both ends hold the same one, too little to help find it.
 *
 *  Shape   6 hexadecimal digits. TDES: a block of zeros enciphered, first 3 bytes. AES: its CMAC over a block of zeros.
 *  Source  ANSI X9.24-1:2017, annex A */
import type { BlockCipher } from './cipher.ts';
import { cmac } from './mac.ts';
import { toHex } from './octets.ts';

const KCV_BYTES = 3;

export function keyCheckValue(cipher: BlockCipher): string {
  const zeros = new Uint8Array(cipher.blockBytes);
  const full = cipher.algorithm === 'aes' ? cmac(cipher, zeros) : cipher.encryptBlock(zeros);
  return toHex(full.subarray(0, KCV_BYTES));
}
