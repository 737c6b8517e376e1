import type { ReportLine, ReportSummary } from '../../../domain/reports/line.ts';
import { fileProfileOf, type BrokerProfile, type FileFormat } from '../../../domain/reports/profile.ts';
import { lineReader } from '../../../domain/reports/readLine.ts';
import { readCsv } from './csv.ts';
import { openMailReport } from './eml.ts';
import { readJson } from './json.ts';
import { known } from './known.ts';
import { ContentDigest, rowHash } from './rowHash.ts';
import type { ReportSource, RowReader } from './source.ts';
import { Totals } from './totals.ts';
import { readXlsx } from './xlsx.ts';

/** Lines in one batch, about. */
const BATCH = 1_000;
/** Characters of a batch's rows beyond which it has fewer lines. */
const BATCH_CHARACTERS = 4_194_304;

const READERS: Record<FileFormat, RowReader> = {
  csv: known(readCsv),
  json: known(readJson),
  xlsx: known(readXlsx),
};

export interface ReadOptions {
  /** The file is the pages of an API's answer, each a document of its own (json). */
  pages?: boolean;
}

/**
 * Reads a broker's file by its profile into normalised lines, in batches and in constant memory. Malformed lines come too;
 * blank rows and the footer do not. Returns the summary after the last batch.
 *
 * A file that cannot be trusted as a whole throws a Problem, possibly after many lines were yielded (a sum that differs is only seen
 * at the end): stage what comes and use it only when the generator has returned.
 */
export async function* readReport(bytes: AsyncIterable<Uint8Array>, profile: BrokerProfile, fileName: string, options: ReadOptions = {}): AsyncGenerator<ReportLine[], ReportSummary> {
  const file = fileProfileOf(profile);
  const read = lineReader(file);
  const opened = profile.format === 'eml' ? await openMailReport(bytes, profile, fileName) : { bytes, fileName };
  const source: ReportSource = { ...opened, stated: [], pages: options.pages };
  const totals = new Totals(file);
  const digest = new ContentDigest();
  let lines = 0;
  let batch: ReportLine[] = [];
  let characters = 0;
  for await (const rows of READERS[file.format](source, file)) {
    for (const row of rows) {
      // A damaged row's cells may stand in wrong places: its whole text is its content.
      const hash = rowHash(row.damage === null && row.faults === undefined ? row.cells : [...row.cells, row.raw.replace(/\r\n?/g, '\n')]);
      const line = read(row, ++lines, hash.slice(0, 32));
      digest.add(hash);
      totals.add(line);
      batch.push(line);
      characters += line.raw.length;
      if (batch.length >= BATCH || characters >= BATCH_CHARACTERS) {
        yield batch;
        [batch, characters] = [[], 0];
      }
    }
  }
  if (batch.length > 0) yield batch;
  totals.compare(source.stated, fileName);
  return { lines, lots: totals.lots(), contentDigest: digest.hex(), stated: source.stated };
}

/** Reads a report to its end, giving each batch to `each`, and resolves to the summary; rejects as `readReport` throws. */
export async function readReportInBatches(
  bytes: AsyncIterable<Uint8Array>, profile: BrokerProfile, fileName: string, each: (lines: ReportLine[]) => Promise<void> | void, options: ReadOptions = {},
): Promise<ReportSummary> {
  const batches = readReport(bytes, profile, fileName, options);
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
      await each(next.value);
    }
  } finally {
    // Closes the file also where `each` fails.
    await batches.return({ lines: 0, lots: '0', contentDigest: '' });
  }
}
