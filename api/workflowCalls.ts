import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Accrual } from '../db/stores/accruals.ts';
import type { Ownership } from '../db/stores/ownership.ts';
import type { Payout } from '../db/stores/payouts.ts';
import { OWNERSHIP_TERMS } from '../domain/ownership/terms.ts';
import {
  accrualHeld, type AccrualInput, accrualReleased, linesMayCount, type OwnershipInput, type PayoutInput, type PayoutRunInput, periodKey, railHint, reportReceived, type ReportPeriodInput,
  searchAttribute, TASK_QUEUES, WORKFLOWS, workflowIds,
} from '../workflows/contracts.ts';

/*
 * What the API tells Temporal, always after the database has committed and always safe to repeat: an id that runs is used, one
 * that ended is started again. Should a call be lost, the hourly sweep finds the row and starts the same workflow.
 */
const IDEMPOTENT = { workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE };

/** A report has been stored: wakes or starts the workflow of its period. Answers the workflow's id. */
export async function reportArrived(client: Client, report: { reportId: string; brokerId: string; periodId: string; from: string; to: string }): Promise<string> {
  const start = reportPeriodStart(report);
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...start, signal: reportReceived, signalArgs: [{ reportId: report.reportId }] });
  return start.workflowId;
}

/** A link was verified: the period's lines that waited for it are judged again. */
export async function waitingLinesMayCount(client: Client, period: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(period), signal: linesMayCount, signalArgs: [] });
}

function reportPeriodStart({ brokerId, periodId, from, to }: ReportPeriodInput) {
  const input: ReportPeriodInput = { brokerId, periodId, from, to };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.reportPeriod(brokerId, from, to), taskQueue: TASK_QUEUES.reports, args: [input],
    staticSummary: `Report of ${brokerId} for ${periodKey(from, to)}`,
    typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttribute.BrokerId, value: brokerId }, { key: searchAttribute.ReportPeriod, value: periodKey(from, to) }]),
  };
}

/** A hold was placed on an accrual or lifted; the workflow looks at the row. */
export async function accrualTouched(client: Client, accrual: Accrual, what: { placed: { holdId: string; reason: string } } | { released: { holdId: string } }): Promise<void> {
  const input: AccrualInput = { accrualId: accrual.id, clearsAt: accrual.clearsAt };
  const start = {
    ...IDEMPOTENT, workflowId: workflowIds.accrual(accrual.id), taskQueue: TASK_QUEUES.accruals, args: [input],
    staticSummary: `${accrual.amount} USD of ${accrual.brokerId}, available ${accrual.clearsAt}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttribute.BrokerId, value: accrual.brokerId }, { key: searchAttribute.UserId, value: accrual.userId },
      { key: searchAttribute.AccountLinkId, value: accrual.accountLinkId }, { key: searchAttribute.ClearsAt, value: new Date(accrual.clearsAt) },
    ]),
  };
  if ('placed' in what) await client.workflow.signalWithStart(WORKFLOWS.accrual, { ...start, signal: accrualHeld, signalArgs: [what.placed] });
  else await client.workflow.signalWithStart(WORKFLOWS.accrual, { ...start, signal: accrualReleased, signalArgs: [what.released] });
}

/** A verification was asked for, or is to be looked at. Answers the workflow's id. */
export async function startOwnership(client: Client, ownership: Ownership): Promise<string> {
  const input: OwnershipInput = { ownershipId: ownership.id, accountLinkId: ownership.accountLinkId, remindAfterHours: [...OWNERSHIP_TERMS.remindAfterHours], expiresAt: ownership.expiresAt };
  const workflowId = workflowIds.ownership(ownership.accountLinkId);
  await client.workflow.start(WORKFLOWS.ownershipVerification, {
    ...IDEMPOTENT, workflowId, taskQueue: TASK_QUEUES.payouts, args: [input],
    staticSummary: `Ownership of link ${ownership.accountLinkId} for ${ownership.userId}, until ${ownership.expiresAt}`,
    typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttribute.AccountLinkId, value: ownership.accountLinkId }, { key: searchAttribute.UserId, value: ownership.userId }]),
  });
  return workflowId;
}

/** Starts the run of a key, or finds it. Answers the workflow's id. */
export async function startPayoutRun(client: Client, run: PayoutRunInput & { runKey: string; scheduledAt: string }): Promise<string> {
  const workflowId = workflowIds.payoutRun(run.runKey);
  await client.workflow.start(WORKFLOWS.payoutRun, {
    ...IDEMPOTENT, workflowId, taskQueue: TASK_QUEUES.payouts, args: [run], staticSummary: `Payout run ${run.runKey}, started by hand`,
  });
  return workflowId;
}

/** A rail's webhook came: the payout's workflow is to ask the rail. */
export async function hintPayout(client: Client, payout: Payout, eventId: string): Promise<void> {
  const input: PayoutInput = { payoutId: payout.id, rail: payout.rail };
  await client.workflow.signalWithStart(WORKFLOWS.payout, {
    ...IDEMPOTENT, workflowId: workflowIds.payout(payout.id), taskQueue: TASK_QUEUES.payouts, args: [input], signal: railHint, signalArgs: [{ eventId }],
    staticSummary: `${payout.amount} ${payout.currency} to ${payout.userId} by ${payout.rail}`,
    typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttribute.PayoutRunId, value: payout.runId }, { key: searchAttribute.UserId, value: payout.userId }]),
  });
}
