import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY } from '../../gateway/kernel/currency.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { writePain001 } from '../../gateway/settlement/files/pain001.ts';
import { checkXmlSchema, openSchemaFolder } from '../../gateway/xml-schema.ts';
import { orderOf } from './settlement/files/orders.ts';
import { SUBSET_SCHEMA } from './settlement/files/pain001-subset.ts';

const PAIN = 'pain.001.001.03';
const { bytes } = writePain001([orderOf({ currency: CNY })], 'M1');
const withText = (find: string, put: string) =>
  new TextEncoder().encode(new TextDecoder().decode(bytes).replace(find, put));

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amur-xsd-'));
  writeFileSync(join(directory, `${PAIN}.xsd`), SUBSET_SCHEMA);
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('The schema check', () => {
  test('says that nothing was checked where there are no schemas, and why', async () => {
    const why = async (message: string, folder: string | undefined) =>
      (await openSchemaFolder(folder).check(bytes, message)).notCheckedBecause;
    expect(await checkXmlSchema(bytes, PAIN, undefined)).toEqual({
      schemaChecked: false,
      notCheckedBecause: 'no_directory',
      faults: [],
    });
    expect(await why(PAIN, '')).toBe('no_directory');
    expect(await why(PAIN, join(directory, 'there-is-none'))).toBe('no_schema');
    expect(await why('camt.053.001.02', directory)).toBe('no_schema');
    expect(await why('../../secret', directory)).toBe('no_schema');
    const large = new Uint8Array(17 * 1024 * 1024);
    expect((await checkXmlSchema(large, PAIN, directory)).notCheckedBecause).toBe('too_large');
  });

  test('finds nothing against what we write, by ISO’s own schema where an operator has put it', async () => {
    const check = await checkXmlSchema(bytes, PAIN, process.env.AMUR_XSD_DIR);
    expect(check.faults).toEqual([]);
    expect(check.schemaChecked).toBe(check.notCheckedBecause === null);
  });

  test('takes a sound message', async () => {
    expect(await checkXmlSchema(bytes, PAIN, directory)).toEqual({
      schemaChecked: true,
      notCheckedBecause: null,
      faults: [],
    });
  });

  test('says of a broken one where and which rule, and quotes nothing of it', async () => {
    const faults = async (xml: Uint8Array) => (await checkXmlSchema(xml, PAIN, directory)).faults;
    expect(await faults(withText('<PmtMtd>TRF', '<PmtMtd>XYZ'))).toContainEqual({
      ...{ line: 15, element: 'PmtMtd', rule: 'enumeration' },
    });
    expect(await faults(withText('<MsgId>M1', `<MsgId>${'M'.repeat(36)}`))).toContainEqual({
      ...{ line: 5, element: 'MsgId', rule: 'maxLength' },
    });
    expect(await faults(withText('<MsgId>M1</MsgId>', ''))).toEqual([
      { line: 6, element: 'CreDtTm', rule: 'unexpected' },
    ]);
    const cut = await faults(bytes.subarray(0, 300));
    expect(cut[0]).toMatchObject({ element: '', rule: 'document' });
    expect(JSON.stringify(await faults(withText('<PmtMtd>TRF', '<PmtMtd>IVANOV')))).not.toContain('IVANOV');
  });

  test('is refused where the schema itself is no good, because that says nothing about the document', async () => {
    writeFileSync(join(directory, `${PAIN}.xsd`), '<no schema');
    const error = await checkXmlSchema(bytes, PAIN, directory).catch((caught: unknown) => caught);
    expect(error instanceof AmurError ? error.code : error).toBe('FILE_SCHEMA_UNUSABLE');
  });
});
