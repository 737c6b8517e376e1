import { Problem } from '../../../domain/problem.ts';
import { footerOf } from '../../../domain/reports/footer.ts';
import type { FileProfile, LineField } from '../../../domain/reports/profile.ts';
import { mappedFields, type SourceRow } from '../../../domain/reports/row.ts';
import { keepFooterSums } from './footerSums.ts';
import { findColumns } from './header.ts';
import { MAX_ROW_CHARACTERS, type ReportSource } from './source.ts';
import { MAX_ROWS_CHARACTERS, PIECE_CHARACTERS } from './xlsxLimits.ts';
import { serialFrom1904 } from './xlsxNumber.ts';
import { columnName, type SheetRow } from './xlsxSheet.ts';
import { bomb } from './xlsxZip.ts';

const TIMES: readonly LineField[] = ['openTime', 'closeTime', 'day', 'month'];

/** The data rows of a sheet: header found, blank rows left out, footer cut off and its sums kept. */
export class XlsxTable {
  readonly #source: ReportSource;
  readonly #profile: FileProfile;
  readonly #fields: LineField[];
  readonly #footer: ReturnType<typeof footerOf>;
  /** By mapped field: whether its numbers are day numbers of the 1904 system. */
  readonly #is1904: boolean[];
  #columns: number[] | null = null;
  #first = 0;
  #characters = 0;
  #ended = false;

  constructor(source: ReportSource, profile: FileProfile, is1904: boolean) {
    this.#source = source;
    this.#profile = profile;
    this.#fields = mappedFields(profile);
    this.#footer = footerOf(profile);
    this.#is1904 = this.#fields.map((field) => is1904 && profile.dateFormat === 'excel' && TIMES.includes(field));
  }

  /** Whether the header has been found. */
  get isOpen(): boolean {
    return this.#columns !== null;
  }

  /** Hands out the data rows among these, some at a time. Throws HEADER_MISSING, ROW_TOO_LARGE, ZIP_BOMB and what `findColumns` throws. */
  *rows(sheetRows: SheetRow[]): Generator<SourceRow[]> {
    let rows: SourceRow[] = [];
    let characters = 0;
    const headerRow = this.#profile.headerRow ?? 1;
    for (const sheetRow of sheetRows) {
      if (sheetRow.row < headerRow) continue;
      if (this.#columns === null) this.#readHeader(sheetRow, headerRow);
      else {
        const row = this.#row(sheetRow, this.#columns);
        if (row === null) continue;
        rows.push(row);
        characters += row.raw.length;
        if (characters < PIECE_CHARACTERS) continue;
        yield rows;
        [rows, characters] = [[], 0];
      }
    }
    if (rows.length > 0) yield rows;
  }

  #readHeader(header: SheetRow, headerRow: number): void {
    const { fileName } = this.#source;
    if (header.row !== headerRow) throw headerMissing(fileName, headerRow);
    try {
      this.#columns = findColumns(header.texts, this.#profile, fileName, headerRow);
    } catch (error) {
      const column = error instanceof Problem ? error.at?.['column'] : undefined;
      if (!(error instanceof Problem) || typeof column !== 'number') throw error;
      throw new Problem(error.code, error.message, { cause: error, at: { ...error.at, cell: `${columnName(column - 1)}${headerRow}` }, ...(error.facts === undefined ? {} : { facts: error.facts }) });
    }
    this.#first = header.texts.findIndex((text) => text !== '');
  }

  #row(sheetRow: SheetRow, columns: number[]): SourceRow | null {
    const { texts, numbers, faults } = sheetRow;
    const footer = this.#footer !== null && this.#footer.test(texts[0] || texts[this.#first] || '');
    if (footer) keepFooterSums(this.#source.stated, this.#profile, columns, sheetRow.row, [0, this.#first], (column) => ({ text: texts[column] ?? '', typed: numbers[column] === true, fault: faults?.get(column) ?? null, cell: `${columnName(column)}${sheetRow.row}` }));
    if (footer || this.#ended) {
      this.#ended = true;
      return null;
    }
    const raw = rawText(texts);
    if (raw.length > MAX_ROW_CHARACTERS) throw new Problem('ROW_TOO_LARGE', `${this.#source.fileName} cannot be read: its row ${sheetRow.row} is longer than ${MAX_ROW_CHARACTERS} characters.`, { at: { file: this.#source.fileName, line: sheetRow.row } });
    this.#characters += raw.length;
    if (this.#characters > MAX_ROWS_CHARACTERS) throw bomb(this.#source.fileName, `its rows have more than ${MAX_ROWS_CHARACTERS} characters`);
    const row: SourceRow = { lineNumber: sheetRow.row, raw, cells: [], typed: 0, damage: null };
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] ?? 0;
      const text = texts[column] ?? '';
      const fault = faults?.get(column);
      if (fault !== undefined) (row.faults ??= new Map()).set(at, fault);
      row.cells.push(fault !== undefined ? '' : this.#is1904[at] === true ? serialFrom1904(text) : text);
      if (numbers[column] === true) row.typed |= 1 << at;
    }
    return row;
  }
}

export function headerMissing(fileName: string, headerRow: number): Problem {
  return new Problem('HEADER_MISSING', `${fileName} has no header in row ${headerRow} of its sheet, which is blank or lies after its end. Check the profile's headerRow and sheet.`, { at: { file: fileName, line: headerRow } });
}

/** Cells as far as the last that has a text, parted by tabs as a spreadsheet copies them: what holds a tab, a line end or a quote is quoted. */
function rawText(cells: string[]): string {
  const last = cells.findLastIndex((text) => text !== '');
  const texts = last === cells.length - 1 ? cells : cells.slice(0, last + 1);
  const joined = texts.join('\t');
  if (!/["\r\n]/.test(joined) && joined.split('\t').length === texts.length) return joined;
  return texts.map((text) => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t');
}
