import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type Accrual, pendingAccruals } from '../../db/stores/accruals.ts';
import { type Change, unfinishedChanges } from '../../db/stores/changes.ts';
import { expectedPage, type PeriodRef, periodsToLookBeside } from '../../db/stores/expectedPeriods.ts';
import { type Ownership, listOwnerships } from '../../db/stores/ownership.ts';
import { openRuns } from '../../db/stores/payoutRuns.ts';
import { listPayouts, type Payout } from '../../db/stores/payouts.ts';
import { listVerifications, type Verification } from '../../db/stores/verifications.ts';
import { waitingPreviews } from '../../db/stores/reportPreviews.ts';
import { brokersWithCalendar } from '../../db/stores/reportCalendars.ts';
import { periodsWithWaitingLines } from '../../db/stores/waitingLines.ts';
import { pendingDeliveries } from '../../db/stores/webhookDeliveries.ts';
import type { OwnershipTerms } from '../../domain/ownership/terms.ts';
import { startAccrual } from '../accruals/startAccruals.ts';
import { startChange } from '../changes/start.ts';
import { concurrently } from '../concurrently.ts';
import { startOutbox } from '../notifications/start.ts';
import { startOwnership } from '../ownership/start.ts';
import { startPayout } from '../payouts/startPayouts.ts';
import { startPayoutRun } from '../payouts/startRun.ts';
import { startVerification } from '../verification/start.ts';
import { VERIFICATION_TERMS } from '../../domain/verification/terms.ts';
import { startReportPreview } from '../reports/preview/start.ts';
import { lookBesideWaiting, startReportCalendar, startReportPeriod, wakeForSources, wakeReportPeriod } from '../reports/startReportPeriod.ts';
import { startDeliveries } from '../webhooks/startDeliveries.ts';

const PAGE = 500;
const AT_ONCE = 32;

/** How many workflows of each kind should be running; each was started or found running. `lookedBeside`: brokers whose mailboxes and drops are looked at although no report is waited for. */
export interface Reconciled { calendars: number; expectedPeriods: number; lookedBeside: number; reportPeriods: number; waitingPeriods: number; accruals: number; ownerships: number; verifications: number; payoutRuns: number; payouts: number; webhookDeliveries: number; outbox: number; changes: number; reportPreviews: number }

export interface ReconcileDeps {
  pool: Pool;
  client: Client;
  ownershipTerms: OwnershipTerms;
  /** Also the outbox, where workers serve it. */
  outbox?: boolean;
}

/**
 * Makes Temporal run what Postgres says should run (architecture "Truth"): starting one that runs already changes nothing,
 * so it may be done at any time, also when nothing is wrong, and after Temporal's whole state was lost.
 */
export async function startMissing({ pool, client, ownershipTerms, outbox = false }: ReconcileDeps, progress: (done: number) => void): Promise<Reconciled> {
  let done = 0;
  const each = async <T>(rows: readonly T[], start: (row: T) => Promise<void>): Promise<number> => {
    await concurrently(rows, AT_ONCE, async (row) => {
      await start(row);
      progress(++done);
    });
    return rows.length;
  };
  const periods = await pool.query<{ id: string; broker_id: string; period_from: Date; period_to: Date; report_id: string }>(
    `SELECT DISTINCT ON (p.id) p.id, p.broker_id, p.period_from, p.period_to, r.id AS report_id FROM report_period p JOIN report r ON r.period_id = p.id
     WHERE r.state NOT IN ('posted', 'refused', 'unchanged') ORDER BY p.id, r.no`);
  const waiting = await periodsWithWaitingLines(pool, null);
  return {
    outbox: await each(outbox ? ['outbox'] : [], () => startOutbox(client)),
    waitingPeriods: await each(waiting, (period) => startReportPeriod(client, period)),
    // Woken, not only started: one that waits for a report may have missed its signal.
    reportPeriods: await each(periods.rows, (row) => wakeReportPeriod(client, { brokerId: row.broker_id, periodId: row.id, from: row.period_from.toISOString(), to: row.period_to.toISOString() }, row.report_id)),
    // Each opens what has ended meanwhile, and makes the broker's Schedule where there is none.
    calendars: await each(await brokersWithCalendar(pool), (brokerId) => startReportCalendar(client, brokerId)),
    expectedPeriods: await inPages(
      (after: PeriodRef | null) => expectedPage(pool, null, new Date().toISOString(), { after: after?.periodId ?? null, limit: PAGE }),
      // A source may have been added or resumed, and the signal was lost.
      (rows) => each(rows, ({ unlooked, ...period }) => (unlooked ? wakeForSources : startReportPeriod)(client, period))),
    lookedBeside: await each(await periodsToLookBeside(pool, new Date().toISOString()), (period) => lookBesideWaiting(client, period)),
    accruals: await inPages(
      (after: Accrual | null) => pendingAccruals(pool, null, { after: after?.seq ?? null, limit: PAGE }),
      (rows) => each(rows, (accrual) => startAccrual(client, accrual))),
    ownerships: await inPages(
      (after: Ownership | null) => listOwnerships(pool, { open: true, limit: PAGE, ...(after && { after: after.id }) }),
      (rows) => each(rows, (ownership) => startOwnership(client, ownership, ownershipTerms))),
    verifications: await inPages(
      (after: Verification | null) => listVerifications(pool, { open: true, limit: PAGE, ...(after && { after: after.id }) }),
      (rows) => each(rows, (verification) => startVerification(client, verification, VERIFICATION_TERMS))),
    reportPreviews: await each(await waitingPreviews(pool), (id) => startReportPreview(client, id)),
    payoutRuns: await each(await openRuns(pool), (run) => startPayoutRun(client, { runKey: run.key, scheduledAt: run.scheduledAt })),
    payouts: await inPages(
      (after: Payout | null) => listPayouts(pool, { open: true, limit: PAGE, ...(after && { after: after.id }) }),
      (rows) => each(rows, (payout) => startPayout(client, payout))),
    webhookDeliveries: await inPages(
      (after: string | null) => pendingDeliveries(pool, after, PAGE),
      (rows) => each(rows, (id) => startDeliveries(client, [id]))),
    changes: await inPages(
      (after: Change | null) => unfinishedChanges(pool, { after: after?.id ?? null, limit: PAGE }),
      (rows) => each(rows, (change) => startChange(client, change))),
  };
}

async function inPages<T>(read: (after: T | null) => Promise<readonly T[]>, each: (rows: readonly T[]) => Promise<number>): Promise<number> {
  let total = 0;
  for (let after: T | null = null; ;) {
    const rows: readonly T[] = await read(after);
    total += await each(rows);
    if (rows.length < PAGE) return total;
    after = rows[rows.length - 1]!;
  }
}
