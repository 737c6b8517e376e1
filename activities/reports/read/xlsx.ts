import { Problem } from '../../../domain/problem.ts';
import { spool } from './spool.ts';
import type { RowReader } from './source.ts';
import { MAX_FILE_BYTES } from './xlsxLimits.ts';
import { openBook } from './xlsxBook.ts';
import { SheetRows } from './xlsxSheet.ts';
import { readSharedStrings } from './xlsxStrings.ts';
import { headerMissing, XlsxTable } from './xlsxTable.ts';
import { XlsxZip } from './xlsxZip.ts';
import { walkPart } from './xmlPart.ts';

/**
 * The rows of one sheet of a workbook. A zip's table of contents stands at its end, so the bytes are spooled to a file first; then
 * everything is read as it passes, only the workbook's shared texts are kept.
 */
export const readXlsx: RowReader = async function* (source, profile) {
  const zip = await XlsxZip.open(await spool(capped(source.bytes, source.fileName)), source.fileName);
  try {
    const book = await openBook(zip, profile.sheet ?? 1);
    const strings = book.stringsPart === null || !zip.has(book.stringsPart) ? [] : await readSharedStrings(zip, book.stringsPart);
    const sheet = new SheetRows(strings, source.fileName, profile.headerRow ?? 1);
    const table = new XlsxTable(source, profile, book.is1904);
    for await (const _ of walkPart(zip, book.sheetPart, sheet)) {
      yield* table.rows(sheet.take());
    }
    if (!table.isOpen) throw headerMissing(source.fileName, profile.headerRow ?? 1);
  } finally {
    zip.close();
  }
};

async function* capped(bytes: AsyncIterable<Uint8Array>, fileName: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw new Problem('XLSX_TOO_LARGE', `${fileName} is larger than ${MAX_FILE_BYTES} bytes: ask the broker for csv, or for a shorter period.`, { at: { file: fileName } });
    yield chunk;
  }
}
