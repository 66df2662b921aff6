/** Checks an XML document against ISO's own schema, where somebody has put the schemas: they are not ours to hand out.
 *
 *  `directory` holds files named as the messages, `pain.001.001.03.xsd`; without it, or without that file, or without
 *  `xmllint-wasm`, nothing was checked and the result says so. A fault of the document is a result too, never a throw. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SchemaCheck {
  readonly schemaChecked: boolean;
  /** Why it was not checked; null when it was. */
  readonly notCheckedBecause: 'no_directory' | 'no_schema' | 'no_checker' | null;
  /** What the schema objects to, `line: words`; empty when sound or not checked. */
  readonly faults: readonly string[];
}

const MEMORY_PAGES_MAX = 8192;

export async function checkXmlSchema(
  xml: Uint8Array,
  message: 'pain.001.001.03',
  directory: string | undefined,
): Promise<SchemaCheck> {
  if (directory === undefined || directory === '') return unchecked('no_directory');
  const schema = await readFile(join(directory, `${message}.xsd`), 'utf8').catch(() => null);
  if (schema === null) return unchecked('no_schema');
  const checker = await import('xmllint-wasm').catch(() => null);
  if (checker === null) return unchecked('no_checker');
  const result = await checker.validateXML({
    xml: [{ fileName: `${message}.xml`, contents: new TextDecoder().decode(xml) }],
    schema: [schema],
    maxMemoryPages: MEMORY_PAGES_MAX,
  });
  const faults = result.errors.map(({ message: words, loc }) => `${loc?.lineNumber ?? 0}: ${words.trim()}`);
  if (!result.valid && faults.length === 0) faults.push('0: The schema refuses the document.');
  return { schemaChecked: true, notCheckedBecause: null, faults };
}

function unchecked(because: Exclude<SchemaCheck['notCheckedBecause'], null>): SchemaCheck {
  return { schemaChecked: false, notCheckedBecause: because, faults: [] };
}
