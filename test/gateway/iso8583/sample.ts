/** The sale of twenty data elements that the examples, the bench and the split tests use. */
import { type IsoMessage, isoMessage } from '../../../gateway/iso8583/message.ts';

/** A public sample of DE55 (moov-io/iso8583, emv tests). */
export const EMV_SAMPLE =
  '9F0206000000006300820258009F360200029F2608B9B2B58202D37033840FA0000001523010100001000000000' +
  '09F100801050000000000009F3303E0F0C09F1A020840950500000000009A031711209C01005F2A0208409F370459F58EB1';

export const SALE: IsoMessage = isoMessage('0200', {
  2: '2200700000001234',
  3: '000000',
  4: '000000129900',
  7: '1122065533',
  11: '000123',
  12: '155533',
  13: '1122',
  14: '2912',
  18: '5411',
  22: '051',
  25: '00',
  32: '12345678901',
  35: '2200700000001234=29122011234567890',
  37: '632606000123',
  41: '10000001',
  42: '100000000000001',
  43: 'AMUR SHOP              BLAGOVESHCHEN RU',
  49: '643',
  52: Buffer.from('0123456789ABCDEF', 'hex'),
  55: Buffer.from(EMV_SAMPLE, 'hex'),
});
