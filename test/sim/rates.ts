/** Daily rate files in the Bank of Russia's form, made from the sample that ships: another date, another yuan. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLE = readFileSync(join(import.meta.dirname, '../../gateway/fx/sample/XML_daily.xml')).toString(
  'latin1',
);

/** `date` as `2026-11-22`; `tenThousandths` of roubles for a yuan: 112726 is 11.2726. */
export function rateFile(date: string, tenThousandths: number): Uint8Array {
  const [year, month, day] = date.split('-');
  const text = `${Math.floor(tenThousandths / 10_000)},${String(tenThousandths % 10_000).padStart(4, '0')}`;
  const dated = SAMPLE.replace(/Date="[^"]*"/, `Date="${day}.${month}.${year}"`);
  const yuan = dated.replace(
    /(<CharCode>CNY<\/CharCode>.*?<Value>)[^<]*(<\/Value>)(<VunitRate>[^<]*<\/VunitRate>)?/,
    (_all, head: string, tail: string, unit?: string) =>
      `${head}${text}${tail}${unit === undefined ? '' : `<VunitRate>${text}</VunitRate>`}`,
  );
  return Buffer.from(yuan, 'latin1');
}
