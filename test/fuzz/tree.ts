/** JSON as a tree that can also say what JSON.stringify never would: names twice, numbers of any spelling, any depth. */

export type Node = ObjectNode | ListNode | RawNode;
export interface ObjectNode {
  readonly kind: 'object';
  readonly entries: [string, Node][];
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: Node[];
}
/** Text that stands in the message as it is. */
export interface RawNode {
  readonly kind: 'raw';
  text: string;
}

export function raw(text: string): RawNode {
  return { kind: 'raw', text };
}

export function treeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value));
  return { kind: 'object', entries: Object.entries(value).map(([name, child]) => [name, treeOf(child)]) };
}

export function textOfTree(node: Node): string {
  switch (node.kind) {
    case 'raw':
      return node.text;
    case 'list':
      return `[${node.items.map(textOfTree).join(',')}]`;
    case 'object':
      return `{${node.entries.map(([name, child]) => `${JSON.stringify(name)}:${textOfTree(child)}`).join(',')}}`;
  }
}

/** Every object in the tree, the outermost first. */
export function objectsIn(node: Node): readonly ObjectNode[] {
  if (node.kind === 'raw') return [];
  const children = node.kind === 'list' ? node.items : node.entries.map(([, child]) => child);
  const below = children.flatMap(objectsIn);
  return node.kind === 'object' ? [node, ...below] : below;
}
