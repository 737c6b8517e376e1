import type { Pool } from 'pg';
import { receiveReport, type ReceivedReport } from '../../db/stores/reports.ts';
import type { ReportPeriodInput } from '../../workflows/contracts.ts';
import { BROKER, login } from './setup.ts';

export interface SampleReport {
  /** Trading accounts by number, `from` included, `to` not. */
  accounts: readonly [from: number, to: number];
  linesPerAccount: number;
  /** Reported lots of every line, a decimal string; default `1.00`: 6.00 USD. */
  lots?: string;
  /** Days after 2 November 2026 on which the period begins: a period of its own, with tickets of its own. */
  day?: number;
  /** Leaves out the lines of the first so many accounts. */
  without?: number;
}

const DAY = 86_400_000;
const START = Date.parse('2026-11-02T00:00:00Z');
const instant = (millis: number): string => new Date(millis).toISOString();

/** The day that a sample report is for. */
export function samplePeriod({ day = 0 }: Pick<SampleReport, 'day'> = {}): { from: string; to: string } {
  return { from: instant(START + day * DAY), to: instant(START + (day + 1) * DAY) };
}

/** The csv text, lines in order of ticket: accounts take turns. */
export function sampleReport(report: SampleReport): string {
  const [first, end] = report.accounts;
  const day = report.day ?? 0;
  const closed = instant(START + day * DAY + DAY / 2);
  const rows = ['ticket,account,symbol,lots,closed'];
  for (let line = 0; line < report.linesPerAccount; line++) {
    for (let account = first + (report.without ?? 0); account < end; account++) {
      rows.push(`${(day + 1) * 100_000_000 + line * 10_000 + account},${login(account)},EURUSD,${report.lots ?? '1.00'},${closed}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

/** Stores a sample report as an upload would; answers also what starts the workflow of its period. */
export async function receiveSample(pool: Pool, report: SampleReport, at: string, text = sampleReport(report)): Promise<ReceivedReport & { input: ReportPeriodInput }> {
  const { from, to } = samplePeriod(report);
  const received = await receiveReport(pool, { brokerId: BROKER, from, to, fileName: `day-${report.day ?? 0}.csv`, declaredVersion: null, receivedBy: 'sample', at },
    (async function* () { yield Buffer.from(text); })());
  return { ...received, input: { brokerId: BROKER, periodId: received.periodId, from, to } };
}
