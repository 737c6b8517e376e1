import { Problem } from '../../domain/problem.ts';
import { type ProgressStep, type StepProgress, stepProgress } from '../../domain/reports/progress.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { ReportState } from './reports.ts';

const STEPS: Record<ReportState, ProgressStep> = {
  received: 'waiting', staged: 'judging', judging: 'judging', judged: 'tying-out', awaiting_approval: 'awaiting-approval', tied_out: 'posting', posting: 'posting', settling: 'settling',
  posted: 'done', refused: 'done', unchanged: 'done',
};

export interface ReportProgress extends StepProgress { state: ReportState; step: ProgressStep; lines: number | null }

interface Raw { state: ReportState; lines: number | null; lines_done: number; size: string; seconds: string | null; read_lines: number | null; read_bytes: string | null; read_seconds: string | null }

/** How far the work on a report is, as its rows say; times are the database's own, only for people. @throws Problem REPORT_UNKNOWN */
export async function reportProgress(source: SqlSource, reportId: string): Promise<ReportProgress> {
  const { rows: [row] } = await sqlOf(source).query<Raw>(
    `SELECT r.state, r.lines, r.lines_done, r.size, extract(epoch FROM clock_timestamp() - r.step_since) AS seconds,
            d.lines AS read_lines, d.bytes AS read_bytes, extract(epoch FROM clock_timestamp() - d.since) AS read_seconds
     FROM report r LEFT JOIN report_reading d ON d.report_id = r.id WHERE r.id = $1`, [reportId]);
  if (row === undefined) throw new Problem('REPORT_UNKNOWN', `No report "${reportId}" exists.`, { status: 404 });
  const { state, lines } = row;
  const step = STEPS[state];
  const seconds = (text: string | null): number | null => (text === null ? null : Number(text));
  if (state === 'received') {
    if (row.read_lines === null) return { state, step, lines, linesDone: 0, percent: null, linesPerSecond: null, secondsLeft: null };
    return { state, step: 'staging', lines, ...stepProgress({ linesDone: row.read_lines, done: Number(row.read_bytes), of: Number(row.size), seconds: seconds(row.read_seconds) }) };
  }
  const counted = state === 'judging' || state === 'posting';
  if (state === 'posted') return { state, step, lines, linesDone: lines ?? 0, percent: 100, linesPerSecond: null, secondsLeft: null };
  return { state, step, lines, ...stepProgress({ linesDone: row.lines_done, done: row.lines_done, of: counted ? lines : null, seconds: counted ? seconds(row.seconds) : null }) };
}
