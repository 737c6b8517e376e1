import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { verifyLink } from '../../db/stores/accountLinks.ts';
import { approvePayoutRun, linesMayCount, payoutRunProgress, railHint, reportReceived, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { railReconciliationStart } from '../../workflows/starts.ts';
import { until } from '../case/until.ts';
import { receiveSample, type SampleReport } from '../sample/report.ts';
import type { Fault } from '../sandbox-rail/faults.ts';
import { ACCRUAL_SHAPES } from './accruals.ts';
import { accrued, arrives, nextUnproven, now, own, runs } from './arrivals.ts';
import { GATE_SHAPES } from './gates.ts';
import { OUTBOX_SHAPES } from './outbox.ts';
import { PEOPLE_SHAPES } from './people.ts';
import { RAIL_SHAPES } from './rails.ts';
import { REPORT_SHAPES } from './reports.ts';
import { ACCOUNTS, type Stack } from './stack.ts';
import { WEBHOOK_SHAPES } from './webhooks.ts';

/** Makes one control-flow shape happen and answers the closed workflow that showed it. */
export type Shape = (stack: Stack) => Promise<WorkflowHandle>;

/** A run that pays whoever has money: these accounts. */
async function runFor(stack: Stack, accounts: number, runKey: string): Promise<WorkflowHandle> {
  await Promise.all((await accrued(stack, own(accounts))).handles.map((handle) => handle.result()));
  const run = await runs(stack, runKey);
  await run.result();
  return run;
}

/** The payout of one user whose sending meets these faults. */
const payoutWith = (name: string, ...faults: Fault[]) => async (stack: Stack): Promise<WorkflowHandle> => {
  await stack.faults(...faults);
  await runFor(stack, 1, name);
  const [payout] = await stack.rows<{ id: string }>('SELECT p.id FROM payout p JOIN payout_run r ON r.id = p.run_id WHERE r.key = $1', [name]);
  const handle = stack.handle(workflowIds.payout(payout!.id));
  await handle.result();
  return handle;
};

/** One history a shape, in an order in which none spoils the next: a run pays everyone who has money by then. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  ...WEBHOOK_SHAPES,
  ...OUTBOX_SHAPES,
  'payout-run-empty': (stack) => runs(stack, 'empty'),
  'payout-run-two-pages': (stack) => runFor(stack, 3, 'two-pages'),
  'payout-run-approved': async (stack) => {
    const report = { ...own(), lots: '200.00' };
    await Promise.all((await accrued(stack, report)).handles.map((handle) => handle.result()));
    const run = await runs(stack, 'approved');
    await until('the run waits', async () => (await run.query(payoutRunProgress)).phase === 'awaiting approval');
    await run.executeUpdate(approvePayoutRun, { args: [{ operatorId: 'op_2' }] });
    return run;
  },
  'payout-run-first-payout': async (stack) => {
    const account = nextUnproven();
    await Promise.all((await accrued(stack, { ...own(0), accounts: [account, account + 1] })).handles.map((handle) => handle.result()));
    return runs(stack, 'first-payout');
  },
  'payout-paid': payoutWith('paid'),
  'payout-failed': payoutWith('failed', 'rejected'),
  'payout-second-attempt': payoutWith('second-attempt', 'rejected_for_now'),
  'payout-unknown-then-paid': payoutWith('unknown', 'reset_after', 'look_up_error', 'look_up_not_found'),
  'payout-resent': payoutWith('resent', 'reset_before'),
  'payout-returned': async (stack) => {
    const handle = await payoutWith('returned', 'returned')(stack);
    const payoutId = handle.workflowId.replace(/^payout:/, '');
    await until('the rail sent it back', async () => stack.moved(payoutId).includes('returned'));
    const again = await stack.client.workflow.signalWithStart(WORKFLOWS.payout, {
      workflowId: handle.workflowId, taskQueue: TASK_QUEUES.payouts, args: [{ payoutId, rail: 'sandbox' }], signal: railHint, signalArgs: [{ eventId: 'evt_returned' }],
    });
    return stack.handle(again.workflowId);
  },
  ...PEOPLE_SHAPES,
  ...ACCRUAL_SHAPES,
  'report-one-page': async (stack) => (await arrives(stack, own())).handle,
  'report-many-pages': async (stack) => (await arrives(stack, own(5, 3))).handle,
  'report-refused': async (stack) => (await arrives(stack, own(), 'ticket,account\n1,2\n')).handle,
  'report-re-issue': async (stack) => {
    const report = own(2, 2);
    await receiveSample(stack.pool, report, now());
    const first = await receiveSample(stack.pool, { ...report, lots: '1.50' }, now());
    const { handle } = await arrives(stack, { ...report, lots: '1.00', without: 1 });
    await handle.signal(reportReceived, { reportId: first.reportId });
    return handle;
  },
  'report-link-verified-later': async (stack) => {
    const report: SampleReport = { ...own(0), accounts: [ACCOUNTS - 1, ACCOUNTS] };
    const { handle } = await arrives(stack, report);
    await handle.result();
    const [link] = await stack.rows<{ id: string }>('SELECT id FROM account_link WHERE user_id = $1', [stack.users.get(`u${ACCOUNTS - 1}`)]);
    await verifyLink(drizzle(stack.pool), link!.id, now());
    const input = await period(stack, handle.workflowId);
    await stack.client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { workflowId: handle.workflowId, taskQueue: TASK_QUEUES.reports, args: [input], signal: linesMayCount });
    return stack.handle(handle.workflowId);
  },
  'rail-comparison': async (stack) => stack.client.workflow.start(WORKFLOWS.railComparison, { workflowId: workflowIds.railComparison(), taskQueue: TASK_QUEUES.payouts, args: [] }),
  'rail-reconciliations-started': async (stack) => stack.client.workflow.start(WORKFLOWS.railComparison, { workflowId: workflowIds.railComparison(), taskQueue: TASK_QUEUES.payouts, args: [] }),
  'rail-reconciliation-unreachable': async (stack) => stack.client.workflow.start(WORKFLOWS.railReconciliation, railReconciliationStart({ rail: 'gone', day: '2026-01-05', retrySeconds: 0.1 })),
  sweep: async (stack) => stack.client.workflow.start(WORKFLOWS.sweep, { workflowId: workflowIds.sweep(), taskQueue: TASK_QUEUES.reports, args: [] }),
  ...GATE_SHAPES,
  ...REPORT_SHAPES,
  ...RAIL_SHAPES,
};

async function period(stack: Stack, workflowId: string): Promise<{ brokerId: string; periodId: string; from: string; to: string }> {
  const rows = await stack.rows<{ id: string; broker: string; from: Date; to: Date }>('SELECT id, broker_id AS broker, period_from AS "from", period_to AS "to" FROM report_period');
  const found = rows.find((row) => workflowIds.reportPeriod(row.broker, row.from.toISOString(), row.to.toISOString()) === workflowId)!;
  return { brokerId: found.broker, periodId: found.id, from: found.from.toISOString(), to: found.to.toISOString() };
}
