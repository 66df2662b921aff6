/** Carries out printing commands on paper. Knows nothing of faults, links or time. */
import QRCode from 'qrcode';
import { type CodePages, characterTable, decodeHan, EPSON_CODE_PAGES, hanLength } from './code-pages.ts';
import type { Align, Command } from './commands.ts';
import type { Cell, DrawerKick, PaperError, PaperItem, Placed, Receipt } from './paper.ts';

export interface MechanismOptions {
  /** 576 for 80 mm paper, 384 for 58 mm. */
  readonly widthDots: number;
  readonly codePages?: CodePages;
  /** Some models with a Chinese ROM start with it on, and then Cyrillic needs `FS .` first. */
  readonly hanModeAtReset?: boolean;
}

const DEFAULT_LINE_DOTS = 30;
const ITEM_LIMIT = 20_000;
const ERROR_LIMIT = 1_000;
const QR_LIMIT_BYTES = 7_089;
const CORRECTIONS = ['L', 'M', 'Q', 'H'] as const;
const FONT = { A: { width: 12, height: 24 }, B: { width: 9, height: 17 } } as const;
const HAN_DOTS = 24;

interface Style {
  page: string;
  align: Align;
  bold: boolean;
  underline: boolean;
  invert: boolean;
  font: 'A' | 'B';
  scaleX: number;
  scaleY: number;
  lineDots: number;
  leftDots: number;
  areaDots: number;
  han: boolean;
  qrModuleDots: number;
  qrCorrection: number;
  qrData: Uint8Array;
  barcodeDots: number;
}

export class Mechanism {
  readonly #options: MechanismOptions;
  readonly #characters = new Map<string, readonly (string | null)[]>();
  #style: Style;
  #cells: Cell[] = [];
  #x = 0;
  #hanBytes: number[] = [];
  #items: PaperItem[] = [];
  #errors: PaperError[] = [];
  #kicks: DrawerKick[] = [];

  constructor(options: MechanismOptions) {
    this.#options = options;
    this.#style = freshStyle(options);
  }

  /** True when something has been printed since the last cut. */
  get hasPaper(): boolean {
    return this.#cells.length > 0 || this.#items.some((item) => item.kind !== 'feed');
  }

  /** The receipt that this command cut off, else null. */
  run(command: Command): Receipt | null {
    const style = this.#style;
    if (command.kind !== 'text') this.#dropHalfHan();
    switch (command.kind) {
      case 'text':
        for (const byte of command.bytes) this.#printByte(byte);
        return null;
      case 'lineFeed':
        this.#endLine();
        return null;
      case 'tab':
        this.#x = (Math.floor(this.#x / 96) + 1) * 96;
        return null;
      case 'reset':
        this.#endLineIfAny();
        this.#style = freshStyle(this.#options);
        return null;
      case 'codePage':
        this.#selectPage(command.page);
        return null;
      case 'align':
        // The alignment of a line is settled at its beginning.
        if (this.#cells.length === 0) style.align = command.align;
        else this.#fail('alignment inside a line', new Uint8Array(0));
        return null;
      case 'bold':
        style.bold = command.on;
        return null;
      case 'underline':
        style.underline = command.on;
        return null;
      case 'invert':
        style.invert = command.on;
        return null;
      case 'printMode':
        style.font = (command.mode & 1) === 0 ? 'A' : 'B';
        style.bold = (command.mode & 8) !== 0;
        style.scaleY = (command.mode & 16) === 0 ? 1 : 2;
        style.scaleX = (command.mode & 32) === 0 ? 1 : 2;
        style.underline = (command.mode & 128) !== 0;
        return null;
      case 'size':
        style.scaleX = command.width;
        style.scaleY = command.height;
        return null;
      case 'font':
        style.font = command.font;
        return null;
      case 'feedLines':
        this.#endLineIfAny();
        this.#add({ kind: 'feed', dots: command.lines * style.lineDots });
        return null;
      case 'feedDots':
        this.#endLineIfAny();
        this.#add({ kind: 'feed', dots: command.dots });
        return null;
      case 'lineSpacing':
        style.lineDots = command.dots ?? DEFAULT_LINE_DOTS;
        return null;
      case 'leftMargin':
        style.leftDots = Math.min(command.dots, this.#options.widthDots - 1);
        return null;
      case 'printWidth':
        style.areaDots = command.dots;
        return null;
      case 'moveTo':
        this.#x = command.dots;
        return null;
      case 'hanMode':
        style.han = command.on;
        return null;
      case 'qrModel':
        if (command.model !== 2 && command.model !== 1) this.#fail('QR model', new Uint8Array(0));
        return null;
      case 'qrModuleDots':
        if (command.dots >= 1 && command.dots <= 16) style.qrModuleDots = command.dots;
        else this.#fail('QR module size', Uint8Array.of(command.dots));
        return null;
      case 'qrCorrection':
        if (CORRECTIONS[command.level] !== undefined) style.qrCorrection = command.level;
        else this.#fail('QR correction level', Uint8Array.of(command.level & 255));
        return null;
      case 'qrStore':
        style.qrData = command.data.slice(0, QR_LIMIT_BYTES);
        return null;
      case 'qrPrint':
        this.#printQr();
        return null;
      case 'raster':
        this.#endLineIfAny();
        this.#add({ ...command, ...this.#placed() });
        return null;
      case 'barcodeHeight':
        style.barcodeDots = command.dots;
        return null;
      case 'barcode':
        this.#endLineIfAny();
        this.#add({
          kind: 'barcode',
          content: Buffer.from(command.data).toString('latin1'),
          heightDots: style.barcodeDots,
          ...this.#placed(),
        });
        return null;
      case 'cut':
        this.#endLineIfAny();
        if (command.feedDots > 0) this.#add({ kind: 'feed', dots: command.feedDots });
        return this.#takeReceipt(command.cut);
      case 'drawer':
        this.#kicks.push({ pin: command.pin, onMs: command.onMs, offMs: command.offMs });
        return null;
      case 'unknown':
        this.#fail(command.reason, command.bytes);
        return null;
      default:
        return null;
    }
  }

  /** Tears off what is there, for a printer without a cutter; null when there is nothing. */
  tear(): Receipt | null {
    this.#endLineIfAny();
    return this.hasPaper ? this.#takeReceipt('torn') : null;
  }

  #takeReceipt(end: Receipt['end']): Receipt {
    const receipt: Receipt = {
      widthDots: this.#options.widthDots,
      items: this.#items,
      end,
      drawerKicks: this.#kicks,
      errors: this.#errors,
    };
    this.#items = [];
    this.#kicks = [];
    this.#errors = [];
    return receipt;
  }

  #printByte(byte: number): void {
    if (!this.#style.han || (this.#hanBytes.length === 0 && byte < 0x80)) {
      const text = this.#charactersOf(this.#style.page)[byte] ?? null;
      if (text === null) this.#fail(`no character in ${this.#style.page}`, Uint8Array.of(byte));
      this.#printCell(text ?? '\u25A1', FONT[this.#style.font].width, FONT[this.#style.font].height);
      return;
    }
    this.#hanBytes.push(byte);
    const length = hanLength(this.#hanBytes[0] ?? 0, this.#hanBytes[1]);
    if (length === null || this.#hanBytes.length < length) return;
    const bytes = Uint8Array.from(this.#hanBytes);
    this.#hanBytes = [];
    const text = decodeHan(bytes);
    if (text === null) this.#fail('no character in GB18030', bytes);
    this.#printCell(text ?? '\u25A1', HAN_DOTS, HAN_DOTS);
  }

  #printCell(text: string, cellWidth: number, cellHeight: number): void {
    const { scaleX, scaleY, bold, underline, invert } = this.#style;
    const widthDots = cellWidth * scaleX;
    if (this.#x + widthDots > this.#placed().areaDots && this.#cells.length > 0) this.#endLine();
    const heightDots = cellHeight * scaleY;
    this.#cells.push({ text, x: this.#x, widthDots, heightDots, scaleX, scaleY, bold, underline, invert });
    this.#x += widthDots;
  }

  #endLineIfAny(): void {
    if (this.#cells.length > 0) this.#endLine();
  }

  #endLine(): void {
    const tallest = this.#cells.reduce((most, cell) => Math.max(most, cell.heightDots), 0);
    const advanceDots = Math.max(this.#style.lineDots, tallest);
    this.#add(
      this.#cells.length === 0
        ? { kind: 'feed', dots: advanceDots }
        : { kind: 'line', cells: this.#cells, advanceDots, ...this.#placed() },
    );
    this.#cells = [];
    this.#x = 0;
  }

  #printQr(): void {
    const { qrData, qrModuleDots: moduleDots } = this.#style;
    const correction = CORRECTIONS[this.#style.qrCorrection] ?? 'L';
    this.#endLineIfAny();
    try {
      const { modules } = QRCode.create([{ data: qrData, mode: 'byte' }], {
        errorCorrectionLevel: correction,
      });
      const rows = Array.from({ length: modules.size }, (_, y) =>
        Array.from({ length: modules.size }, (_, x) => modules.get(y, x) === 1),
      );
      if (modules.size * moduleDots > this.#placed().areaDots) {
        this.#fail('QR code wider than the paper', qrData.slice(0, 16));
        return;
      }
      this.#add({ kind: 'qr', data: qrData, correction, moduleDots, modules: rows, ...this.#placed() });
    } catch {
      // A real printer prints nothing when the data does not fit; the error says so here.
      this.#fail('QR data cannot be encoded', qrData.slice(0, 16));
    }
  }

  #charactersOf(page: string): readonly (string | null)[] {
    const known = this.#characters.get(page) ?? characterTable(page);
    this.#characters.set(page, known);
    return known;
  }

  #selectPage(page: number): void {
    const encoding = (this.#options.codePages ?? EPSON_CODE_PAGES).get(page);
    if (encoding === undefined) this.#fail('code page not in this printer', Uint8Array.of(page));
    else this.#style.page = encoding;
  }

  #placed(): Placed {
    const { align, leftDots, areaDots } = this.#style;
    return { align, leftDots, areaDots: Math.min(areaDots, this.#options.widthDots - leftDots) };
  }

  #dropHalfHan(): void {
    if (this.#hanBytes.length === 0) return;
    this.#fail('half a GB18030 character', Uint8Array.from(this.#hanBytes));
    this.#hanBytes = [];
  }

  #add(item: PaperItem): void {
    if (this.#items.length >= ITEM_LIMIT) this.#fail('receipt too long', new Uint8Array(0));
    else this.#items.push(item);
  }

  #fail(reason: string, bytes: Uint8Array): void {
    if (this.#errors.length < ERROR_LIMIT)
      this.#errors.push({ reason, hex: Buffer.from(bytes).toString('hex') });
  }
}

function freshStyle(options: MechanismOptions): Style {
  return {
    page: 'cp437',
    align: 'left',
    bold: false,
    underline: false,
    invert: false,
    font: 'A',
    scaleX: 1,
    scaleY: 1,
    lineDots: DEFAULT_LINE_DOTS,
    leftDots: 0,
    areaDots: options.widthDots,
    han: options.hanModeAtReset ?? false,
    qrModuleDots: 3,
    qrCorrection: 0,
    qrData: new Uint8Array(0),
    barcodeDots: 60,
  };
}
