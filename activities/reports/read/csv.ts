import { Problem } from '../../../domain/problem.ts';
import { footerOf } from '../../../domain/reports/footer.ts';
import type { FileProfile } from '../../../domain/reports/profile.ts';
import type { SourceRow } from '../../../domain/reports/row.ts';
import { CsvRecords, type CsvRecord } from './csvRecords.ts';
import { keepFooterSums } from './footerSums.ts';
import { findColumns } from './header.ts';
import { openText } from './openText.ts';
import type { ReportSource, RowReader } from './source.ts';

/** The rows of a csv file: header found, blank rows skipped, footer cut off and its sums kept, ragged rows marked as damaged. */
export const readCsv: RowReader = async function* (source, profile) {
  const records = new CsvRecords(profile.delimiter ?? ',', profile.quote ?? '"', source.fileName);
  let table: Table | null = null;
  for await (const text of openText(source.bytes, profile.encoding ?? 'utf-8', source.fileName)) {
    records.push(text);
    table ??= readHeader(records, false, source, profile);
    if (table === null) continue;
    const rows = table.rows(records.take(false));
    if (rows.length > 0) yield rows;
  }
  table ??= readHeader(records, true, source, profile);
  if (table === null) throw new Problem('HEADER_MISSING', `${source.fileName} ends before its header in line ${profile.headerRow ?? 1}.`, { at: { file: source.fileName, line: records.line } });
  const rows = table.rows(records.take(true));
  if (rows.length > 0) yield rows;
};

/** Skips to the header and reads it; null where more text is needed. A `sep=` line that spreadsheets want is no header. */
function readHeader(records: CsvRecords, final: boolean, source: ReportSource, profile: FileProfile): Table | null {
  const headerRow = profile.headerRow ?? 1;
  while (records.line < headerRow) if (records.takeLine(final) === null) return null;
  if (headerRow === 1 && records.line === 1) {
    const first = records.peekLine(final);
    if (first === null) return null;
    const said = /^("?)sep=(.?)\1$/i.exec(first)?.[2];
    if (said !== undefined) {
      if (said !== (profile.delimiter ?? ',')) {
        throw new Problem('DELIMITER_WRONG', `${source.fileName} says in line 1 that its delimiter is "${said}", the profile says "${profile.delimiter ?? ','}".`, { at: { file: source.fileName, line: 1, column: 5 } });
      }
      records.takeLine(final);
    }
  }
  const [header] = records.take(final, 1);
  return header === undefined ? null : new Table(header, source, profile);
}

/** `="007"` is how spreadsheets are told to leave a text as it is: the text. Any other formula stays what it is, and is judged as such. */
const plain = (cell: string): string => (cell.charCodeAt(0) === 61 ? cell.replace(/^="([^"]*)"$/, '$1').trim() : cell);

class Table {
  readonly #columns: number[];
  readonly #width: number;
  readonly #footer: ReturnType<typeof footerOf>;
  readonly #source: ReportSource;
  readonly #profile: FileProfile;
  #ended = false;

  constructor(header: CsvRecord, source: ReportSource, profile: FileProfile) {
    this.#columns = findColumns(header.cells, profile, source.fileName, header.lineNumber);
    this.#width = header.cells.length;
    this.#footer = footerOf(profile);
    this.#source = source;
    this.#profile = profile;
  }

  rows(records: CsvRecord[]): SourceRow[] {
    const rows: SourceRow[] = [];
    for (const record of records) {
      const { cells } = record;
      if ((cells[0] ?? '').trim() === '' && cells.every((cell) => cell.trim() === '')) continue;
      const footer = this.#footer !== null && this.#footer.test((cells[0] ?? '').trim());
      if (footer) keepFooterSums(this.#source.stated, this.#profile, this.#columns, record.lineNumber, [0], (column) => ({ text: (cells[column] ?? '').trim(), typed: false, fault: null }));
      if (footer || this.#ended) {
        this.#ended = true;
        continue;
      }
      const mapped = this.#columns.map((at) => plain((cells[at] ?? '').trim()));
      rows.push({ lineNumber: record.lineNumber, raw: record.raw, cells: mapped, typed: 0, damage: record.damage ?? this.#ragged(cells) });
    }
    return rows;
  }

  /** Any cell may be the missing or the added one (`1,50` unquoted), an empty one at the end included. */
  #ragged({ length }: string[]): string | null {
    if (length === this.#width) return null;
    return `The row has ${length} cells, the header has ${this.#width}: its column ${length < this.#width ? `${length + 1} is missing` : `${this.#width + 1} is one too many`}.`;
  }
}
