/** Faults planted in the wallet's files, never in its books: what a partner's files get wrong, chosen by name. */
import type { Desk } from '../desk.ts';
import { type BookLine, bookLines } from './book-lines.ts';
import { dayAfter, dayStart } from './days.ts';

/** `missing`     a line is left out, for ever
 *  `extra`       a line of an operation that never was
 *  `wrong_amount` a line with a hundredth more
 *  `duplicate`   a line twice
 *  `truncated`   the file's last third is lost
 *  `swapped_ids` two lines that bear each other's merchant number
 *  `swapped_columns` a line whose two numbers stand in each other's column
 *  `late`        a line that comes in the next day's file instead of its own */
export const DEFECTS = [
  'missing',
  'extra',
  'wrong_amount',
  'duplicate',
  'truncated',
  'swapped_columns',
  'swapped_ids',
  'late',
] as const;
export type DefectKind = (typeof DEFECTS)[number];
export type PlantedFile = 'transactions' | 'settlement' | 'bill';

export interface Defect {
  readonly kind: DefectKind;
  /** The Beijing day whose lines it concerns. */
  readonly day: string;
  /** In this kind of file only; null for all. */
  readonly file: PlantedFile | null;
  /** The merchant's number of the line; null takes the day's first payment that has no defect yet. */
  readonly ours: string | null;
}

export function plant(desk: Desk, defect: Defect): void {
  desk.books
    .sql('INSERT INTO planted_defect (kind, day, file, ours) VALUES (?, ?, ?, ?)')
    .run(defect.kind, defect.day, defect.file, defect.ours);
}

export function plantedOn(desk: Desk, day: string, file: PlantedFile): readonly Defect[] {
  return desk.books
    .sql(
      'SELECT kind, day, file, ours FROM planted_defect WHERE day = ? AND (file IS NULL OR file = ?) ORDER BY id',
    )
    .all(day, file) as Defect[];
}

/** The lines of the Beijing days `from` to `to`, both in, with what is planted in them; `late` ones of the day before come first. */
export function plantedLines(desk: Desk, from: string, to: string, file: PlantedFile): readonly BookLine[] {
  const lines: BookLine[] = [...lateLines(desk, dayAfter(from, -1), file)];
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    const { kept, late } = applied(desk, day, file);
    lines.push(...kept, ...(day < to ? late : []));
  }
  return lines;
}

/** True where the file of these days is to lose its tail. */
export function isTruncated(desk: Desk, from: string, to: string, file: PlantedFile): boolean {
  for (let day = from; day <= to; day = dayAfter(day, 1))
    if (plantedOn(desk, day, file).some(({ kind }) => kind === 'truncated')) return true;
  return false;
}

export function withoutTail(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, Math.floor((bytes.length * 2) / 3));
}

function lateLines(desk: Desk, day: string, file: PlantedFile): readonly BookLine[] {
  return applied(desk, day, file).late;
}

function applied(desk: Desk, day: string, file: PlantedFile) {
  let kept = [...bookLines(desk, dayStart(day), dayStart(dayAfter(day, 1)))];
  const late: BookLine[] = [];
  const taken = new Set<string>();
  for (const { kind, ours } of plantedOn(desk, day, file)) {
    if (kind === 'truncated') continue;
    const at = kept.findIndex((line) =>
      ours === null ? line.kind === 'payment' && !taken.has(keyOf(line)) : line.ours === ours,
    );
    const line = kept[at];
    if (line === undefined) continue;
    taken.add(keyOf(line));
    if (kind === 'late') late.push(line);
    const other = otherThan(line, kept, taken);
    const partner = kept[other];
    if (kind === 'swapped_ids' && partner !== undefined) taken.add(keyOf(partner));
    kept = changed(kept, at, line, other, kind);
  }
  return { kept, late };
}

/** Another of its kind, of the same currency where there is one: settlement has a file for each. */
function otherThan(line: BookLine, lines: readonly BookLine[], taken: ReadonlySet<string>): number {
  const isFree = (one: BookLine) => one.kind === line.kind && !taken.has(keyOf(one));
  const { settleCurrency } = line.trade;
  const near = lines.findIndex((one) => isFree(one) && one.trade.settleCurrency === settleCurrency);
  return near === -1 ? lines.findIndex(isFree) : near;
}

/** Which operation of the books a line came from, whatever its numbers were made into. */
function keyOf(line: BookLine): string {
  return `${line.trade.outTradeNo}/${line.refund?.outRequestNo ?? ''}`;
}

function changed(
  lines: readonly BookLine[],
  at: number,
  line: BookLine,
  other: number,
  kind: Exclude<DefectKind, 'truncated'>,
): BookLine[] {
  switch (kind) {
    case 'missing':
    case 'late':
      return lines.toSpliced(at, 1);
    case 'duplicate':
      return lines.toSpliced(at, 0, line);
    case 'extra':
      return lines.toSpliced(at + 1, 0, invented(line));
    case 'wrong_amount':
      return lines.toSpliced(at, 1, raised(line));
    case 'swapped_columns':
      return lines.toSpliced(at, 1, { ...line, ours: line.theirs, theirs: line.ours });
    case 'swapped_ids':
      return crossed(lines, at, other);
  }
}

function invented(like: BookLine): BookLine {
  return { ...like, ours: `X${like.ours.slice(1)}`, theirs: `9${like.theirs.slice(1)}`, at: like.at + 1000 };
}

function raised(line: BookLine): BookLine {
  const more = (minor: bigint): bigint => minor + (minor + 99n) / 100n;
  return {
    ...line,
    pricedMinor: more(line.pricedMinor),
    payFen: more(line.payFen),
    settleMinor: more(line.settleMinor),
  };
}

function crossed(lines: readonly BookLine[], at: number, other: number): BookLine[] {
  const [one, two] = [lines[at], lines[other]];
  if (one === undefined || two === undefined) return [...lines];
  return lines.toSpliced(at, 1, { ...one, ours: two.ours }).toSpliced(other, 1, { ...two, ours: one.ours });
}
