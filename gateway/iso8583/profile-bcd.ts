/** The BCD profile, of the UnionPay and POSLine family: message type, digits and length prefixes in BCD, text in ASCII, the
 *  bitmap and binary data elements as bytes. A length counts digits, not bytes. An odd number of digits stands right
 *  behind a zero; track data stands left, with F behind it, `=` being the nibble D. */
import { ELEMENTS_1987 } from './elements-1987.ts';
import { type ContentClass, defineSpec, type Encoding, type Spec } from './spec.ts';

const ENCODINGS: Readonly<Record<ContentClass, Encoding>> = {
  n: 'bcd-right',
  'x+n': 'bcd-right',
  z: 'bcd-left',
  b: 'binary',
  a: 'ascii',
  an: 'ascii',
  ns: 'ascii',
  ans: 'ascii',
};

export const bcdProfile: Spec = defineSpec({
  name: 'bcd',
  mti: 'bcd',
  bitmap: 'binary',
  fields: ELEMENTS_1987.map(({ spaced, ...element }) => ({
    ...element,
    encoding: ENCODINGS[element.content],
    prefix: 'bcd',
    padding: spaced ? 'space-right' : 'none',
    filler: element.content === 'z' ? 15 : 0,
  })),
});
