import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { startAccrual } from '../../activities/accruals/startAccruals.ts';
import { startChange } from '../../activities/changes/start.ts';
import { startOwnership } from '../../activities/ownership/start.ts';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { withTransaction } from '../../db/connection.ts';
import { startVerification } from '../../activities/verification/start.ts';
import { submitVerification } from '../../db/stores/submitVerification.ts';
import { putProfile } from '../../db/stores/userProfiles.ts';
import { createUser } from '../../db/stores/users.ts';
import { latestVerification, requestVerifications } from '../../db/stores/verifications.ts';
import { VERIFICATION_TERMS, type VerificationTerms } from '../../domain/verification/terms.ts';
import { verifyLink } from '../../db/stores/accountLinks.ts';
import { type Accrual, getAccrual } from '../../db/stores/accruals.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { endGate } from '../../db/stores/changeGates.ts';
import { type Change, getChange, openChangeOf, requestChange } from '../../db/stores/changes.ts';
import { placeHold, releaseHold } from '../../db/stores/holds.ts';
import { giveEvidence, type Ownership, requestOwnership } from '../../db/stores/ownership.ts';
import {
  accrualHeld, accrualReleased, approvePayoutRun, decideOwnership, linesMayCount, payoutRunProgress, railHint, reportProgress, reportReceived, providerHint, submitEvidence, TASK_QUEUES, verificationChanged, verificationStatus, WORKFLOWS, workflowIds,
} from '../../workflows/contracts.ts';
import { railReconciliationStart } from '../../workflows/starts.ts';
import { until } from '../case/until.ts';
import { receiveSample, type SampleReport } from '../sample/report.ts';
import type { Fault } from '../sandbox-rail/faults.ts';
import { OUTBOX_SHAPES } from './outbox.ts';
import { RAIL_SHAPES } from './rails.ts';
import { REPORT_SHAPES } from './reports.ts';
import { ACCOUNTS, type Stack, UNPROVEN } from './stack.ts';
import { WEBHOOK_SHAPES } from './webhooks.ts';

/** Makes one control-flow shape happen and answers the closed workflow that showed it. */
export type Shape = (stack: Stack) => Promise<WorkflowHandle>;

const now = (): string => new Date().toISOString();
let nextDay = 0;
let nextAccount = 0;
let nextUnproven = ACCOUNTS - UNPROVEN;

/** A report of a day of its own for the next accounts. */
const own = (accounts = 1, linesPerAccount = 1): SampleReport => ({ accounts: [nextAccount, (nextAccount += accounts)], linesPerAccount, lots: '2.00', day: nextDay++ });

async function arrives(stack: Stack, report: SampleReport, text?: string): Promise<{ handle: WorkflowHandle; reportId: string }> {
  const { input, reportId } = await receiveSample(stack.pool, report, now(), text);
  await startReportPeriod(stack.client, input);
  return { handle: stack.handle(workflowIds.reportPeriod(input.brokerId, input.from, input.to)), reportId };
}

async function accrued(stack: Stack, report: SampleReport): Promise<{ accruals: Accrual[]; handles: WorkflowHandle[] }> {
  const { handle, reportId } = await arrives(stack, report);
  await handle.result();
  const rows = await stack.rows<{ id: string }>('SELECT a.id FROM accrual a JOIN report r ON r.no = a.report_no WHERE r.id = $1 ORDER BY a.seq', [reportId]);
  return { accruals: await Promise.all(rows.map(({ id }) => getAccrual(stack.pool, id))), handles: rows.map(({ id }) => stack.handle(workflowIds.accrual(id))) };
}
async function accruedOne(stack: Stack): Promise<{ accrual: Accrual; handle: WorkflowHandle; report: SampleReport }> {
  const report = own();
  const { accruals: [accrual], handles: [handle] } = await accrued(stack, report);
  return { accrual: accrual!, handle: handle!, report };
}

async function runs(stack: Stack, runKey: string): Promise<WorkflowHandle> {
  await startPayoutRun(stack.client, { runKey, scheduledAt: now() });
  return stack.handle(workflowIds.payoutRun(runKey));
}
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

async function asked(stack: Stack, terms?: { remindAfterHours: readonly number[]; expireAfterDays: number }): Promise<{ ownership: Ownership; handle: WorkflowHandle }> {
  const userId = stack.users.get(`u${nextUnproven++}`);
  const [link] = await stack.rows<{ id: string }>('SELECT id FROM account_link WHERE user_id = $1', [userId]);
  const ownership = await withTransaction(stack.pool, (tx) => requestOwnership(tx, { accountLinkId: link!.id, asOf: now() }, terms));
  await startOwnership(stack.client, ownership, terms ?? { remindAfterHours: [72], expireAfterDays: 30 });
  return { ownership, handle: stack.handle(workflowIds.ownership(link!.id)) };
}
const decided = (decision: 'confirmed' | 'rejected'): Shape => async (stack) => {
  const { ownership, handle } = await asked(stack);
  const content = { documentType: 'statement', login: '100039', holderName: 'A. Trader', sha256: 'ab'.repeat(32) };
  const { evidenceId } = await withTransaction(stack.pool, (tx) => giveEvidence(tx, stack.personal, { ownershipId: ownership.id, kind: 'document', content, givenAt: now() }));
  await handle.executeUpdate(submitEvidence, { args: [{ evidenceId, kind: 'document' }] });
  await handle.executeUpdate(decideOwnership, { args: [{ decision, operatorId: 'op_1', reason: 'looked at it' }] });
  return handle;
};

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

/** Somebody's verification as he submitted it. */
async function verified(stack: Stack, externalId: string, fullName: string): Promise<{ handle: WorkflowHandle; id: string; userId: string; submit: () => Promise<string> }> {
  const { id: userId } = await createUser(drizzle(stack.pool), { externalId, at: now() });
  const submit = async (): Promise<string> => (await withTransaction(stack.pool, async (tx) => {
    await putProfile(tx, stack.personal, userId, { fullName, country: 'DE', dateOfBirth: '1990-01-01' }, now());
    return submitVerification(tx, stack.personal, { userId, documents: [{ kind: 'passport', number: 'X1' }], provider: 'sandbox', at: now() }, SOON);
  })).id;
  const id = await submit();
  await startVerification(stack.client, { id, userId }, SOON);
  return { handle: stack.handle(workflowIds.verification(userId)), id, userId, submit };
}
const SOON: VerificationTerms = { ...VERIFICATION_TERMS, remindAfterHours: [1 / 3600], userDays: 3 / 86_400, providerDays: 3 / 86_400, firstLookSeconds: 0.3, maxLookSeconds: 1 };

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
    const account = nextUnproven++;
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
  'ownership-confirmed': decided('confirmed'),
  'ownership-rejected': decided('rejected'),
  'ownership-expired': async (stack) => (await asked(stack, { remindAfterHours: [1 / 3600, 2 / 3600], expireAfterDays: 3 / 86_400 })).handle,
  'verification-approved': async (stack) => (await verified(stack, 'ver-approved', 'Ann Example')).handle,
  'verification-rejected': async (stack) => (await verified(stack, 'ver-rejected', 'Reject Example')).handle,
  'verification-asked-again': async (stack) => {
    const { handle, id, submit } = await verified(stack, 'ver-again', 'Again Example');
    await until('it is asked again', async () => (await handle.query(verificationStatus)).state === 'asked_again');
    await submit();
    await handle.signal(verificationChanged, { verificationId: id });
    return handle;
  },
  'verification-provider-silent': async (stack) => {
    const { handle } = await verified(stack, 'ver-silent', 'Silent Example');
    await handle.signal(providerHint, { eventId: 'msg_1' });
    return handle;
  },
  'verification-expired': async (stack) => {
    const { id: userId } = await createUser(drizzle(stack.pool), { externalId: 'ver-expired', at: now() });
    await withTransaction(stack.pool, (tx) => requestVerifications(tx, [userId], now(), SOON));
    const { id } = (await latestVerification(stack.pool, userId))!;
    await startVerification(stack.client, { id, userId }, SOON);
    return stack.handle(workflowIds.verification(userId));
  },
  screening: async (stack) => stack.client.workflow.start(WORKFLOWS.screening, { workflowId: workflowIds.screening(), taskQueue: TASK_QUEUES.payouts, args: [{ pageSize: 1 }] }),
  'accrual-cleared': async (stack) => (await accruedOne(stack)).handle,
  'accrual-held-and-released': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    const hold = await withTransaction(stack.pool, (tx) => placeHold(tx, { accrualId: accrual.id, reason: 'FRAUD_CHECK', note: '', placedBy: 'op_1', at: now() }));
    await handle.signal(accrualHeld, { holdId: hold.id, reason: hold.reason });
    await until('it is due', async () => now() > accrual.clearsAt);
    await withTransaction(stack.pool, (tx) => releaseHold(tx, { accrualId: accrual.id, holdId: hold.id, releasedBy: 'op_2', at: now() }));
    await handle.signal(accrualReleased, { holdId: hold.id });
    return handle;
  },
  'accrual-released-in-time': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    const hold = await withTransaction(stack.pool, (tx) => placeHold(tx, { accrualId: accrual.id, reason: 'FRAUD_CHECK', note: '', placedBy: 'op_1', at: now() }));
    await handle.signal(accrualHeld, { holdId: hold.id, reason: hold.reason });
    await handle.query('__stack_trace');
    await withTransaction(stack.pool, (tx) => releaseHold(tx, { accrualId: accrual.id, holdId: hold.id, releasedBy: 'op_2', at: now() }));
    await handle.signal(accrualReleased, { holdId: hold.id });
    return handle;
  },
  'accrual-reversed': async (stack) => {
    const { handle, report } = await accruedOne(stack);
    await (await arrives(stack, { ...report, without: 1 })).handle.result();
    return handle;
  },
  'accrual-overdue': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    await handle.terminate('so that it is started late');
    await until('it is due', async () => now() > accrual.clearsAt);
    await startAccrual(stack.client, accrual);
    return stack.handle(handle.workflowId);
  },
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
  ...REPORT_SHAPES,
  ...RAIL_SHAPES,
};

async function period(stack: Stack, workflowId: string): Promise<{ brokerId: string; periodId: string; from: string; to: string }> {
  const rows = await stack.rows<{ id: string; broker: string; from: Date; to: Date }>('SELECT id, broker_id AS broker, period_from AS "from", period_to AS "to" FROM report_period');
  const found = rows.find((row) => workflowIds.reportPeriod(row.broker, row.from.toISOString(), row.to.toISOString()) === workflowId)!;
  return { brokerId: found.broker, periodId: found.id, from: found.from.toISOString(), to: found.to.toISOString() };
}
