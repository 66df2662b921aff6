/** An answer that breaks the agreement: it says the card again wherever there is room for it.
 *  Source  docs/bank-link.md, 2.1: answers never carry it */
import { buildTlv } from '../../gateway/iso8583/tlv.ts';

/** `issuerData`: DE55 without that. */
export function echoedCard(pan: string, issuerData: Uint8Array | undefined) {
  const number = { tag: '5A', value: Buffer.from(pan.padEnd(pan.length + (pan.length % 2), 'F'), 'hex') };
  const track = `${pan}D30122011234500000`;
  const objects = [
    number,
    { tag: '57', value: Buffer.from(track.padEnd(track.length + (track.length % 2), 'F'), 'hex') },
    { tag: '5F20', value: Buffer.from('IVANOV/IVAN', 'latin1') },
    { tag: '5F24', value: Buffer.from('301231', 'hex') },
    { tag: '70', value: buildTlv([number], 55) },
    // Where the chip's own commands are, one that is none, and one with the number in it.
    { tag: '71', value: buildTlv([number, { tag: '86', value: number.value }], 55) },
    { tag: 'DF01', value: Buffer.from(pan, 'latin1') },
  ];
  const data = Buffer.concat([issuerData ?? Buffer.alloc(0), buildTlv(objects, 55)]);
  return { 44: pan, 54: pan, 55: new Uint8Array(data), 63: `PAN ${pan}` };
}
