import type { Client } from '@temporalio/client';
import { lookBeside, type ReportPeriodInput, reportReceived, sourcesChanged, WORKFLOWS } from '../../workflows/contracts.ts';
import { reportCalendarStart, reportPeriodStart } from '../../workflows/starts.ts';

/** Starts the workflow of a report period, or finds it running. */
export async function startReportPeriod(client: Client, input: ReportPeriodInput): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportPeriod, reportPeriodStart(input));
}

/** The same for one that waits for its report: it reads again which sources the broker has. */
export async function wakeForSources(client: Client, { brokerId, periodId, from, to }: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart({ brokerId, periodId, from, to }), signal: sourcesChanged, signalArgs: [] });
}

/** The same for a report that was stored: one that waits for it is woken. */
export async function wakeReportPeriod(client: Client, input: ReportPeriodInput, reportId: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(input), signal: reportReceived, signalArgs: [{ reportId }] });
}

/** The same for re-issues at the broker's mailboxes and drops, at which no period waits. */
export async function lookBesideWaiting(client: Client, input: ReportPeriodInput): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(input), signal: lookBeside, signalArgs: [] });
}

/** Opens what has ended by a broker's calendar, and makes its Schedule. */
export async function startReportCalendar(client: Client, brokerId: string): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportCalendar, reportCalendarStart(brokerId));
}
