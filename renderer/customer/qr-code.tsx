/** A QR as crisp vectors: dark on a white plate, four modules of quiet zone, a whole number of pixels per module. */
import { create } from 'qrcode';
import { useMemo } from 'react';

const QUIET_MODULES = 4;
/** 7 cm at 96 px per inch is 265 px; the plate on a 600 px high display leaves room for 330. */
const LEAST_PX = 266;
const ROOM_PX = 330;

export interface QrShape {
  /** Modules along a side with the quiet zone. */
  readonly side: number;
  readonly modulePx: number;
  readonly path: string;
}

export function qrShape(content: string): QrShape {
  const { modules } = create(content, { errorCorrectionLevel: 'M' });
  const side = modules.size + QUIET_MODULES * 2;
  // The symbol itself, without its quiet zone, is what must reach 7 cm.
  const modulePx = Math.max(Math.ceil(LEAST_PX / modules.size), Math.floor(ROOM_PX / side));
  return { side, modulePx, path: darkRuns(modules.size, (row, column) => modules.get(row, column) === 1) };
}

/** One rectangle for every run of dark modules in a row, so that no hairline shows between neighbours. */
function darkRuns(size: number, isDark: (row: number, column: number) => boolean): string {
  const runs: string[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!isDark(row, column)) continue;
      const start = column;
      while (column + 1 < size && isDark(row, column + 1)) column++;
      const length = column - start + 1;
      runs.push(`M${start + QUIET_MODULES} ${row + QUIET_MODULES}h${length}v1h-${length}z`);
    }
  }
  return runs.join('');
}

export function QrCode({ content }: { content: string }) {
  const { side, modulePx, path } = useMemo(() => qrShape(content), [content]);
  const px = side * modulePx;
  return (
    <svg
      className="qr"
      data-testid="qr"
      width={px}
      height={px}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <title>QR</title>
      <rect width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
