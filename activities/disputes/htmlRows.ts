import { Parser } from 'htmlparser2';
import { Problem } from '../../domain/problem.ts';

/** A cell of a table: its text with spaces made plain and trimmed. */
export interface HtmlCell {
  text: string;
  /** Not shown on the page (MT5 keeps a position's comment there). */
  hidden: boolean;
  /** The cell's tool tip (MT4 keeps a trade's comment there). */
  title: string;
}

/** More than any statement has: some years of a busy robot. */
export const MAX_ROWS = 300_000;
export const MAX_CELLS = 64;
export const MAX_TEXT = 20_000;

/**
 * Hands out the rows of a page's tables as they pass, and gathers the page's title and the text before its first table. Nothing of the page is run,
 * loaded or kept. Throws STATEMENT_TOO_LARGE.
 */
export class HtmlRows {
  /** Content of `<title>`. */
  title = '';
  /** Text before the first table. */
  preface = '';
  rows = 0;
  readonly #each: (cells: HtmlCell[], row: number) => void;
  readonly #parser: Parser;
  #cells: HtmlCell[] | null = null;
  #cell: HtmlCell | null = null;
  #skipping = 0;
  #inTitle = false;
  #tables = 0;

  constructor(each: (cells: HtmlCell[], row: number) => void) {
    this.#each = each;
    this.#parser = new Parser({ onopentag: (name, attributes) => this.#open(name, attributes), ontext: (text) => this.#text(text), onclosetag: (name) => this.#close(name) }, { decodeEntities: true });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.end();
    this.#endRow();
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === 'script' || name === 'style') this.#skipping++;
    else if (name === 'title') this.#inTitle = true;
    else if (name === 'table') this.#tables++;
    else if (name === 'br' && this.#cell !== null) this.#cell.text += ' ';
    else if (name === 'tr') {
      this.#endRow();
      this.#cells = [];
    } else if ((name === 'td' || name === 'th') && this.#cells !== null) {
      if (this.#cells.length >= MAX_CELLS) throw tooLarge(`row ${this.rows + 1} has more than ${MAX_CELLS} cells`);
      this.#cell = { text: '', hidden: /(?:^|\s)hidden(?:\s|$)/.test(attributes['class'] ?? ''), title: (attributes['title'] ?? '').slice(0, MAX_TEXT) };
      this.#cells.push(this.#cell);
    }
  }

  #text(text: string): void {
    if (this.#skipping > 0) return;
    if (this.#inTitle) this.title = added(this.title, text);
    else if (this.#cell !== null) this.#cell.text = added(this.#cell.text, text);
    else if (this.#tables === 0) this.preface = added(this.preface, text);
  }

  #close(name: string): void {
    if (name === 'script' || name === 'style') this.#skipping = Math.max(0, this.#skipping - 1);
    else if (name === 'title') this.#inTitle = false;
    else if (name === 'td' || name === 'th') this.#cell = null;
    else if (name === 'tr' || name === 'table') this.#endRow();
  }

  #endRow(): void {
    const cells = this.#cells;
    this.#cells = this.#cell = null;
    if (cells === null || cells.length === 0) return;
    if (++this.rows > MAX_ROWS) throw tooLarge(`it has more than ${MAX_ROWS} rows`);
    for (const cell of cells) cell.text = cell.text.replace(/[\s\u00a0]+/g, ' ').trim();
    this.#each(cells, this.rows);
  }
}

function added(text: string, more: string): string {
  if (text.length + more.length > MAX_TEXT) throw tooLarge(`a text is longer than ${MAX_TEXT} characters`);
  return text + more;
}

export function tooLarge(what: string): Problem {
  return new Problem('STATEMENT_TOO_LARGE', `The statement cannot be read: ${what}. Save it for a shorter time and hand that in.`);
}
