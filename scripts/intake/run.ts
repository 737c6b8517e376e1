import { setTimeout as delay } from 'node:timers/promises';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { type ReportProgress, reportProgress } from '../../db/stores/reportProgress.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { type BigFile, bigFile, BROKER, periodOf } from './data.ts';
import { residentMemory } from './processes.ts';
import type { IntakeStack } from './stack.ts';

export interface IntakeTimes {
  reportId: string;
  /** Seconds since the upload began. */
  uploaded: number;
  staged: number;
  posted: number;
  started: number;
  /** Highest resident memory of any worker process, bytes. */
  memory: number;
}

const LOOK_MS = 100;
const AFTER_STAGING = new Set(['judging', 'tying-out', 'awaiting-approval', 'posting', 'settling', 'done']);

/** One large file from its upload to the start of its accruals by the product's own worker; `seen` is told how far it is. */
export async function intake(stack: IntakeStack, file: BigFile, bytes: () => AsyncIterable<Uint8Array> = () => bigFile(file), seen: (progress: ReportProgress) => Promise<void> | void = () => {}): Promise<IntakeTimes> {
  const period = periodOf(file);
  const from = performance.now();
  const since = (): number => (performance.now() - from) / 1_000;
  const { reportId, periodId } = await receiveReport(stack.pool, { brokerId: BROKER, ...period, fileName: `week-${file.week ?? 0}.csv`, declaredVersion: null, receivedBy: 'intake', at: new Date().toISOString() }, bytes());
  const times: IntakeTimes = { reportId, uploaded: since(), staged: 0, posted: 0, started: 0, memory: 0 };
  await startReportPeriod(stack.client, { brokerId: BROKER, periodId, ...period });
  const ended = stack.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, period.from, period.to)).result().then(() => { times.started = since(); });
  ended.catch(() => undefined);
  while (times.started === 0) {
    times.memory = Math.max(times.memory, residentMemory(stack.workerPid())?.highest ?? 0);
    // Postgres may be away.
    const progress = await reportProgress(stack.pool, reportId).catch(() => null);
    if (progress !== null) {
      if (times.staged === 0 && AFTER_STAGING.has(progress.step)) times.staged = since();
      if (times.posted === 0 && progress.step === 'done') times.posted = since();
      await seen(progress);
    }
    await Promise.race([delay(LOOK_MS), ended]);
  }
  return times;
}
