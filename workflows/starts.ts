import {
  type AccrualInput, type ChangeInput, type OutboxInput, type OwnershipInput, type PayoutInput, type PayoutRunInput, periodKey, type RailReconciliationInput, type RailResumeInput, type ReportCalendarInput, type ReportPeriodInput, type ReportPreviewInput, type ScreeningInput, searchAttribute, type SourceTestInput, TASK_QUEUES, type VerificationInput, type WebhookDeliveryInput, workflowIds,
} from './contracts.ts';

/*
 * How each workflow is started, for the activities and the API alike. Always safe to repeat: an id that runs is used, one that
 * ended is started again, because the database row is the guard against doing a thing twice (architecture "Temporal").
 */
const IDEMPOTENT = { workflowIdConflictPolicy: 'USE_EXISTING', workflowIdReusePolicy: 'ALLOW_DUPLICATE' } as const;

export const reportPeriodStart = (input: ReportPeriodInput) => ({
  ...IDEMPOTENT, workflowId: workflowIds.reportPeriod(input.brokerId, input.from, input.to), taskQueue: TASK_QUEUES.reports, args: [input] as [ReportPeriodInput],
  staticSummary: `Report of ${input.brokerId} for ${periodKey(input.from, input.to)}`,
  typedSearchAttributes: [{ key: searchAttribute.BrokerId, value: input.brokerId }, { key: searchAttribute.ReportPeriod, value: periodKey(input.from, input.to) }],
});

export const reportCalendarStart = (brokerId: string) => ({
  ...IDEMPOTENT, workflowId: workflowIds.reportCalendar(brokerId), taskQueue: TASK_QUEUES.reports, args: [{ brokerId }] as [ReportCalendarInput],
  staticSummary: `Report periods of ${brokerId} that have ended`, typedSearchAttributes: [{ key: searchAttribute.BrokerId, value: brokerId }],
});

export interface AccrualToStart { id: string; brokerId: string; userId: string; accountLinkId: string; amount: string; clearsAt: string; onHold: boolean; periodFrom: string; periodTo: string }

export const accrualStart = (accrual: AccrualToStart) => {
  const period = periodKey(accrual.periodFrom, accrual.periodTo);
  const input: AccrualInput = { accrualId: accrual.id, clearsAt: accrual.clearsAt };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.accrual(accrual.id), taskQueue: TASK_QUEUES.accruals, args: [input] as [AccrualInput],
    staticSummary: `${accrual.amount} USD of ${accrual.brokerId} ${period}, available ${accrual.clearsAt}`,
    typedSearchAttributes: [
      { key: searchAttribute.BrokerId, value: accrual.brokerId }, { key: searchAttribute.ReportPeriod, value: period }, { key: searchAttribute.UserId, value: accrual.userId },
      { key: searchAttribute.AccountLinkId, value: accrual.accountLinkId }, { key: searchAttribute.ClearsAt, value: new Date(accrual.clearsAt) }, { key: searchAttribute.Held, value: accrual.onHold },
    ],
  };
};

export const ownershipStart = (ownership: { id: string; accountLinkId: string; userId: string; expiresAt: string }, remindAfterHours: readonly number[]) => {
  const input: OwnershipInput = { ownershipId: ownership.id, accountLinkId: ownership.accountLinkId, remindAfterHours: [...remindAfterHours], expiresAt: ownership.expiresAt };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.ownership(ownership.accountLinkId), taskQueue: TASK_QUEUES.payouts, args: [input] as [OwnershipInput],
    staticSummary: `Ownership of link ${ownership.accountLinkId} for ${ownership.userId}, until ${ownership.expiresAt}`,
    typedSearchAttributes: [{ key: searchAttribute.AccountLinkId, value: ownership.accountLinkId }, { key: searchAttribute.UserId, value: ownership.userId }],
  };
};

export const verificationStart = (verification: { id: string; userId: string }, terms: { remindAfterHours: readonly number[]; firstLookSeconds: number; maxLookSeconds: number }) => {
  const input: VerificationInput = { verificationId: verification.id, remindAfterHours: [...terms.remindAfterHours], firstLookSeconds: terms.firstLookSeconds, maxLookSeconds: terms.maxLookSeconds };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.verification(verification.userId), taskQueue: TASK_QUEUES.payouts, args: [input] as [VerificationInput],
    staticSummary: `Who ${verification.userId} is`, typedSearchAttributes: [{ key: searchAttribute.UserId, value: verification.userId }],
  };
};

export const screeningStart = () => ({
  ...IDEMPOTENT, workflowId: workflowIds.screening(), taskQueue: TASK_QUEUES.payouts, args: [{}] as [ScreeningInput], staticSummary: 'Users whose screening is due',
});

export const payoutRunStart = (run: PayoutRunInput & { runKey: string; scheduledAt: string }) => ({
  ...IDEMPOTENT, workflowId: workflowIds.payoutRun(run.runKey), taskQueue: TASK_QUEUES.payouts, args: [run] as [PayoutRunInput],
  staticSummary: `Payout run ${run.runKey}, scheduled ${run.scheduledAt}`,
});

export const payoutStart = (payout: { id: string; rail: string; userId: string; runId: string; amount: string; currency: string; state: string }) => {
  const input: PayoutInput = { payoutId: payout.id, rail: payout.rail };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.payout(payout.id), taskQueue: TASK_QUEUES.payouts, args: [input] as [PayoutInput],
    staticSummary: `${payout.amount} ${payout.currency} to ${payout.userId} by ${payout.rail}`,
    typedSearchAttributes: [
      { key: searchAttribute.PayoutRunId, value: payout.runId }, { key: searchAttribute.UserId, value: payout.userId }, { key: searchAttribute.PayoutState, value: payout.state },
    ],
  };
};

export const railReconciliationStart = (input: RailReconciliationInput) => ({
  ...IDEMPOTENT, workflowId: workflowIds.railReconciliation(input.rail, input.day), taskQueue: TASK_QUEUES.payouts, args: [input] as [RailReconciliationInput],
  staticSummary: `The record of ${input.rail} against ours, ${input.day}`,
});

export const railResumeStart = (input: RailResumeInput) => ({
  ...IDEMPOTENT, workflowId: workflowIds.railResume(input.rail ?? 'all'), taskQueue: TASK_QUEUES.payouts, args: [input] as [RailResumeInput],
  staticSummary: `Payouts by ${input.rail ?? 'every rail'} go on`,
});

export const webhookDeliveryStart = (deliveryId: string) => ({
  ...IDEMPOTENT, workflowId: workflowIds.webhookDelivery(deliveryId), taskQueue: TASK_QUEUES.notifications, args: [{ deliveryId }] as [WebhookDeliveryInput],
  staticSummary: `Webhook delivery ${deliveryId}`,
});

/** Operators are reminded when three quarters of the time have passed. */
export const changeStart = (change: { id: string; kind: string; subject: { type: string; id: string }; requestedAt: string; expiresAt: string }) => {
  const [from, to] = [Date.parse(change.requestedAt), Date.parse(change.expiresAt)];
  const input: ChangeInput = { changeId: change.id, remindAt: new Date(from + Math.round((to - from) * 0.75)).toISOString(), expiresAt: change.expiresAt };
  return {
    ...IDEMPOTENT, workflowId: workflowIds.change(change.id), taskQueue: TASK_QUEUES.payouts, args: [input] as [ChangeInput],
    staticSummary: `Change of ${change.kind} (${change.subject.type} ${change.subject.id}), until ${change.expiresAt}`,
  };
};

export const outboxStart = (input: OutboxInput = {}) => ({ ...IDEMPOTENT, workflowId: workflowIds.outbox(), taskQueue: TASK_QUEUES.notifications, args: [input] as [OutboxInput], staticSummary: 'Mails and webhooks of what happened' });

export const sourceTestStart = (input: SourceTestInput) => ({
  ...IDEMPOTENT, workflowId: workflowIds.sourceTest(input.testId), taskQueue: TASK_QUEUES.reports, args: [input] as [SourceTestInput], staticSummary: `Test of report source ${input.sourceId}`,
});

export const reportPreviewStart = (previewId: string) => ({
  ...IDEMPOTENT, workflowId: workflowIds.reportPreview(previewId), taskQueue: TASK_QUEUES.reports, args: [{ previewId }] as [ReportPreviewInput],
  staticSummary: `Sample ${previewId} of a broker's file`,
});
