/** The ASCII profile, of the PostBridge and NIBSS family: message type, digits and length prefixes in ASCII, the bitmap and
 *  binary data elements as bytes. */
import { ELEMENTS_1987 } from './elements-1987.ts';
import { defineSpec, type Spec } from './spec.ts';

export const asciiProfile: Spec = defineSpec({
  name: 'ascii',
  mti: 'ascii',
  bitmap: 'binary',
  fields: ELEMENTS_1987.map(({ spaced, ...element }) => ({
    ...element,
    encoding: element.content === 'b' ? 'binary' : 'ascii',
    prefix: 'ascii',
    padding: spaced ? 'space-right' : 'none',
    filler: 0,
  })),
});
