import { isBlank, splitRecords, type SampleRecord } from './records.ts';
import { headersNamed } from './synonyms.ts';
import type { Confidence } from './types.ts';

/** Where the table of a delimited text or a sheet stands: which row is its header, and its data rows. */
export interface Table { headerAt: number; header: string[]; rows: SampleRecord[]; named: number }

/** How a delimited text is parted. */
export interface Layout extends Table { delimiter: string; quote: string; confidence: Confidence; reason: string; sepLine: boolean }

const DELIMITERS = [',', ';', '\t', '|'] as const;
const NAMES: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };
/** A header stands in one of the first rows; above it brokers write titles and filters. */
const HEADER_WITHIN = 40;

/** Finds delimiter, quote and header: those under which the most cells of a header are names of columns and the rows are as wide as it. Null where nothing looks like a table. */
export function findLayout(text: string): Layout | null {
  const sep = /^sep=(.)\r?\n/i.exec(text);
  const tried = (sep === null ? DELIMITERS : [sep[1]!]).flatMap((delimiter) => {
    const records = splitRecords(text, delimiter, '"');
    const table = findTable(sep === null ? records : records.slice(1));
    return table === null ? [] : [{ delimiter, ...table, even: evenness(table) }];
  }).sort((a, b) => b.named - a.named || b.even * b.header.length - a.even * a.header.length);
  const [best, second] = tried;
  if (best === undefined) return null;
  const clear = best.named >= 3 && best.even > 0.9 && (second === undefined || second.named < best.named);
  const reason = sep !== null ? 'The first line names it (sep=).' : `Parted by ${NAMES[best.delimiter]}, the header has ${best.header.length} columns, ${best.named} of them with names that are known, and ${Math.round(best.even * 100)} % of the rows are as wide.`;
  return { ...best, quote: '"', sepLine: sep !== null, confidence: sep !== null || clear ? 'certain' : best.named >= 2 ? 'likely' : 'guess', reason };
}

/** Header and data rows among records; null where no row can be a header. */
export function findTable(records: readonly SampleRecord[]): Table | null {
  let best: { at: number; named: number } | null = null;
  for (const [at, { cells }] of records.slice(0, HEADER_WITHIN).entries()) {
    const filled = cells.filter((cell) => cell !== '').length;
    if (filled < 2) continue;
    const named = headersNamed(cells);
    if (named > (best?.named ?? 0)) best = { at, named };
  }
  best ??= firstOfItsWidth(records);
  if (best === null) return null;
  const { line, cells } = records[best.at]!;
  // A delimiter behind the last header makes a column without a name, as in every row.
  return { headerAt: line, header: cells, named: best.named, rows: records.slice(best.at + 1).filter(({ cells: row }) => !isBlank(row)) };
}

/** No header name is known: the first row that is as wide as most and holds neither numbers nor blanks. */
function firstOfItsWidth(records: readonly SampleRecord[]): { at: number; named: number } | null {
  const widths = new Map<number, number>();
  for (const { cells } of records.slice(0, 500)) if (cells.length > 1) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [];
  const at = records.slice(0, HEADER_WITHIN).findIndex(({ cells }) => cells.length === width && cells.every((cell) => cell !== '' && !/^[-+]?\d/.test(cell)));
  return at < 0 ? null : { at, named: 0 };
}

/** Share of the rows that are as wide as the header. */
function evenness({ header, rows }: Table): number {
  const looked = rows.slice(0, 1_000);
  return looked.length === 0 ? 0 : looked.filter(({ cells }) => cells.length === header.length).length / looked.length;
}
