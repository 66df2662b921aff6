/** XML read into a tree whose every element knows its line: no document type, no entities but the five, bounded. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type FileSource, fileIdOf, refusal } from './source.ts';

export interface XmlNode {
  /** Without its prefix. */
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** Text directly inside, trimmed. */
  readonly text: string;
  readonly children: readonly XmlNode[];
}

export const XML_BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 40;

/** Errors  FILE_ENCODING_WRONG | FILE_TRUNCATED | FILE_MALFORMED | FILE_TOO_LARGE | FILE_CHANGED */
export function readXml(source: FileSource, bytes: Uint8Array): XmlNode {
  if (bytes.length > XML_BYTES_MAX) throw at(source, 'FILE_TOO_LARGE', 0, 'It has more than 64 MiB.');
  if (fileIdOf([bytes]) !== source.fileId)
    throw at(source, 'FILE_CHANGED', 0, 'Its SHA-256 is not the registered one.');
  const text = decoded(source, bytes);
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw at(source, 'FILE_MALFORMED', 1, 'It holds a document type.');
  const sound = XMLValidator.validate(text);
  if (sound !== true) {
    // An end that is missing is reported at the very end.
    const cut = !/<\/[^<>]+>\s*$/.test(text);
    throw at(source, cut ? 'FILE_TRUNCATED' : 'FILE_MALFORMED', sound.err.line, 'It is not well-formed XML.');
  }
  const lines = lineCounter(text);
  const roots = treeOf(parsed(source, text), lines, source, 0);
  const [root] = roots;
  if (root === undefined || roots.length > 1)
    throw at(source, 'FILE_MALFORMED', 1, 'It has not exactly one root element.');
  return root;
}

function decoded(source: FileSource, bytes: Uint8Array): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^(?:ï»¿)?<\?xml[^>]*\bencoding=["']([A-Za-z0-9-]{1,20})["']/.exec(head)?.[1] ?? 'utf-8';
  const encoding = declared.toLowerCase();
  if (encoding !== 'utf-8' && encoding !== 'windows-1251')
    throw at(source, 'FILE_ENCODING_WRONG', 1, 'Neither UTF-8 nor windows-1251.');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refusal('FILE_ENCODING_WRONG', source.name, { line: 0, column: '' }, `Not ${encoding}.`, cause);
  }
}

function parsed(source: FileSource, text: string): unknown {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    // Characters by their numbers too; the names of HTML come with it.
    htmlEntities: true,
    captureMetaData: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  try {
    return parser.parse(text);
  } catch (cause) {
    throw refusal('FILE_MALFORMED', source.name, { line: 0, column: '' }, 'It cannot be read as XML.', cause);
  }
}

const META = XMLParser.getMetaDataSymbol() as symbol;

function treeOf(
  raw: unknown,
  lineAt: (index: number) => number,
  source: FileSource,
  depth: number,
): readonly XmlNode[] {
  if (depth > DEPTH_MAX) throw at(source, 'FILE_MALFORMED', 0, `Nested deeper than ${DEPTH_MAX}.`);
  if (!Array.isArray(raw)) return [];
  const nodes: XmlNode[] = [];
  for (const item of raw as readonly Record<string | symbol, unknown>[]) {
    const name = Object.keys(item).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) continue;
    const meta = item[META] as { readonly startIndex?: number } | undefined;
    const children = item[name];
    nodes.push({
      name: name.slice(name.indexOf(':') + 1),
      line: meta?.startIndex === undefined ? 0 : lineAt(meta.startIndex),
      attributes: new Map(Object.entries((item[':@'] ?? {}) as Record<string, string>)),
      text: textIn(children),
      children: treeOf(children, lineAt, source, depth + 1),
    });
  }
  return nodes;
}

function textIn(children: unknown): string {
  if (!Array.isArray(children)) return '';
  return (children as readonly Record<string, unknown>[])
    .map((child) => (typeof child['#text'] === 'string' ? child['#text'] : ''))
    .join('')
    .trim();
}

/** Indices are asked for in rising order, so that the text is gone through once. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let counted = 0;
  return (index) => {
    for (
      let next = text.indexOf('\n', counted);
      next >= 0 && next < index;
      next = text.indexOf('\n', counted)
    ) {
      line += 1;
      counted = next + 1;
    }
    return line;
  };
}

function at(source: FileSource, code: Parameters<typeof refusal>[0], line: number, reason: string) {
  return refusal(code, source.name, { line, column: '' }, reason);
}

// ---------------------------------------------------------------- asking a node

export function childrenOf(node: XmlNode, name: string): readonly XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

/** The only child of that name, or null. Two of them are a fault. */
export function childOf(node: XmlNode, name: string, source: FileSource): XmlNode | null {
  const found = childrenOf(node, name);
  if (found.length > 1)
    throw refusal('FILE_MALFORMED', source.name, { line: node.line, column: name }, 'Stands more than once.');
  return found[0] ?? null;
}

/** Down a path of only children, `Acct/Id/IBAN`; null where one is missing. */
export function down(node: XmlNode, path: string, source: FileSource): XmlNode | null {
  let current: XmlNode | null = node;
  for (const name of path.split('/')) {
    if (current === null) return null;
    current = childOf(current, name, source);
  }
  return current;
}

/** The text down a path; empty where it is missing. */
export function textAt(node: XmlNode, path: string, source: FileSource): string {
  return down(node, path, source)?.text ?? '';
}
