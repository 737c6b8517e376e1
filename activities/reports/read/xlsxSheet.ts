import { cellText } from './cellText.ts';
import { Problem } from '../../../domain/problem.ts';
import { MAX_ROW_CHARACTERS } from './source.ts';
import { COLUMNS_BESIDE, MAX_COLUMNS, MAX_READ_COLUMNS, MAX_ROWS } from './xlsxLimits.ts';
import { cellNumber } from './xlsxNumber.ts';
import { RichText } from './xlsxStrings.ts';
import { damaged } from './xlsxZip.ts';
import type { PartHandler } from './xmlPart.ts';

/** A row of a sheet as far as its last written cell that is read. Cells by 0-based column; one that is not written is empty text. */
export interface SheetRow {
  /** 1-based row of the sheet. */
  row: number;
  texts: string[];
  /** Whether the cell of that column is a number. */
  numbers: boolean[];
  /** What is wrong with a cell, by its 0-based column; null for a row without any. */
  faults: Map<number, string> | null;
}

/**
 * Gathers the rows of a sheet from its elements. Rows and cells may have gaps and may lack their reference; a formula is its stored
 * value. Hidden rows are rows like others; of merged cells only the first one holds the text. A cell far right of the header's last one belongs to no column:
 * it is left out, and a row with nothing else is blank.
 * Throws XLSX_DAMAGED with row and column where rows or cells stand in no order or beyond a sheet's size, ROW_TOO_LARGE.
 */
export class SheetRows implements PartHandler {
  readonly #strings: readonly string[];
  readonly #fileName: string;
  readonly #inline = new RichText();
  #rows: SheetRow[] = [];
  #inData = false;
  #row: SheetRow | null = null;
  #last = 0;
  #lastText = '0';
  #column = -1;
  #type = '';
  #value = '';
  #inValue = false;
  #inCell = false;
  #inInline = false;
  #hasValue = false;
  #hasFormula = false;
  /** Cells from this 0-based column on are left out. */
  #beyond = MAX_READ_COLUMNS;
  #characters = 0;
  readonly #headerRow: number | null;

  /** `headerRow`: 1-based, null where it is not known yet. */
  constructor(strings: readonly string[], fileName: string, headerRow: number | null) {
    this.#strings = strings;
    this.#fileName = fileName;
    this.#headerRow = headerRow;
  }

  /** The rows gathered since the last call. */
  take(): SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Record<string, string>): void {
    if (!this.#inData) {
      if (name === 'sheetData') this.#inData = true;
      return;
    }
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#inValue = this.#hasValue = this.#inCell;
    else if (name === 'f') this.#hasFormula = true;
    else if (name === 'row') this.#openRow(attributes['r']);
    else if (name === 'is') this.#inInline = this.#hasValue = this.#inCell;
    else if (this.#inInline) this.#inline.open(name);
  }

  text(text: string): void {
    if (this.#inValue) this.#value += text;
    else if (this.#inInline) this.#inline.add(text);
    if (this.#value.length > MAX_ROW_CHARACTERS || this.#inline.length > MAX_ROW_CHARACTERS) throw this.#tooLarge();
  }

  close(name: string): void {
    if (!this.#inData) return;
    if (name === 'v') this.#inValue = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') {
      if (this.#row !== null && this.#row.texts.length > 0) this.#rows.push(this.#row);
      if (this.#row?.row === this.#headerRow) this.#beyond = Math.min(this.#row.texts.length + COLUMNS_BESIDE, MAX_READ_COLUMNS);
      this.#row = null;
    } else if (name === 'sheetData') this.#inData = false;
    else if (name === 'is') this.#inInline = false;
    else if (this.#inInline) this.#inline.close(name);
  }

  #openRow(reference: string | undefined): void {
    const row = reference === undefined ? this.#last + 1 : /^[1-9]\d{0,9}$/.test(reference) ? Number(reference) : 0;
    if (row > MAX_ROWS) throw this.#damaged(`its row ${row} lies beyond the ${MAX_ROWS} that a sheet has`, row);
    if (row <= this.#last) throw this.#damaged(`its row ${reference} stands after row ${this.#last}`, this.#last);
    this.#last = row;
    this.#lastText = String(row);
    this.#column = -1;
    this.#characters = 0;
    this.#row = { row, texts: [], numbers: [], faults: null };
  }

  #openCell(attributes: Record<string, string>): void {
    const { r, t } = attributes;
    const column = r === undefined ? this.#column + 1 : columnOf(r, this.#lastText);
    if (column === null || column >= MAX_COLUMNS || column <= this.#column || this.#row === null) {
      throw this.#damaged(`its cell ${r?.slice(0, 20) ?? `after column ${columnName(this.#column)}`} in row ${this.#last} stands in no place that a sheet has`, this.#last);
    }
    this.#column = column;
    this.#type = t ?? 'n';
    this.#inCell = true;
    this.#hasValue = this.#hasFormula = false;
    this.#value = '';
  }

  #closeCell(): void {
    this.#inCell = false;
    if (this.#column >= this.#beyond) {
      this.#inline.take();
      return;
    }
    const type = this.#type;
    let text = '';
    let fault: string | null = null;
    let isNumber = false;
    if (type === 'n') {
      if (this.#value !== '') {
        const number = cellNumber(this.#value);
        [text, isNumber] = [number ?? cellText(this.#value.slice(0, 100)).text, number !== null];
        if (number === null) fault = 'holds a number that is not written as one';
      } else if (this.#hasFormula) fault = 'is a formula without its value; open and save the file in a spreadsheet program';
    } else if (type === 'b') text = this.#value === '' ? '' : /^(1|true)$/.test(this.#value.trim()) ? 'TRUE' : 'FALSE';
    else if (type === 'e') {
      text = cellText(this.#value.slice(0, 40)).text;
      fault = `holds the error ${text} of the spreadsheet`;
    }
    else if (this.#hasFormula && !this.#hasValue) fault = 'is a formula without its value; open and save the file in a spreadsheet program';
    else ({ text, fault } = cellText(type === 's' ? this.#shared() : type === 'inlineStr' ? this.#inline.take() : this.#value));
    if ((text === '' && fault === null) || this.#row === null) return;
    this.#characters += text.length;
    if (this.#characters > MAX_ROW_CHARACTERS) throw this.#tooLarge();
    const { texts, numbers } = this.#row;
    while (texts.length < this.#column) {
      texts.push('');
      numbers.push(false);
    }
    texts.push(text);
    numbers.push(isNumber);
    if (fault !== null) (this.#row.faults ??= new Map()).set(this.#column, fault);
  }

  #shared(): string {
    if (this.#value === '') return '';
    const text = /^\d{1,9}$/.test(this.#value) ? this.#strings[Number(this.#value)] : undefined;
    if (text === undefined) throw this.#damaged(`its cell ${columnName(this.#column)}${this.#last} leads to the shared text ${this.#value.slice(0, 20)}, which there is not`, this.#last);
    return text;
  }

  #tooLarge(): Problem {
    const cell = `${columnName(this.#column)}${this.#last}`;
    return new Problem('ROW_TOO_LARGE', `${this.#fileName} cannot be read: its row ${this.#last} is longer than ${MAX_ROW_CHARACTERS} characters (at cell ${cell}).`, { at: { file: this.#fileName, line: this.#last, column: this.#column + 1, cell } });
  }

  #damaged(what: string, row: number): Problem {
    return damaged(this.#fileName, null, what, { line: row, ...(this.#column < 0 ? {} : { column: this.#column + 1 }) });
  }
}

/** `AB12` in row 12 → 27; null where it is no cell of that row. */
function columnOf(reference: string, row: string): number | null {
  let [column, at] = [0, 0];
  for (; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
    if (column > MAX_COLUMNS) return null;
  }
  if (column === 0 || reference.length !== at + row.length || !reference.endsWith(row)) return null;
  return column - 1;
}

/** 0 → `A`, 27 → `AB`; empty for what is no column. */
export function columnName(column: number): string {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}
