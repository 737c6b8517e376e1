import { setImmediate } from 'node:timers/promises';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

export interface PdfColumn { title: string; width: number; right?: boolean }
export interface PdfRow {
  cells: readonly string[];
  /** A second line in small print from one of the columns to the right edge. */
  note?: { column: number; text: string };
  strong?: boolean;
  /** Set apart from the row above by more than a hairline. */
  rule?: boolean;
}

const resolve = createRequire(import.meta.url).resolve;
const FONTS = { regular: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf') };
const PAGE = { width: 841.89, height: 595.28, margin: 36, bottom: 548 };
export const PAGE_WIDTH = PAGE.width - 2 * PAGE.margin;
const INK = '#1b1f24';
const MUTED = '#5b6470';
const HAIRLINE = '#d5dae0';
const HEAD = '#edf0f3';
const PAD = 4;
const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

type Face = keyof typeof FONTS;

/**
 * Landscape A4 pages with headings and tables whose head is repeated on each page. The fonts are embedded, so that any
 * Latin, Greek or Cyrillic name and any sign prints the same everywhere; the same content gives the same bytes.
 */
export class PdfSheet {
  readonly #doc: PDFKit.PDFDocument;
  readonly #chunks: Buffer[] = [];
  readonly #footer: string;
  readonly #widths = new Map<string, number>();
  #y = PAGE.margin;
  #face: Face = 'regular';
  #size = 0;

  /** `madeAt`: ISO instant written into the file. */
  constructor(options: { title: string; footer: string; madeAt: string }) {
    const made = new Date(options.madeAt);
    this.#footer = plainText(options.footer);
    this.#doc = new PDFDocument({
      size: [PAGE.width, PAGE.height], margin: 0, autoFirstPage: false, bufferPages: true, lang: 'en', displayTitle: true,
      info: { Title: plainText(options.title), Producer: 'Cashback', Creator: 'Cashback', CreationDate: made, ModDate: made },
    });
    this.#doc.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    for (const [name, file] of Object.entries(FONTS)) this.#doc.registerFont(name, file);
    this.#doc.addPage();
  }

  heading(text: string, size = 11): void {
    this.#room(size + 40);
    this.#y += size === 11 ? 12 : 0;
    this.#text('bold', size, text, PAGE.margin, this.#y, PAGE_WIDTH);
    this.#y += size * 1.6;
  }

  /** A name and what it says, in one line. */
  fact(name: string, value: string): void {
    this.#room(14);
    this.#text('regular', 8.5, name, PAGE.margin, this.#y, 100, MUTED);
    this.#text('regular', 8.5, value, PAGE.margin + 104, this.#y, PAGE_WIDTH - 104);
    this.#y += 13;
  }

  /** Small print over the width of the page, broken between words. */
  note(text: string): void {
    let line = '';
    const write = (): void => {
      this.#room(12);
      this.#text('regular', 7.5, line, PAGE.margin, this.#y, PAGE_WIDTH, MUTED);
      this.#y += 11;
    };
    for (const word of text.split(' ')) {
      if (line !== '' && this.#width('regular', 7.5, `${line} ${word}`) > PAGE_WIDTH) {
        write();
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    write();
  }

  /** Width of a column that takes each of `amounts`, print of `size`; digits are all as wide as each other, and a minus is no wider. */
  widest(amounts: readonly string[], size: number): number {
    const longest = amounts.reduce((length, amount) => Math.max(length, amount.length), 0);
    return this.width('0'.repeat(longest), size);
  }

  /** Width of a column for this text. */
  width(text: string, size: number, face: Face = 'bold'): number {
    return this.#width(face, size, text) + 2 * PAD;
  }

  /** Gives way to other requests every few rows. */
  async table(columns: readonly PdfColumn[], rows: readonly PdfRow[], size = 8): Promise<void> {
    const height = size + 6;
    const starts = columns.map((_, i) => PAGE.margin + columns.slice(0, i).reduce((sum, column) => sum + column.width, 0));
    const cell = (face: Face, size: number, text: string, i: number, y: number, colour = INK): void => {
      const { width, right } = columns[i]!;
      const inner = width - 2 * PAD;
      const shown = this.#fit(face, size, text, inner);
      if (shown !== '') this.#text(face, size, shown, right ? starts[i]! + PAD + inner - this.#width(face, size, shown) : starts[i]! + PAD, y, inner, colour);
    };
    const head = (): void => {
      this.#doc.rect(PAGE.margin, this.#y, PAGE_WIDTH, height + 2).fill(HEAD);
      for (const [i, column] of columns.entries()) cell('bold', size, column.title, i, this.#y + 4);
      this.#y += height + 2;
    };
    this.#room(2 * height + 24);
    head();
    for (const [no, row] of rows.entries()) {
      if (no % 20 === 19) await setImmediate();
      const tall = height + (row.note ? size + 2 : 0);
      if (this.#y + tall > PAGE.bottom) {
        this.#page();
        head();
      }
      if (no > 0) this.#doc.moveTo(PAGE.margin, this.#y).lineTo(PAGE.margin + PAGE_WIDTH, this.#y).lineWidth(row.rule ? 0.9 : 0.4).stroke(row.rule ? MUTED : HAIRLINE);
      for (const [i, text] of row.cells.entries()) cell(row.strong ? 'bold' : 'regular', size, text, i, this.#y + 3);
      if (row.note) {
        const x = starts[row.note.column]! + PAD;
        this.#text('regular', size - 1.5, row.note.text, x, this.#y + 3 + size + 2.5, PAGE.margin + PAGE_WIDTH - PAD - x, MUTED);
      }
      this.#y += tall;
    }
    this.#y += 8;
  }

  /** Numbers the pages and ends the file. */
  async finish(): Promise<Buffer> {
    const { count } = this.#doc.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.#doc.switchToPage(page);
      this.#face = 'regular';
      this.#size = 0;
      const number = `Page ${page + 1} of ${count}`;
      this.#text('regular', 7.5, this.#footer, PAGE.margin, PAGE.height - 32, PAGE_WIDTH - 100, MUTED);
      this.#text('regular', 7.5, number, PAGE.margin + PAGE_WIDTH - this.#width('regular', 7.5, number), PAGE.height - 32, 100, MUTED);
      if (page % 20 === 19) await setImmediate();
    }
    const ended = new Promise((resolve) => this.#doc.once('end', resolve));
    this.#doc.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }

  #page(): void {
    this.#doc.addPage();
    this.#size = 0;
    this.#y = PAGE.margin;
  }

  #room(height: number): void {
    if (this.#y + height > PAGE.bottom) this.#page();
  }

  #use(face: Face, size: number): void {
    if (face !== this.#face || size !== this.#size) this.#doc.font(face).fontSize(size);
    [this.#face, this.#size] = [face, size];
  }

  #width(face: Face, size: number, text: string): number {
    const key = `${face}\n${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      this.#use(face, size);
      width = this.#doc.widthOfString(plainText(text)) / size;
      this.#widths.set(key, width);
    }
    return width * size;
  }

  #fit(face: Face, size: number, text: string, width: number): string {
    if (this.#width(face, size, text) <= width) return text;
    const letters = Array.from(LETTERS.segment(text), ({ segment }) => segment);
    let [fits, tooLong] = [0, letters.length];
    while (tooLong - fits > 1) {
      const half = Math.floor((fits + tooLong) / 2);
      if (this.#width(face, size, `${letters.slice(0, half).join('')}…`) <= width) fits = half;
      else tooLong = half;
    }
    return `${letters.slice(0, fits).join('').trimEnd()}…`;
  }

  #text(face: Face, size: number, text: string, x: number, y: number, width: number, colour = INK): void {
    const shown = this.#fit(face, size, text, width);
    this.#use(face, size);
    this.#doc.fillColor(colour).text(plainText(shown), x, y, { lineBreak: false });
  }
}

/** Without control characters and the invisible marks that turn the direction of text. */
function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
