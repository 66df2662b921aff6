/** Finds, for a character, the font file that has it. The web fonts come in subsets by range of code points, each
 *  registered under a name of its own when its first character is printed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

interface Subset {
  readonly family: string;
  readonly path: string;
  readonly ranges: readonly (readonly [number, number])[];
}

type Weight = 400 | 700;
const PACKAGES = ['@fontsource/noto-sans', '@fontsource/noto-sans-sc'] as const;

export class Fonts {
  readonly #subsets: Readonly<Record<Weight, readonly Subset[]>>;
  readonly #registered = new Set<string>();

  constructor() {
    this.#subsets = { 400: readSubsets(400), 700: readSubsets(700) };
  }

  /** A family that has the character; null when none does. */
  familyOf(text: string, bold: boolean): string | null {
    const point = text.codePointAt(0) ?? 0;
    const subset = this.#subsets[bold ? 700 : 400].find((candidate) =>
      candidate.ranges.some(([from, to]) => point >= from && point <= to),
    );
    if (subset === undefined) return null;
    if (!this.#registered.has(subset.family)) {
      GlobalFonts.registerFromPath(subset.path, subset.family);
      this.#registered.add(subset.family);
    }
    return subset.family;
  }
}

function readSubsets(weight: Weight): readonly Subset[] {
  const require = createRequire(import.meta.url);
  return PACKAGES.flatMap((name) => {
    const sheet = require.resolve(`${name}/${weight}.css`);
    return [
      ...readFileSync(sheet, 'utf8').matchAll(/url\(([^)]+\.woff2)\)[^;]*;\s*unicode-range:\s*([^;]+);/g),
    ].map((match) => ({
      path: join(dirname(sheet), match[1] ?? ''),
      family: `paper-${(match[1] ?? '').replace(/[^a-z0-9]+/gi, '-')}`,
      ranges: (match[2] ?? '').split(',').map(readRange),
    }));
  });
}

/** `U+400-45f` or `U+490`. */
function readRange(text: string): readonly [number, number] {
  const [from = '', to = from] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}
