import type { WorkflowHandle } from '@temporalio/client';
import { startChange } from '../../activities/changes/start.ts';
import { withTransaction } from '../../db/connection.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { endGate } from '../../db/stores/changeGates.ts';
import { type Change, getChange, openChangeOf, requestChange } from '../../db/stores/changes.ts';
import { payoutRunProgress, reportProgress, workflowIds } from '../../workflows/contracts.ts';
import { until } from '../case/until.ts';
import { accrued, arrives, now, own, runs } from './arrivals.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

/** The change that a report or a run waits for, when it does. */
async function gate(stack: Stack, type: 'report' | 'payoutRun', id: string): Promise<Change> {
  let change: Change | null = null;
  await until('it waits for a second operator', async () => (change = await openChangeOf(stack.pool, { type, id })) !== null);
  return change!;
}
/** Decides about it as the API does, and tells its workflow. */
async function decideGate(stack: Stack, change: Change, to: 'approved' | 'rejected'): Promise<WorkflowHandle> {
  await startChange(stack.client, await withTransaction(stack.pool, (tx) => endGate(tx, change, to, { by: 'op_2', at: now(), reason: to === 'rejected' ? 'a wrong rate' : null })));
  return stack.handle(workflowIds.change(change.id));
}
/** A report of 120,000 USD. */
async function largeReport(stack: Stack, to: 'approved' | 'rejected'): Promise<{ report: WorkflowHandle; change: WorkflowHandle }> {
  const { handle, reportId } = await arrives(stack, { ...own(), lots: '20000.00' });
  const change = await gate(stack, 'report', reportId);
  await until('its workflow waits', async () => (await handle.query(reportProgress)).phase === 'awaiting-approval');
  return { report: handle, change: await decideGate(stack, change, to) };
}
async function runDecided(stack: Stack, runKey: string, to: 'approved' | 'rejected'): Promise<WorkflowHandle> {
  await Promise.all((await accrued(stack, { ...own(), lots: '200.00' })).handles.map((handle) => handle.result()));
  const run = await runs(stack, runKey);
  await until('the run waits', async () => (await run.query(payoutRunProgress)).phase === 'awaiting approval');
  const [{ id }] = await stack.rows<{ id: string }>('SELECT id FROM payout_run WHERE key = $1', [runKey]) as [{ id: string }];
  await decideGate(stack, await gate(stack, 'payoutRun', id), to);
  return run;
}

/** What waits for a second operator. */
export const GATE_SHAPES: Readonly<Record<string, Shape>> = {
  'payout-run-rejected': (stack) => runDecided(stack, 'rejected', 'rejected'),
  'payout-run-decided': (stack) => runDecided(stack, 'decided', 'approved'),
  'report-approved': async (stack) => (await largeReport(stack, 'approved')).report,
  'report-not-approved': async (stack) => (await largeReport(stack, 'rejected')).report,
  'change-approved': async (stack) => (await largeReport(stack, 'approved')).change,
  'change-expired': async (stack) => {
    const policy = await withTransaction(stack.pool, (tx) => getPolicy(tx.db, 'rate'));
    const { id } = await withTransaction(stack.pool, (tx) => requestChange(tx, { ...policy, expiryHours: 3 / 3600 }, { kind: 'rate', subject: { type: 'broker', id: 'north' }, payload: { perLot: '7' }, by: 'op_1', at: now() }));
    await startChange(stack.client, await getChange(stack.pool, id));
    return stack.handle(workflowIds.change(id));
  },
};
