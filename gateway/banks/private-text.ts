/** DE48 of the bank link: a run of elements, each a tag of two letters, a length of three digits, and the value. */

export type PrivateTag = 'ZP' | 'OR' | 'KN' | 'KB' | 'KC' | 'UA';

const HEAD = 5;
const TEXT_MOST = 999;

/** Empty values leave their element out. Null where the whole would not fit. */
export function packPrivateText(elements: readonly (readonly [PrivateTag, string])[]): string | null {
  let text = '';
  for (const [tag, value] of elements) {
    if (value !== '') text += `${tag}${String(value.length).padStart(3, '0')}${value}`;
  }
  return text.length > TEXT_MOST ? null : text;
}

/** Null for a run that does not add up or names a tag twice; tags that are not known here are kept, and so left aside. */
export function parsePrivateText(text: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const head = /^([A-Z]{2})([0-9]{3})$/.exec(text.slice(at, at + HEAD));
    const [, tag = '', digits = ''] = head ?? [];
    const end = at + HEAD + Number(digits);
    if (head === null || end > text.length || found.has(tag)) return null;
    found.set(tag, text.slice(at + HEAD, end));
    at = end;
  }
  return found;
}
