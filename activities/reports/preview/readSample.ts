import { Problem } from '../../../domain/problem.ts';
import { timesExactly } from '../../../domain/reports/exactSum.ts';
import type { ReportLine, ReportSummary } from '../../../domain/reports/line.ts';
import { numberReader, readPlainNumber } from '../../../domain/reports/number.ts';
import { fileProfileOf, type BrokerProfile, type FileProfile } from '../../../domain/reports/profile.ts';
import type { Refusal, StatedSum } from '../../../domain/reports/preview/result.ts';
import { noticesOf, type ReportNotice } from '../../../domain/reports/notices.ts';
import { readReport } from '../read/readReport.ts';

/** Lines of a sample that are read and judged, in memory; what comes after them is left. */
export const MOST_LINES = 100_000;
/** The first lines are shown as they are; of the others only what judging needs is held. */
export const SHOWN_LINES = 50;

export interface Sample { lines: ReportLine[]; refusal: Refusal | null; cut: boolean; summary: ReportSummary | null; stated: StatedSum[]; notices: ReportNotice[] }

/** Reads a sample as a report is read that arrives at `asOf` (ISO instant). A file that would be refused gives its lines up to that place. */
export async function readSample(bytes: AsyncIterable<Uint8Array>, profile: BrokerProfile, fileName: string, asOf: string, mostLines = MOST_LINES): Promise<Sample> {
  const sample: Sample = { lines: [], refusal: null, cut: false, summary: null, stated: [], notices: [] };
  const notices = noticesOf(asOf, fileProfileOf(profile).currencies);
  try {
    const batches = readReport(bytes, profile, fileName);
    try {
      for (;;) {
        const next = await batches.next();
        if (next.done === true) {
          sample.summary = next.value;
          break;
        }
        for (const line of next.value) {
          notices.add(line);
          sample.lines.push(sample.lines.length < SHOWN_LINES ? line : { ...line, raw: '', kept: {}, comment: null });
        }
        if (sample.lines.length <= mostLines) continue;
        sample.lines.length = mostLines;
        sample.cut = true;
        break;
      }
    } finally {
      await batches.return({ lines: 0, lots: '0', contentDigest: '' });
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    sample.refusal = { code: error.code, message: error.message, at: error.at ?? {}, ...(error.facts === undefined ? {} : { facts: error.facts }) };
  }
  sample.notices = notices.list();
  sample.stated = statedSums(sample, fileProfileOf(profile));
  return sample;
}

/** What the file states about itself: all of it where it ties out, and the one sum that does not. */
function statedSums({ summary, refusal }: Sample, profile: FileProfile): StatedSum[] {
  if (refusal?.code === 'TOTALS_DIFFER') {
    const facts = refusal.facts as { field: string; stated: string; summed: string };
    return [{ field: facts.field, where: String(refusal.at['where'] ?? ''), lineNumber: Number(refusal.at['line'] ?? 0), stated: facts.stated, summed: facts.summed, tiesOut: false }];
  }
  const readText = numberReader({ decimal: profile.decimal ?? '.', thousands: profile.thousands ?? '', unitSuffix: profile.unitSuffix ?? '' });
  return (summary?.stated ?? []).map(({ field, text, typed, lineNumber, where }) => {
    const figure = (typed ? readPlainNumber(text) : readText(text)) ?? text;
    const stated = field === 'lots' && profile.lotUnit !== undefined ? timesExactly(figure, profile.lotUnit) : figure;
    return { field, where, lineNumber, stated, summed: stated, tiesOut: true };
  });
}
