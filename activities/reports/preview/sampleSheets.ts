import { Problem } from '../../../domain/problem.ts';
import type { SampleRecord } from '../../../domain/reports/suggest/records.ts';
import { openBook } from '../read/xlsxBook.ts';
import { SheetRows, type SheetRow } from '../read/xlsxSheet.ts';
import { readSharedStrings } from '../read/xlsxStrings.ts';
import { XlsxZip } from '../read/xlsxZip.ts';
import { spool } from '../read/spool.ts';
import { walkPart } from '../read/xmlPart.ts';

/** `place` from 1; `typed`: of each record, which cells are numbers. */
export interface SampleSheet { place: number; name: string; records: SampleRecord[]; typed: boolean[][] }

const MOST_SHEETS = 20;
const MOST_ROWS = 20_000;
/** Cells of all sheets that are held, empty ones included. */
const MOST_CELLS = 4_000_000;

/** The first rows of each sheet of a workbook, all as wide as the widest. */
export async function sampleSheets(bytes: Buffer, fileName: string): Promise<SampleSheet[]> {
  const zip = await XlsxZip.open(await spool((async function* () { yield bytes; })()), fileName);
  try {
    const sheets: SampleSheet[] = [];
    let strings: string[] | null = null;
    let left = MOST_CELLS;
    for (let place = 1; place <= MOST_SHEETS; place++) {
      let book;
      try {
        book = await openBook(zip, place);
      } catch (error) {
        if (place > 1 && error instanceof Problem && error.code === 'SHEET_MISSING') break;
        throw error;
      }
      strings ??= book.stringsPart === null || !zip.has(book.stringsPart) ? [] : await readSharedStrings(zip, book.stringsPart);
      const found: SheetRow[] = [];
      let width = 0;
      const isFull = (next: SheetRow[]): boolean => {
        for (const row of next) {
          width = Math.max(width, row.texts.length);
          if (found.length >= MOST_ROWS || (found.length + 1) * width > left) return true;
          found.push(row);
        }
        return false;
      };
      const rows = new SheetRows(strings, fileName, null);
      for await (const _ of walkPart(zip, book.sheetPart, rows)) {
        if (isFull(rows.take())) break;
      }
      left -= found.length * width;
      sheets.push({
        place, name: book.sheetName, records: found.map(({ row, texts }) => ({ line: row, cells: Array.from({ length: width }, (_, at) => (texts[at] ?? '').trim()) })),
        typed: found.map(({ numbers }) => Array.from({ length: width }, (_, at) => numbers[at] === true)),
      });
    }
    return sheets;
  } finally {
    zip.close();
  }
}
