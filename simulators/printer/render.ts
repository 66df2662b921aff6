/** Draws a receipt as it would lie on the counter: every dot of the head one pixel, paper around it. */
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { boxRectangles } from './box-drawing.ts';
import type { Fonts } from './fonts.ts';
import { type Cell, heightOf, offsetDots, type PaperItem, type Receipt } from './paper.ts';
import { lineDots } from './paper-text.ts';

const MARGIN_DOTS: Readonly<Record<number, number>> = { 576: 32, 384: 40 };
const EDGE_DOTS = 48;
const INK = '#16181d';
const PAPER = '#ffffff';
const HEIGHT_LIMIT_DOTS = 24_000;

export function renderReceipt(receipt: Receipt, fonts: Fonts): Buffer {
  const margin = MARGIN_DOTS[receipt.widthDots] ?? 32;
  const content = receipt.items.reduce((sum, item) => sum + heightOf(item), 0);
  const height = Math.min(content + 2 * EDGE_DOTS, HEIGHT_LIMIT_DOTS);
  const canvas = createCanvas(receipt.widthDots + 2 * margin, height);
  const context = canvas.getContext('2d');
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  let y = EDGE_DOTS;
  for (const item of receipt.items) {
    drawItem(context, item, margin, y, fonts);
    y += heightOf(item);
  }
  return canvas.toBuffer('image/png');
}

function drawItem(context: SKRSContext2D, item: PaperItem, margin: number, y: number, fonts: Fonts): void {
  context.fillStyle = INK;
  switch (item.kind) {
    case 'feed':
      return;
    case 'line': {
      const left = margin + offsetDots(item, lineDots(item.cells));
      const tallest = item.cells.reduce((most, cell) => Math.max(most, cell.heightDots), 0);
      // Cells of different heights stand on one base line.
      for (const cell of item.cells) drawCell(context, cell, left, y + tallest - cell.heightDots, fonts);
      return;
    }
    case 'qr': {
      const left = margin + offsetDots(item, item.modules.length * item.moduleDots);
      drawModules(context, item.modules, left, y, item.moduleDots, item.moduleDots);
      return;
    }
    case 'raster': {
      const left = margin + offsetDots(item, item.widthBytes * 8 * item.scaleX);
      drawModules(context, rasterRows(item), left, y, item.scaleX, item.scaleY);
      return;
    }
    case 'barcode':
      context.font = `20px ${fonts.familyOf('0', false) ?? 'sans-serif'}`;
      context.fillText(`▏${item.content}▕`, margin + offsetDots(item, 0), y + item.heightDots);
  }
}

function rasterRows(item: Extract<PaperItem, { kind: 'raster' }>): boolean[][] {
  return Array.from({ length: item.heightDots }, (_, row) =>
    Array.from(
      { length: item.widthBytes * 8 },
      (_, x) => (((item.data[row * item.widthBytes + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1,
    ),
  );
}

function drawModules(
  context: SKRSContext2D,
  rows: readonly (readonly boolean[])[],
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  rows.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) context.fillRect(left + x * width, top + y * height, width, height);
    });
  });
}

function drawCell(context: SKRSContext2D, cell: Cell, lineLeft: number, top: number, fonts: Fonts): void {
  const left = lineLeft + cell.x;
  const [width, height] = [cell.widthDots, cell.heightDots];
  if (cell.invert) {
    context.fillStyle = INK;
    context.fillRect(left, top, width, height);
  }
  context.fillStyle = cell.invert ? PAPER : INK;
  if (cell.underline) context.fillRect(left, top + height - 2, width, 2);
  const rectangles = boxRectangles(cell.text, width, height);
  if (rectangles !== null) {
    for (const [x, y, w, h] of rectangles) context.fillRect(left + x, top + y, w, h);
  } else if (cell.text.trim() !== '') drawGlyph(context, cell, left, top, fonts);
  context.fillStyle = INK;
}

/** A letter is set at the height of its cell and squeezed sideways only when it would not fit. */
function drawGlyph(context: SKRSContext2D, cell: Cell, left: number, top: number, fonts: Fonts): void {
  const baseWidth = cell.widthDots / cell.scaleX;
  const baseHeight = cell.heightDots / cell.scaleY;
  const wide = baseWidth >= baseHeight;
  const family = fonts.familyOf(cell.text, cell.bold) ?? 'sans-serif';
  context.save();
  context.translate(left, top);
  context.scale(cell.scaleX, cell.scaleY);
  context.font = `${wide ? baseHeight - 2 : Math.round(baseHeight * 0.83)}px ${family}`;
  context.textBaseline = 'alphabetic';
  const natural = context.measureText(cell.text).width;
  const squeeze = Math.min(1, (baseWidth - (wide ? 0 : 0.6)) / Math.max(natural, 1));
  context.translate((baseWidth - natural * squeeze) / 2, baseHeight * (wide ? 0.86 : 0.78));
  context.scale(squeeze, 1);
  context.fillText(cell.text, 0, 0);
  context.restore();
}
