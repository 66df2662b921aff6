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
import { changedParts } from './changed-parts.ts';
import { type Structure, structureOf } from './message-structure.ts';
import { AS_IT_IS, FOLDED, PatternSet } from './pattern-set.ts';
import { insideText, type StoredValue, storedValues } from './stored-values.ts';

export interface ScanReport {
  readonly files: readonly string[];
  readonly bytes: number;
  /** Stored values that were read as card messages for the first time: none at all would mean that nothing was seen. */
  readonly messages: number;
  readonly findings: readonly string[];
}

type Found = Pick<ScanReport, 'messages' | 'findings'>;

/** The issuer's and the customer's side, who must know. All else is terminal's or gateway's. */
const OTHERS: readonly RegExp[] = [
  /^bank(\/|\.json$)/,
  /^keys\/(mir-bank|unionpay-bank|pin-pad)/,
  /^counter(\.json$|\/pin-pad\.json|\/.*\.png$)/,
  /^drawer\.json$/,
  /^logs\/(bank|counter)\.log$/,
  /^(bank|counter)-output\.txt$/,
];

/** Longer than any row of bytes that is looked for, with what may stand between its digits. */
const AROUND_BYTES = 1_024;

/** Remembers what it has read and found sound, so that looking again costs what was written since. */
export class CardDataScanner {
  readonly #cards: readonly VirtualCard[];
  readonly #exact: PatternSet;
  readonly #folded: PatternSet;
  readonly #sound = new Set<string>();
  /** Texts of databases that were opened and looked into. */
  readonly #opened = new Set<string>();
  /** Each file as it was when nothing was found in it. */
  readonly #files = new Map<string, Buffer>();

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
      if (DUMP.test(file)) findings.push(`${file}: dumped memory`);
      const found = this.#lookAgain(directory, file, content);
      messages += found.messages;
      findings.push(...found.findings);
    }
    return { files, bytes, messages, findings };
  }

  /** What was found sound is looked at anew. */
  forget(): void {
    for (const memory of [this.#sound, this.#opened, this.#files]) memory.clear();
  }

  #lookAgain(directory: string, file: string, content: Buffer): Found {
    const path = join(directory, file);
    const isDatabase = content.subarray(0, SQLITE.length).toString('latin1') === SQLITE;
    const found = changedParts(this.#files.get(path), content, AROUND_BYTES).map(({ from, bytes }) =>
      this.look(`${file} from ${from}`, bytes, () =>
        isDatabase ? [] : insideText('', bytes.toString('latin1')),
      ),
    );
    if (isDatabase) found.push(this.#values(file, storedValues(path, this.#opened)));
    const findings = found.flatMap((one) => one.findings);
    if (findings.length === 0) this.#files.set(path, content);
    return { messages: found.reduce((sum, { messages }) => sum + messages, 0), findings };
  }

  /** One file: its bytes, and what is stored in it. */
  look(file: string, content: Buffer, values: () => readonly StoredValue[]): Found {
    const bare = [
      ...this.#secrets(file, content),
      ...numberFindings(file, content.toString('latin1'), this.#cards),
    ];
    const { messages, findings } = this.#values(file, values());
    return { messages, findings: [...bare, ...findings] };
  }

  #values(file: string, values: readonly StoredValue[]): Found {
    const findings: string[] = [];
    let messages = 0;
    for (const value of values) {
      const { isMessage, faults } = this.#structure(value.bytes);
      if (isMessage) messages += 1;
      findings.push(...faults.map((fault) => `${file} ${value.place}: ${fault} at rest`));
    }
    return { messages, findings };
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

const SQLITE = 'SQLite format 3\0';
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
