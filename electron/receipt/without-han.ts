/** A paper for a printer without Chinese characters: the same figures and the same Russian, the Chinese left out. Every
 *  Chinese text of the till stands beside or beneath a Russian one that says the same. */
import type { ReceiptBlock, ReceiptDoc } from '../../drivers/contract/printer.ts';

/** With the space before, so that no hole is left. */
const HAN = / ?[\p{Script=Han}\u3000-\u303f\u3040-\u312f\uff01-\uff60\uffe0-\uffe5]+/gu;

export function withoutHan(doc: ReceiptDoc): ReceiptDoc {
  return { ...doc, blocks: doc.blocks.flatMap(blockWithoutHan) };
}

function blockWithoutHan(block: ReceiptBlock): readonly ReceiptBlock[] {
  switch (block.kind) {
    case 'text': {
      const text = strip(block.text);
      // A line that was Chinese leaves no sense behind: `牛奶100克` is not `100`.
      return text !== block.text && !/\p{Script=Cyrillic}/u.test(text) ? [] : [{ ...block, text }];
    }
    case 'pair':
      return [{ ...block, left: strip(block.left), right: strip(block.right) }];
    case 'rule':
    case 'qr':
    case 'feed':
      return [block];
  }
}

function strip(text: string): string {
  return text.replace(HAN, '');
}
