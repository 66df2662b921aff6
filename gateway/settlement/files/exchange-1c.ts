/** The text format in which Russian accounting programs and banks exchange orders and statements, 1CClientBankExchange:
 *  its sections, before anybody asks what they say.
 *
 *  Shape   1CClientBankExchange, `key=value` lines, СекцияРасчСчет…КонецРасчСчет, СекцияДокумент=…КонецДокумента, КонецФайла
 *  Units   windows-1251; dates дд.мм.гггг; amounts decimal with a point
 *  Errors  FILE_* : the whole file, with the place; without КонецФайла it is truncated
 *  Source  v8.1c.ru, standard of exchange with client-bank systems, version 1.03 (1.01 and 1.02 have fewer keys) */
import { type CellLine, dayExists, fault, text } from './cells.ts';
import type { LineGrammar } from './reading.ts';
import { type FileSource, refusal } from './source.ts';

export const EXCHANGE_MARK = '1CClientBankExchange';

/** The `key=value` lines of one section; `line` is where it begins. */
export type Section = CellLine;

export interface ExchangeDocument {
  /** What stands after СекцияДокумент=. */
  readonly kind: string;
  readonly section: Section;
}

const KEY = /^([А-Яа-яЁёA-Za-z][А-Яа-яЁёA-Za-z0-9_]{0,63})=(.*)$/;
const VERSIONS = ['1.01', '1.02', '1.03'];

/** Takes the lines apart; a reader of orders or statements says what a document becomes. */
export abstract class ExchangeGrammar<Row, Summary> implements LineGrammar<Row, Summary> {
  readonly encoding = 'windows-1251';
  // КонецФайла is the mark of the end.
  readonly lastLineNeedsEnd = false;
  protected readonly source: FileSource;
  #state: 'mark' | 'head' | 'account' | 'document' | 'between' | 'ended' = 'mark';
  readonly #head = new Map<string, string>();
  readonly #headLines = new Map<string, number>();
  #cells = new Map<string, string>();
  #lines = new Map<string, number>();
  #start = 0;
  #kind = '';

  constructor(source: FileSource) {
    this.source = source;
  }

  /** The lines before the first section. */
  protected abstract headOf(head: Section): void;
  protected abstract account(section: Section): void;
  protected abstract document(document: ExchangeDocument): Row | null;
  /** After КонецФайла, with the file's last line. */
  protected abstract summary(lines: number): Summary;

  line(raw: string, number: number): Row | null {
    const line = raw.trimEnd();
    if (this.#state === 'mark') {
      if (line !== EXCHANGE_MARK)
        throw this.refused('FILE_KIND_UNKNOWN', number, '', `The first line is not ${EXCHANGE_MARK}.`);
      this.#state = 'head';
      return null;
    }
    if (line === '') return null;
    if (this.#state === 'ended')
      throw this.refused('FILE_MALFORMED', number, '', 'A line stands after КонецФайла.');
    if (this.#state === 'account' || this.#state === 'document') return this.#inside(line, number);
    return this.#outside(line, number);
  }

  end(lines: number): Summary {
    if (this.#state !== 'ended')
      throw this.refused('FILE_TRUNCATED', lines, 'КонецФайла', 'The last line is not КонецФайла.');
    return this.summary(lines);
  }

  protected refused(code: Parameters<typeof refusal>[0], line: number, column: string, reason: string) {
    return refusal(code, this.source.name, { line, column }, reason);
  }

  #outside(line: string, number: number): null {
    const opens = /^СекцияДокумент=(.*)$/.exec(line);
    if (line === 'СекцияРасчСчет' || opens !== null || line === 'КонецФайла') {
      if (this.#state === 'head') this.#closeHead(number);
      this.#state = line === 'КонецФайла' ? 'ended' : opens === null ? 'account' : 'document';
      this.#kind = opens?.[1]?.trim() ?? '';
      this.#cells = new Map();
      this.#lines = new Map();
      this.#start = number;
      return null;
    }
    if (this.#state !== 'head')
      throw this.refused('FILE_MALFORMED', number, '', 'A line stands outside of any section.');
    // A heading line may repeat: Документ= names each kind of document asked for.
    this.#put(this.#head, this.#headLines, line, number, ['Документ', 'РасчСчет']);
    return null;
  }

  #inside(line: string, number: number): Row | null {
    const closing = this.#state === 'account' ? 'КонецРасчСчет' : 'КонецДокумента';
    if (line !== closing) {
      this.#put(this.#cells, this.#lines, line, number, []);
      return null;
    }
    const [cells, lines] = [this.#cells, this.#lines];
    const section: Section = { file: this.source.name, line: this.#start, cells, lines };
    const account = this.#state === 'account';
    this.#state = 'between';
    if (!account) return this.document({ kind: this.#kind, section });
    this.account(section);
    return null;
  }

  #put(
    cells: Map<string, string>,
    lines: Map<string, number>,
    line: string,
    number: number,
    mayRepeat: readonly string[],
  ): void {
    const match = KEY.exec(line);
    const [, key = '', value = ''] = match ?? [];
    if (match === null) throw this.refused('FILE_MALFORMED', number, '', 'The line is not key=value.');
    if (cells.has(key) && !mayRepeat.includes(key))
      throw this.refused('FILE_MALFORMED', number, key, 'The key stands twice in its section.');
    cells.set(key, value.trim());
    lines.set(key, number);
  }

  #closeHead(number: number): void {
    const head: Section = {
      file: this.source.name,
      line: number,
      cells: this.#head,
      lines: this.#headLines,
    };
    const version = head.cells.get('ВерсияФормата');
    if (version === undefined)
      throw fault(head, 'ВерсияФормата', 'Missing: is the file in windows-1251?', 'FILE_ENCODING_WRONG');
    if (!VERSIONS.includes(version))
      throw fault(head, 'ВерсияФормата', `Not one of ${VERSIONS.join(', ')}.`, 'FILE_KIND_UNKNOWN');
    if (head.cells.get('Кодировка') !== 'Windows')
      throw fault(head, 'Кодировка', 'Only Windows is read.', 'FILE_ENCODING_WRONG');
    this.headOf(head);
  }
}

/** `22.11.2026` as `2026-11-22`. */
export function exchangeDate(at: Section, key: string): string {
  const match = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(text(at, key));
  const date = match === null ? '' : `${match[3]}-${match[2]}-${match[1]}`;
  if (!dayExists(date)) throw fault(at, key, 'Not a day like 22.11.2026.');
  return date;
}

export function exchangeDateText(date: string): string {
  return `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}
