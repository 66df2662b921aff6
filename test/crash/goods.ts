/** Goods to ring up, from the sample catalogue. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/process.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';

const PIECE = /^\d+,(\d{13}),.*,(\d+)\.\d\d,vat\d+,piece,/;

/** Barcodes of piece goods, from 50 to 1,500 roubles: three of them stay under CNY 1,000. */
const BARCODES: readonly string[] = readFileSync(join(ROOT, 'electron/catalogue/sample/goods.csv'), 'utf8')
  .split('\n')
  .flatMap((row) => {
    const [, barcode = '', roubles = '0'] = PIECE.exec(row) ?? [];
    return Number(roubles) >= 50 && Number(roubles) <= 1_500 ? [barcode] : [];
  });

export function someBarcodes(random: SeededRandom): readonly string[] {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(BARCODES));
}
