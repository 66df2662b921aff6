/** Checks an XML document against ISO's own schema, where somebody has put the schemas: they are not ours to hand out.
 *
 *  `directory` holds files named as the messages, `pain.001.001.03.xsd`; without it, or without that file, or without
 *  `xmllint-wasm`, nothing was checked and the result says so. A fault of the document is a result too, never a throw.
 *  Errors  FILE_SCHEMA_UNUSABLE */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmurError } from './kernel/errors.ts';
import type { SchemaCheck, SchemaFault, SchemaPort } from './settlement/ports.ts';

const MEMORY_PAGES_MAX = 8192;
/** The checker holds the document several times over. */
const BYTES_MAX = 16 * 1024 * 1024;
const MESSAGE = /^[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}$/;

/** `directory` as the operator named it, in `AMUR_XSD_DIR`. */
export function openSchemaFolder(directory: string | undefined): SchemaPort {
  return { check: (xml, message) => checkXmlSchema(xml, message, directory) };
}

export async function checkXmlSchema(
  xml: Uint8Array,
  message: string,
  directory: string | undefined,
): Promise<SchemaCheck> {
  if (directory === undefined || directory === '') return unchecked('no_directory');
  if (!MESSAGE.test(message)) return unchecked('no_schema');
  const schema = await readFile(join(directory, `${message}.xsd`), 'utf8').catch(() => null);
  if (schema === null) return unchecked('no_schema');
  if (xml.length > BYTES_MAX) return unchecked('too_large');
  const checker = await import('xmllint-wasm').catch(() => null);
  if (checker === null) return unchecked('no_checker');
  const document = { fileName: `${message}.xml`, contents: new TextDecoder().decode(xml) };
  const result = await checker
    .validateXML({ xml: [document], schema: [schema], maxMemoryPages: MEMORY_PAGES_MAX })
    .catch((cause: unknown) => {
      throw new AmurError('FILE_SCHEMA_UNUSABLE', { message }, { cause });
    });
  const faults = result.errors
    .filter(({ loc }) => loc?.fileName === document.fileName)
    .map(({ message: words, loc }) => faultOf(words, loc?.lineNumber ?? 0));
  if (!result.valid && faults.length === 0) faults.push({ line: 0, element: '', rule: 'document' });
  return { schemaChecked: true, notCheckedBecause: null, faults };
}

/** The checker's words quote the document, which may hold names and accounts; only element and rule are taken of them. */
function faultOf(words: string, line: number): SchemaFault {
  const element = /Element '(?:\{[^}]{0,200}\})?([A-Za-z0-9_]{1,60})'/.exec(words)?.[1] ?? '';
  const facet = /\[facet '([A-Za-z]{1,30})'\]/.exec(words)?.[1];
  return { line, element, rule: facet ?? ruleOf(words) };
}

function ruleOf(words: string): string {
  if (words.startsWith('parser error')) return 'document';
  if (words.includes('This element is not expected')) return 'unexpected';
  if (words.includes('Missing child element')) return 'missing';
  return 'type';
}

function unchecked(because: NonNullable<SchemaCheck['notCheckedBecause']>): SchemaCheck {
  return { schemaChecked: false, notCheckedBecause: because, faults: [] };
}
