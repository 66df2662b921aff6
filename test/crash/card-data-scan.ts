/** Looks through everything that terminal and gateway have on the disk for what a card is: databases with their write-ahead
 *  logs as bytes, configuration, logs, output, traces, whatever lies there.
 *
 *  It looks in four ways: for the known secrets of the drawer in every form; for any number that begins like a card of the
 *  drawer and passes the check digit; for messages and EMV data by structure; and for memory that was dumped. A finding names
 *  file, offset, card and form, and never the value. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { passesLuhn, type VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import { secretsOf } from './card-secrets.ts';
import { type Structure, structureOf } from './message-structure.ts';
import { AS_IT_IS, FOLDED, PatternSet } from './pattern-set.ts';
import { insideText, storedValues } from './stored-values.ts';

export interface ScanReport {
  readonly files: readonly string[];
  readonly bytes: number;
  /** Stored values that were read as card messages for the first time: none at all would mean that nothing was seen. */
  readonly messages: number;
  readonly findings: readonly string[];
}

/** The issuer's and the customer's side, who must know. All else is terminal's or gateway's. */
const OTHERS: readonly RegExp[] = [
  /^bank(\/|\.json$)/,
  /^keys\/(mir-bank|unionpay-bank|pin-pad)/,
  /^counter(\.json$|\/pin-pad\.json|\/.*\.png$)/,
  /^drawer\.json$/,
  /^logs\/(bank|counter)\.log$/,
  /^(bank|counter)-output\.txt$/,
];

/** Remembers what it has read as a message, so that looking again costs little. */
export class CardDataScanner {
  readonly #cards: readonly VirtualCard[];
  readonly #exact: PatternSet;
  readonly #folded: PatternSet;
  readonly #sound = new Set<string>();

  constructor(cards: readonly VirtualCard[], wrongPins: readonly string[]) {
    const secrets = secretsOf(cards, wrongPins);
    this.#cards = cards;
    this.#exact = new PatternSet(secrets.flatMap(({ exact }) => exact));
    this.#folded = new PatternSet(secrets.flatMap(({ folded }) => folded));
  }

  scan(directory: string): ScanReport {
    const files = filesUnder(directory)
      .map((file) => relative(directory, file).split(sep).join('/'))
      .filter((file) => !OTHERS.some((other) => other.test(file)))
      .sort();
    const findings: string[] = [];
    let [bytes, messages] = [0, 0];
    for (const file of files) {
      const content = contentOf(join(directory, file));
      if (content === null) continue;
      bytes += content.length;
      const text = content.toString('latin1');
      if (DUMP.test(file)) findings.push(`${file}: dumped memory`);
      findings.push(...this.#secrets(file, content), ...numberFindings(file, text, this.#cards));
      const isDatabase = text.startsWith('SQLite format 3\0');
      for (const value of isDatabase ? storedValues(join(directory, file)) : insideText('', text)) {
        const { isMessage, faults } = this.#structure(value.bytes);
        if (isMessage) messages += 1;
        findings.push(...faults.map((fault) => `${file} ${value.place}: ${fault} at rest`));
      }
    }
    return { files, bytes, messages, findings };
  }

  #secrets(file: string, content: Uint8Array): readonly string[] {
    return [...this.#exact.find(content, AS_IT_IS), ...this.#folded.find(content, FOLDED)].map(
      ({ name, endsAt }) => `${file} before ${endsAt}: ${name}`,
    );
  }

  #structure(bytes: Uint8Array): Structure {
    const key = Buffer.from(bytes).toString('latin1');
    if (this.#sound.has(key)) return { isMessage: false, faults: [] };
    const structure = structureOf(bytes);
    if (structure.faults.length === 0) this.#sound.add(key);
    return structure;
  }
}

const DUMP = /(^|\/)(core(\.\d+)?|.*\.(core|heapsnapshot|dmp))$/;

function filesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Null for a file that went away between: a log that was folded into its database. */
function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

const ISSUER_DIGITS = 6;

/** Of any card of those issuers, known or not: 12 to 19 digits, perhaps separated, that pass the check digit. */
function numberFindings(file: string, text: string, cards: readonly VirtualCard[]): readonly string[] {
  const prefixes = [...new Set(cards.map(({ pan }) => pan.slice(0, ISSUER_DIGITS)))];
  const lengths = [...new Set(cards.map(({ pan }) => pan.length))];
  const begins = new RegExp(
    `(?<![0-9])(?:${prefixes.map((prefix) => [...prefix].join('[ -]?')).join('|')})`,
    'g',
  );
  return [...text.matchAll(begins)].flatMap(({ index }) => {
    const [run = ''] = /^[0-9](?:[ -]?[0-9])*/.exec(text.slice(index, index + 40)) ?? [];
    const digits = run.replace(/[^0-9]/g, '');
    // As the schemes number them: the length of a card of the drawer, and no digit more.
    return lengths.includes(digits.length) && passesLuhn(digits)
      ? [`${file} at ${index}: a number of a card's form`]
      : [];
  });
}
