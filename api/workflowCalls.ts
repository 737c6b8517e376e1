import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Accrual } from '../db/stores/accruals.ts';
import type { Change } from '../db/stores/changes.ts';
import type { Ownership } from '../db/stores/ownership.ts';
import type { Payout } from '../db/stores/payouts.ts';
import type { Verification } from '../db/stores/verifications.ts';
import { periodsWithWaitingLines } from '../db/stores/waitingLines.ts';
import { VERIFICATION_TERMS } from '../domain/verification/terms.ts';
import { OWNERSHIP_TERMS } from '../domain/ownership/terms.ts';
import { accrualHeld, accrualReleased, calendarChanged, changeDecided, linesMayCount, lookNow, periodClosed, type PayoutRunInput, providerHint, railHint, reportReceived, type ReportPeriodInput, type SourceTestInput, webhookDeliveryChanged, verificationChanged, WORKFLOWS } from '../workflows/contracts.ts';
import { accrualStart, changeStart, reportPreviewStart, ownershipStart, payoutRunStart, payoutStart, railResumeStart, reportCalendarStart, reportPeriodStart, sourceTestStart, verificationStart, webhookDeliveryStart } from '../workflows/starts.ts';

/*
 * What the API tells Temporal, always after the database has committed and always safe to repeat. Should a call be lost, the
 * hourly sweep finds the row and starts the same workflow.
 */

/** A report has been stored: wakes or starts the workflow of its period. Answers the workflow's id. */
export async function reportArrived(client: Client, report: { reportId: string; brokerId: string; periodId: string; from: string; to: string }): Promise<string> {
  const { brokerId, periodId, from, to } = report;
  const start = reportPeriodStart({ brokerId, periodId, from, to });
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...start, signal: reportReceived, signalArgs: [{ reportId: report.reportId }] });
  return start.workflowId;
}

/** A sample of a broker's file has been stored: a worker looks at it. */
export async function sampleArrived(client: Client, previewId: string): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportPreview, reportPreviewStart(previewId));
}

/** What a broker's lines are judged by has changed: the periods with lines that wait for it are looked at, also those whose workflow has ended. */
export async function brokerLearned({ client, pool }: { client: Client; pool: Pool }, brokerId: string): Promise<void> {
  const periods = await periodsWithWaitingLines(pool, { brokerId });
  for (let from = 0; from < periods.length; from += AT_ONCE) await Promise.all(periods.slice(from, from + AT_ONCE).map((period) => waitingLinesMayCount(client, period)));
}

/** A period's lines that waited, for their link or for something of the broker, are judged again. */
export async function waitingLinesMayCount(client: Client, period: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart({ brokerId: period.brokerId, periodId: period.periodId, from: period.from, to: period.to }), signal: linesMayCount, signalArgs: [] });
}

/** An operator closed a report period: the workflow that waits for its report ends. */
export async function periodWasClosed(client: Client, period: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(period), signal: periodClosed, signalArgs: [] });
}

/** The broker's sources are to be looked at now for this period. */
export async function lookAtSources(client: Client, period: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(period), signal: lookNow, signalArgs: [] });
}

/** A version of a broker's report calendar was posted: what has ended is opened, and its Schedule made. */
export async function calendarWasPosted(client: Client, brokerId: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportCalendar, { ...reportCalendarStart(brokerId), signal: calendarChanged, signalArgs: [] });
}

/** A source of the broker was added, changed or resumed: the periods that wait look at it now, woken page by page by the workflow of his calendar. */
export async function sourcesWereChanged(client: Client, brokerId: string): Promise<void> {
  await calendarWasPosted(client, brokerId);
}

/** A hold was placed on an accrual or lifted; the workflow looks at the row. */
export async function accrualTouched(client: Client, accrual: Accrual, what: { placed: { holdId: string; reason: string } } | { released: { holdId: string } }): Promise<void> {
  const start = accrualStart(accrual);
  if ('placed' in what) await client.workflow.signalWithStart(WORKFLOWS.accrual, { ...start, signal: accrualHeld, signalArgs: [what.placed] });
  else await client.workflow.signalWithStart(WORKFLOWS.accrual, { ...start, signal: accrualReleased, signalArgs: [what.released] });
}

/** A verification was asked for, or is to be looked at. Answers the workflow's id. */
export async function startOwnership(client: Client, ownership: Ownership): Promise<string> {
  const start = ownershipStart(ownership, OWNERSHIP_TERMS.remindAfterHours);
  await client.workflow.start(WORKFLOWS.ownershipVerification, start);
  return start.workflowId;
}

/** A verification was submitted, decided, ended or hinted at by the provider's event: its workflow looks at the row. */
export async function verificationTouched(client: Client, verification: Pick<Verification, 'id' | 'userId'>): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.verification, { ...verificationStart(verification, VERIFICATION_TERMS), signal: verificationChanged, signalArgs: [{ verificationId: verification.id }] });
}
export async function hintVerification(client: Client, verification: Pick<Verification, 'id' | 'userId'>, eventId: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.verification, { ...verificationStart(verification, VERIFICATION_TERMS), signal: providerHint, signalArgs: [{ eventId }] });
}

/** Starts the run of a key, or finds it. Answers the workflow's id. */
export async function startPayoutRun(client: Client, run: PayoutRunInput & { runKey: string; scheduledAt: string }): Promise<string> {
  const start = payoutRunStart(run);
  await client.workflow.start(WORKFLOWS.payoutRun, start);
  return start.workflowId;
}

/** A rail's webhook came: the payout's workflow is to ask the rail. */
export async function hintPayout(client: Client, payout: Payout, eventId: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.payout, { ...payoutStart(payout), signal: railHint, signalArgs: [{ eventId }] });
}

/** The switch was released: a worker wakes every open payout of the rail, or of all (null). */
export async function payoutsGoOn(client: Client, rail: string | null): Promise<void> {
  await client.workflow.start(WORKFLOWS.railResume, railResumeStart({ rail }));
}

/** A report source is to be tried; what was found is kept with it. */
export async function testSource(client: Client, test: SourceTestInput): Promise<void> {
  await client.workflow.start(WORKFLOWS.sourceTest, sourceTestStart(test));
}

const AT_ONCE = 16;

/** These deliveries are due: wakes or starts the workflow of each. */
export async function webhooksChanged(client: Client, deliveryIds: readonly string[]): Promise<void> {
  for (let from = 0; from < deliveryIds.length; from += AT_ONCE) {
    await Promise.all(deliveryIds.slice(from, from + AT_ONCE).map((id) => client.workflow.signalWithStart(WORKFLOWS.webhookDelivery, { ...webhookDeliveryStart(id), signal: webhookDeliveryChanged, signalArgs: [] })));
  }
}

/** A change was asked for, or decided about: its workflow waits, or tells whoever waits. */
export async function startChange(client: Client, change: Change): Promise<void> {
  if (change.state === 'requested') await client.workflow.start(WORKFLOWS.changeExpiry, changeStart(change));
  else if (change.followedUpAt === null) await client.workflow.signalWithStart(WORKFLOWS.changeExpiry, { ...changeStart(change), signal: changeDecided, signalArgs: [] });
}
