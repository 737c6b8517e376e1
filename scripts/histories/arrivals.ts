import type { WorkflowHandle } from '@temporalio/client';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { type Accrual, getAccrual } from '../../db/stores/accruals.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { receiveSample, type SampleReport } from '../sample/report.ts';
import { ACCOUNTS, type Stack, UNPROVEN } from './stack.ts';

export const now = (): string => new Date().toISOString();
let nextDay = 0;
let nextAccount = 0;
let unproven = ACCOUNTS - UNPROVEN;

/** An account whose owner never proved that it is his: each is asked for once. */
export const nextUnproven = (): number => unproven++;

/** A report of a day of its own for the next accounts. */
export const own = (accounts = 1, linesPerAccount = 1): SampleReport => ({ accounts: [nextAccount, (nextAccount += accounts)], linesPerAccount, lots: '2.00', day: nextDay++ });

export async function arrives(stack: Stack, report: SampleReport, text?: string): Promise<{ handle: WorkflowHandle; reportId: string }> {
  const { input, reportId } = await receiveSample(stack.pool, report, now(), text);
  await startReportPeriod(stack.client, input);
  return { handle: stack.handle(workflowIds.reportPeriod(input.brokerId, input.from, input.to)), reportId };
}

export async function accrued(stack: Stack, report: SampleReport): Promise<{ accruals: Accrual[]; handles: WorkflowHandle[] }> {
  const { handle, reportId } = await arrives(stack, report);
  await handle.result();
  const rows = await stack.rows<{ id: string }>('SELECT a.id FROM accrual a JOIN report r ON r.no = a.report_no WHERE r.id = $1 ORDER BY a.seq', [reportId]);
  return { accruals: await Promise.all(rows.map(({ id }) => getAccrual(stack.pool, id))), handles: rows.map(({ id }) => stack.handle(workflowIds.accrual(id))) };
}
export async function runs(stack: Stack, runKey: string): Promise<WorkflowHandle> {
  await startPayoutRun(stack.client, { runKey, scheduledAt: now() });
  return stack.handle(workflowIds.payoutRun(runKey));
}
