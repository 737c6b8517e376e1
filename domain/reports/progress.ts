/** Where the work on a report is; the workflow's query has the same names. */
export type ProgressStep = 'waiting' | 'staging' | 'judging' | 'tying-out' | 'awaiting-approval' | 'posting' | 'settling' | 'done';

/** What is known of the present step. `of`: lines, or while it is staged bytes, for nobody knows yet how many lines a file has. */
export interface StepCounts { linesDone: number; done: number; of: number | null; seconds: number | null }

export interface StepProgress { linesDone: number; /** Whole percent of the step; null where its end is not known. */ percent: number | null; linesPerSecond: number | null; /** At that rate. */ secondsLeft: number | null }

/** Percent, rate and time left of a step that has counted so far; a rate is told from a second on. */
export function stepProgress({ linesDone, done, of, seconds }: StepCounts): StepProgress {
  const share = of === null || of === 0 ? null : Math.min(1, done / of);
  const rated = seconds !== null && seconds >= 1 && linesDone > 0;
  return {
    linesDone,
    percent: share === null ? null : Math.floor(share * 100),
    linesPerSecond: rated ? Math.round(linesDone / seconds) : null,
    secondsLeft: rated && share !== null && share > 0 ? Math.ceil((seconds * (1 - share)) / share) : null,
  };
}
