import type { ReportLine, ReportSummary } from '../../../domain/reports/line.ts';
import { fileProfileOf, type BrokerProfile } from '../../../domain/reports/profile.ts';
import { lineReader } from '../../../domain/reports/readLine.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';
import { notSupported } from './notSupported.ts';
import { ContentDigest, rowHash } from './rowHash.ts';
import type { ReportSource, RowReader } from './source.ts';
import { Totals } from './totals.ts';

/** Lines in one batch, about. */
const BATCH = 1_000;

const READERS: Record<BrokerProfile['format'], RowReader> = {
  csv: readCsv,
  json: readJson,
  xlsx: notSupported('xlsx'),
  eml: notSupported('eml'),
};

/**
 * Reads a broker's file by its profile into normalised lines, in batches and in constant memory. Malformed lines come too;
 * blank rows and the footer do not. Returns the summary after the last batch.
 *
 * A file that cannot be trusted as a whole throws a Problem, possibly after many lines were yielded (a sum that differs is only seen
 * at the end): stage what comes and use it only when the generator has returned.
 */
export async function* readReport(bytes: AsyncIterable<Uint8Array>, profile: BrokerProfile, fileName: string): AsyncGenerator<ReportLine[], ReportSummary> {
  const file = fileProfileOf(profile);
  const read = lineReader(file);
  const source: ReportSource = { bytes, fileName, stated: [] };
  const totals = new Totals(file);
  const digest = new ContentDigest();
  let lines = 0;
  let batch: ReportLine[] = [];
  for await (const rows of READERS[profile.format](source, file)) {
    for (const row of rows) {
      // A damaged row's cells may stand in wrong places: its whole text is its content.
      const hash = rowHash(row.damage === null ? row.cells : [...row.cells, row.raw.replace(/\r\n?/g, '\n')]);
      const line = read(row, ++lines, hash.slice(0, 32));
      digest.add(hash);
      totals.add(line);
      batch.push(line);
      if (batch.length >= BATCH) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
  totals.compare(source.stated, fileName);
  return { lines, lots: totals.lots(), contentDigest: digest.hex(), stated: source.stated };
}

/** Reads a report to its end, giving each batch to `each`, and resolves to the summary; rejects as `readReport` throws. */
export async function readReportInBatches(
  bytes: AsyncIterable<Uint8Array>, profile: BrokerProfile, fileName: string, each: (lines: ReportLine[]) => Promise<void> | void,
): Promise<ReportSummary> {
  const batches = readReport(bytes, profile, fileName);
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
