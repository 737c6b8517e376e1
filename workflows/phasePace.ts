import { stepProgress } from '../domain/reports/progress.ts';
import type { ReportProgress } from './contracts.ts';

/** Keeps percent and rate of a phase by the workflow's own clock. */
export function phasePace(progress: ReportProgress): { begin(): void; done(lines: number, percent?: number): void } {
  let since = Date.now();
  return {
    begin() {
      since = Date.now();
      Object.assign(progress, { percent: null, linesPerSecond: null });
    },
    done(lines, percent) {
      const { percent: share, linesPerSecond } = stepProgress({ linesDone: lines, done: lines, of: progress.linesTotal, seconds: (Date.now() - since) / 1_000 });
      Object.assign(progress, { linesDone: lines, percent: percent ?? share, linesPerSecond });
    },
  };
}
