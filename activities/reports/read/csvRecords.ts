import { Problem } from '../../../domain/problem.ts';
import { MAX_ROW_CHARACTERS } from './source.ts';

export interface CsvRecord {
  lineNumber: number;
  /** As it stands in the text, without its line end. */
  raw: string;
  /** Unquoted, untrimmed; line ends inside quotes are `\n`. */
  cells: string[];
  damage: string | null;
}

/**
 * Splits text that arrives in pieces into records with their physical line numbers and exact text. LF, CRLF and CR end
 * a line, also mixed. A quote counts only at the beginning of a cell. The file is refused where it is unclear which lines belong
 * together: CSV_QUOTE_UNCLOSED, CSV_QUOTE_MISPLACED, ROW_TOO_LARGE, each with line and column.
 */
export class CsvRecords {
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #fileName: string;
  #rest = '';
  #line = 1;

  constructor(delimiter: string, quote: string, fileName: string) {
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#fileName = fileName;
  }

  /** 1-based physical line at which the next record begins. */
  get line(): number {
    return this.#line;
  }

  /** Adds text without taking records from it yet. */
  push(text: string): void {
    this.#rest = this.#rest === '' ? text : this.#rest + text;
  }

  /** Takes one physical line as it is, whatever quotes it has; null where it is not complete. */
  takeLine(final: boolean): string | null {
    const line = this.peekLine(final);
    if (line === null) return null;
    this.#rest = this.#rest.slice(this.#after(line.length));
    this.#line++;
    return line;
  }

  /** Looks at the next physical line without taking it. */
  peekLine(final: boolean): string | null {
    const end = this.#lineEnd(0, final);
    if (end !== null) return final && this.#rest === '' ? null : this.#rest.slice(0, end);
    this.#limit(this.#rest.length);
    return null;
  }

  /** Takes every complete record, at most `limit`; with `final` the last one needs no line end. */
  take(final: boolean, limit = Number.POSITIVE_INFINITY): CsvRecord[] {
    const records: CsvRecord[] = [];
    const text = this.#rest;
    const quote = this.#quote;
    let [at, lf, cr, quoted] = [0, -1, -1, quote === '' ? Number.POSITIVE_INFINITY : -1];
    while (at < text.length && records.length < limit) {
      if (lf < at) lf = place(text, '\n', at);
      if (cr < at) cr = place(text, '\r', at);
      if (quoted < at) quoted = place(text, quote, at);
      const end = Math.min(lf, cr);
      if (quoted < end) {
        const next = this.#quotedRecord(at, final, records);
        if (next === null) break;
        at = next;
        continue;
      }
      if (end === Number.POSITIVE_INFINITY ? !final : end === text.length - 1 && end === cr && !final) break;
      const stop = end === Number.POSITIVE_INFINITY ? text.length : end;
      const raw = text.slice(at, stop);
      this.#limit(raw.length);
      records.push({ lineNumber: this.#line++, raw, cells: raw.split(this.#delimiter), damage: null });
      at = this.#after(stop);
    }
    this.#rest = at === 0 ? text : text.slice(at);
    this.#limit(this.#rest.length);
    return records;
  }

  /** Reads the record at `start` that has a quote; returns where the next one begins, null where more text is needed. */
  #quotedRecord(start: number, final: boolean, records: CsvRecord[]): number | null {
    const text = this.#rest;
    const quote = this.#quote;
    const cells: string[] = [];
    let damage: string | null = null;
    let [at, lines] = [start, 0];
    for (;;) {
      let cell = '';
      let cellEnd: number;
      if (text.startsWith(quote, at)) {
        const opened = at;
        const openedLine = this.#line + lines;
        let from = at + 1;
        let close: number;
        for (;;) {
          close = text.indexOf(quote, from);
          if (close < 0) {
            if (!final && text.length - start <= MAX_ROW_CHARACTERS) return null;
            const place = column(text, start, opened);
            throw this.#refuse('CSV_QUOTE_UNCLOSED', `a quote opened in line ${openedLine}, column ${place}, is never closed`, openedLine, place);
          }
          if (close === text.length - 1 && !final) return null;
          if (!text.startsWith(quote, close + 1)) break;
          from = close + 2;
        }
        const inside = text.slice(opened + 1, close);
        cell = inside.includes(quote) ? inside.replaceAll(quote + quote, quote) : inside;
        const breaks = cell.includes('\n') || cell.includes('\r') ? (cell.match(/\r\n|\r|\n/g) ?? []).length : 0;
        if (breaks > 0) cell = cell.replace(/\r\n?/g, '\n');
        lines += breaks;
        const end = this.#cellEnd(close + 1, final);
        if (end === null) return null;
        cellEnd = end;
        if (end > close + 1) {
          if (lines > 0) {
            const [line, place] = [this.#line + lines, column(text, start, close + 1)];
            throw this.#refuse('CSV_QUOTE_MISPLACED', `line ${line}, column ${place}, has text after a closing quote, in a row begun in line ${this.#line}; a quote may be missing before it`, line, place);
          }
          damage ??= `Cell ${cells.length + 1} has text after its closing quote.`;
          cell += text.slice(close + 1, end);
        }
      } else {
        const end = this.#cellEnd(at, final);
        if (end === null) return null;
        cellEnd = end;
        cell = text.slice(at, end);
      }
      cells.push(cell);
      if (!text.startsWith(this.#delimiter, cellEnd)) {
        const raw = text.slice(start, cellEnd);
        this.#limit(raw.length);
        records.push({ lineNumber: this.#line, raw, cells, damage });
        this.#line += lines + 1;
        return this.#after(cellEnd);
      }
      at = cellEnd + 1;
    }
  }

  /** Where the cell that continues at `at` ends: at a delimiter, a line end or the end of the text. */
  #cellEnd(at: number, final: boolean): number | null {
    const text = this.#rest;
    for (let end = at; end < text.length; end++) {
      const character = text[end];
      if (character === this.#delimiter || character === '\n') return end;
      if (character === '\r') return end === text.length - 1 && !final ? null : end;
    }
    return final ? text.length : null;
  }

  #lineEnd(at: number, final: boolean): number | null {
    const end = Math.min(place(this.#rest, '\n', at), place(this.#rest, '\r', at));
    if (end === Number.POSITIVE_INFINITY) return final ? this.#rest.length : null;
    return this.#rest[end] === '\r' && end === this.#rest.length - 1 && !final ? null : end;
  }

  #after(end: number): number {
    return this.#rest.startsWith('\r\n', end) ? end + 2 : end + 1;
  }

  #limit(length: number): void {
    if (length > MAX_ROW_CHARACTERS) throw this.#refuse('ROW_TOO_LARGE', `the row in line ${this.#line} is longer than ${MAX_ROW_CHARACTERS} characters; a quote may be missing, or the delimiter be another`, this.#line, 1);
  }

  #refuse(code: string, what: string, line: number, place: number): Problem {
    return new Problem(code, `${this.#fileName} cannot be read: ${what}.`, { at: { file: this.#fileName, line, column: place } });
  }
}

function place(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** 1-based column of `at` in its physical line, of the record that begins at `start`. */
function column(text: string, start: number, at: number): number {
  const before = text.slice(start, at);
  return before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
}
