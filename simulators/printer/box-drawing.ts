/** Lines and blocks of the PC code pages, drawn as geometry so that they meet between cells, as in a printer's own ROM. */

/** Arms to left, up, right, down: 0 none, 1 single, 2 double. */
const ARMS: Readonly<Record<string, string>> = {
  '─': '1010',
  '│': '0101',
  '┌': '0011',
  '┐': '1001',
  '└': '0110',
  '┘': '1100',
  '├': '0111',
  '┤': '1101',
  '┬': '1011',
  '┴': '1110',
  '┼': '1111',
  '═': '2020',
  '║': '0202',
  '╔': '0022',
  '╗': '2002',
  '╚': '0220',
  '╝': '2200',
  '╠': '0222',
  '╣': '2202',
  '╦': '2022',
  '╩': '2220',
  '╬': '2222',
  '╒': '0021',
  '╓': '0012',
  '╕': '2001',
  '╖': '1002',
  '╘': '0120',
  '╙': '0210',
  '╛': '2100',
  '╜': '1200',
  '╞': '0121',
  '╟': '0212',
  '╡': '2101',
  '╢': '1202',
  '╤': '2021',
  '╥': '1012',
  '╧': '2120',
  '╨': '1210',
  '╪': '2121',
  '╫': '1212',
};
/** Left, top, width, height as shares of the cell. */
const BLOCKS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '█': [0, 0, 1, 1],
  '▀': [0, 0, 1, 0.5],
  '▄': [0, 0.5, 1, 0.5],
  '▌': [0, 0, 0.5, 1],
  '▐': [0.5, 0, 0.5, 1],
  '■': [0.15, 0.3, 0.7, 0.4],
};

export type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** Null for a character that a font should draw. */
export function boxRectangles(text: string, width: number, height: number): readonly Rectangle[] | null {
  const block = Object.hasOwn(BLOCKS, text) ? BLOCKS[text] : undefined;
  if (block !== undefined)
    return [[block[0] * width, block[1] * height, block[2] * width, block[3] * height]];
  const arms = Object.hasOwn(ARMS, text) ? ARMS[text] : undefined;
  if (arms === undefined) return null;
  const middleX = Math.floor(width / 2);
  const middleY = Math.floor(height / 2);
  return [...arms].flatMap((arm, direction) =>
    armRectangles(arm, direction, middleX, middleY, width, height),
  );
}

function armRectangles(
  arm: string,
  direction: number,
  middleX: number,
  middleY: number,
  width: number,
  height: number,
): readonly Rectangle[] {
  if (arm === '0') return [];
  const offsets = arm === '1' ? [-1] : [-3, 1];
  return offsets.map((offset): Rectangle => {
    switch (direction) {
      case 0:
        return [0, middleY + offset, middleX + 1, 2];
      case 1:
        return [middleX + offset, 0, 2, middleY + 1];
      case 2:
        return [middleX - 1, middleY + offset, width - middleX + 1, 2];
      default:
        return [middleX + offset, middleY - 1, 2, height - middleY + 1];
    }
  });
}
