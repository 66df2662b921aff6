/** Reading a file of lines as its bytes arrive: bytes to text to lines to rows, with the hash checked at the end.
 *
 *  Rows come out while the file is still being read, so that a million of them need no memory; they count for nothing
 *  until `end` has returned, because its last byte may still refuse the whole file. An importer therefore reads a file
 *  twice, first to see it through, then to take its rows, or keeps the rows apart until the end. */
import { createHash, type Hash } from 'node:crypto';
import { type FileSource, fileIdOf, refusal } from './source.ts';

export type FileEncoding = 'utf-8' | 'windows-1251' | 'gb18030';

/** What one kind of file makes of its lines. Its calls come in the order of the lines, then `end` once. */
export interface LineGrammar<Row, Summary> {
  readonly encoding: FileEncoding;
  /** False only where the format has a mark of its own end: without one, a missing last line end is a lost tail. */
  readonly lastLineNeedsEnd: boolean;
  /** One line without its end; `number` from 1. Null where the line holds no row. */
  line(text: string, number: number): Row | null;
  /** After the last line. */
  end(lines: number): Summary;
}

export interface Ended<Row, Summary> {
  /** The rows that only the end of the file completed. */
  readonly rows: readonly Row[];
  readonly summary: Summary;
  readonly bytes: number;
  readonly lines: number;
}

export interface Reading<Row, Summary> {
  push(chunk: Uint8Array): readonly Row[];
  end(): Ended<Row, Summary>;
}

export interface WholeFile<Row, Summary> {
  readonly rows: readonly Row[];
  readonly summary: Summary;
  readonly bytes: number;
}

export const FILE_BYTES_MAX = 2 ** 30;
export const LINE_CHARACTERS_MAX = 16_384;

/** Errors of both methods  FILE_TRUNCATED | FILE_MALFORMED | FILE_ENCODING_WRONG | FILE_TOTALS_WRONG | FILE_TOO_LARGE | FILE_CHANGED */
export function readingOf<Row, Summary>(
  source: FileSource,
  grammar: LineGrammar<Row, Summary>,
): Reading<Row, Summary> {
  return new LineReading(source, grammar);
}

/** The whole file at once, its rows only if all of it is sound. */
export function readWhole<Row, Summary>(
  reading: Reading<Row, Summary>,
  chunks: Iterable<Uint8Array>,
): WholeFile<Row, Summary> {
  const rows: Row[] = [];
  for (const chunk of chunks) for (const row of reading.push(chunk)) rows.push(row);
  const ended = reading.end();
  for (const row of ended.rows) rows.push(row);
  return { rows, summary: ended.summary, bytes: ended.bytes };
}

/** Hashes, then reads. `make` starts the reading of one kind of file. */
export function readBytes<Row, Summary>(
  name: string,
  bytes: Uint8Array,
  make: (source: FileSource) => Reading<Row, Summary>,
): WholeFile<Row, Summary> {
  return readWhole(make({ name, fileId: fileIdOf([bytes]) }), [bytes]);
}

const CONTROL = /[^\P{Cc}\t]/u;

class LineReading<Row, Summary> implements Reading<Row, Summary> {
  readonly #source: FileSource;
  readonly #grammar: LineGrammar<Row, Summary>;
  readonly #hash: Hash = createHash('sha256');
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #rest = '';
  #lines = 0;
  #bytes = 0;

  constructor(source: FileSource, grammar: LineGrammar<Row, Summary>) {
    this.#source = source;
    this.#grammar = grammar;
    this.#decoder = new TextDecoder(grammar.encoding, { fatal: true });
  }

  push(chunk: Uint8Array): readonly Row[] {
    this.#bytes += chunk.length;
    if (this.#bytes > FILE_BYTES_MAX) throw this.#refused('FILE_TOO_LARGE', 'It has more than 1 GiB.');
    this.#hash.update(chunk);
    return this.#take(this.#decode(chunk, true));
  }

  end(): Ended<Row, Summary> {
    const rows = this.#take(this.#decode(new Uint8Array(0), false));
    if (this.#rest !== '') {
      if (this.#grammar.lastLineNeedsEnd)
        throw this.#refused('FILE_TRUNCATED', 'The last line has no line end: its tail is lost.');
      const row = this.#line(this.#rest);
      if (row !== null) rows.push(row);
    }
    if (this.#hash.digest('hex') !== this.#source.fileId)
      throw this.#refused('FILE_CHANGED', 'Its SHA-256 is not the registered one.');
    return { rows, summary: this.#grammar.end(this.#lines), bytes: this.#bytes, lines: this.#lines };
  }

  #take(text: string): Row[] {
    const rows: Row[] = [];
    const buffer = this.#rest + text;
    let from = 0;
    for (let to = buffer.indexOf('\n'); to >= 0; to = buffer.indexOf('\n', from)) {
      const row = this.#line(buffer.slice(from, to));
      if (row !== null) rows.push(row);
      from = to + 1;
    }
    this.#rest = buffer.slice(from);
    if (this.#rest.length > LINE_CHARACTERS_MAX) this.#tooLong();
    return rows;
  }

  #line(raw: string): Row | null {
    if (raw.length > LINE_CHARACTERS_MAX) this.#tooLong();
    this.#lines += 1;
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (CONTROL.test(text)) {
      const place = { line: this.#lines, column: '' };
      throw refusal('FILE_MALFORMED', this.#source.name, place, 'The line holds a control character.');
    }
    return this.#grammar.line(text, this.#lines);
  }

  #tooLong(): never {
    throw this.#refused('FILE_MALFORMED', `The line is longer than ${LINE_CHARACTERS_MAX} characters.`);
  }

  #decode(chunk: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(chunk, { stream });
    } catch (cause) {
      // What is wrong only at the very end is a character cut in two.
      if (!stream) throw this.#refused('FILE_TRUNCATED', 'The last character is cut in two.', cause);
      throw this.#refused('FILE_ENCODING_WRONG', `It is not ${this.#grammar.encoding} from here on.`, cause);
    }
  }

  #refused(code: Parameters<typeof refusal>[0], reason: string, cause?: unknown) {
    return refusal(code, this.#source.name, { line: this.#lines + 1, column: '' }, reason, cause);
  }
}
