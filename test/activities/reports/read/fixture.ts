import type { ReportLine, ReportSummary } from '../../../../domain/reports/line.ts';
import type { BrokerProfile, FileProfile } from '../../../../domain/reports/profile.ts';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';

/** A csv profile of trades whose tests change one thing at a time. */
export const TRADES: FileProfile = {
  format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm:ss', timeZone: 'Europe/Athens', level: 'trade', server: 'S1',
  columns: { ticket: 'Deal', account: 'Login', symbol: 'Symbol', lots: 'Volume', closeTime: 'Time', commission: 'Commission', comment: 'Comment' },
};
export const HEADER = 'Deal,Login,Symbol,Volume,Time,Commission,Comment';
export const ROW = '5000,700100,EURUSD,1.00,2026.11.02 12:00:00,7.50,';

export async function* bytesOf(content: string | Uint8Array, chunk = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

export interface Read {
  lines: ReportLine[];
  summary: ReportSummary;
}

export async function read(content: string | Uint8Array, profile: BrokerProfile, chunk?: number): Promise<Read> {
  const lines: ReportLine[] = [];
  const summary = await readReportInBatches(bytesOf(content, chunk), profile, 'report.csv', (batch) => {
    lines.push(...batch);
  });
  return { lines, summary };
}

/** The Problem that refuses a file. */
export async function refusal(content: string | Uint8Array, profile: BrokerProfile, chunk?: number): Promise<{ code: string; message: string; at: Record<string, string | number> }> {
  const found: unknown = await read(content, profile, chunk).then(() => undefined, (error: unknown) => error);
  if (!(found instanceof Error) || !('code' in found)) throw new Error(`not refused: ${String(found)}`, { cause: found });
  return found as never;
}
