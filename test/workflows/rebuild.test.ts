import { expect, test } from 'vitest';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { ensureSchedules } from '../../activities/schedules.ts';
import { until } from '../../scripts/case/until.ts';
import { accrualReleased, SCHEDULES, workflowIds } from '../../workflows/contracts.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { gates } from '../support/gates.ts';
import { arrives, mainJob, type MainJob, mainJobWorkers, posted } from '../support/main-job.ts';

const ACCOUNTS = 8;
const PAID_BY_FIRST_RUN = ACCOUNTS - 1; // the last user has not proved his account
const report = (day: number) => ({ accounts: [0, ACCOUNTS], linesPerAccount: 2, day }) as const;

/** Takes everything that Temporal knew away, and answers where the story goes on. */
type Loss = (server: TestDevServer, stopWorkers: () => Promise<void>) => Promise<TestDevServer>;

const terminated: Loss = async (server, stopWorkers) => {
  const open = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of server.client.workflow.list({ query: `ExecutionStatus = 'Running'` })) ids.push(workflowId);
    return ids;
  };
  await until('visibility lists all', async () => (await open()).length > 2 * ACCOUNTS);
  // Again after the workers have stopped: an activity that was running may have started another meanwhile.
  const terminateAll = async (): Promise<number> => {
    const ids = await open();
    for (const id of ids) await server.client.workflow.getHandle(id).terminate('everything goes').catch(() => undefined);
    return ids.length;
  };
  await terminateAll();
  await stopWorkers();
  await until('nothing runs any more', async () => (await terminateAll()) === 0);
  return server;
};
const deleted: Loss = async (server, stopWorkers) => {
  await stopWorkers();
  await server.stop();
  return devServer();
};

/**
 * A first run's payouts are with the rail, some with unknown outcome; a second run is half planned; one report is half
 * posted, one half judged; accruals wait, one on hold. There the loss happens, if there is one; then it goes on to the end.
 */
async function story(job: MainJob, loss: Loss | null, rebuild: (server: TestDevServer) => Promise<void>): Promise<{ figures: object; executed: string[]; once: boolean }> {
  let server = await devServer();
  const stops = gates();
  // Before the loss nobody looks: what was sent stays open. After it somebody does.
  const settings = (firstLookSeconds: number) => ({ ...PAYOUT_SETTINGS, approvalLimit: null, pageSize: 3, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds } });
  let workers = await mainJobWorkers(job, server, { reportPages: { lines: 3, accruals: 3 }, payoutSettings: settings(600), worker: stops.worker });
  const available = (account: number, amount: string) => until(`user ${account} has ${amount} available`, async () => (await job.money(account)).available === amount);

  await posted(job, server.client, report(0));
  for (let account = 0; account < ACCOUNTS; account++) await available(account, '12');
  await fetch(`${job.rail.url}/admin/faults`, { method: 'POST', body: JSON.stringify({ script: ['reset_after', 'error_after', 'reset_before'].map((fault) => ({ fault })) }) });
  await startPayoutRun(server.client, { runKey: 'first', scheduledAt: new Date().toISOString() });
  await server.client.workflow.getHandle(workflowIds.payoutRun('first')).result();
  const inState = (...states: string[]) => job.rows('SELECT 1 FROM payout WHERE state = ANY ($1)', [states]);
  await until('every payout of the first run was sent', async () => (await inState('submitted', 'unknown')).length === PAID_BY_FIRST_RUN);
  expect((await inState('unknown')).length).toBeGreaterThan(0);

  await posted(job, server.client, report(1));
  for (let account = 0; account < PAID_BY_FIRST_RUN; account++) await available(account, '12');
  const inTheMiddleOf = (activity: string, nth: number): Promise<void> => (loss === null ? Promise.resolve() : stops.hold(activity, nth).reached);
  const planning = inTheMiddleOf('planPage', 2);
  // From here on only what the run itself froze counts: later accruals are due after its time.
  await startPayoutRun(server.client, { runKey: 'second', scheduledAt: new Date().toISOString() });
  await planning;
  if (loss === null) await server.client.workflow.getHandle(workflowIds.payoutRun('second')).result();
  const [held] = (await posted(job, server.client, report(2))).accruals;
  const hold = await job.hold(held!.accrual.id);
  const posting = inTheMiddleOf('postPage', 3);
  const later = [await arrives(job, server.client, report(3))];
  await posting;
  const judging = inTheMiddleOf('judgePage', 3);
  later.push(await arrives(job, server.client, report(4)));
  await judging;

  if (loss !== null) {
    expect(await job.rows('SELECT state, cursor IS NOT NULL AS begun FROM report WHERE id = ANY ($1) ORDER BY no', [later.map((one) => one.reportId)])).toEqual([{ state: 'posting', begun: true }, { state: 'judging', begun: true }]);
    expect(await job.rows(`SELECT state, (SELECT count(*)::int FROM payout p WHERE p.run_id = r.id) AS planned FROM payout_run r WHERE key = 'second'`)).toEqual([{ state: 'frozen', planned: 3 }]);
    server = await loss(server, async () => {
      stops.kill();
      await workers.stop();
    });
    await until('some accruals are due and nobody cleared them', async () => (await job.rows(`SELECT 1 FROM accrual WHERE state = 'pending' AND clears_at < now()`)).length >= ACCOUNTS);
    workers = await mainJobWorkers(job, server, { reportPages: { lines: 3, accruals: 3 }, payoutSettings: settings(0.2) });
    await rebuild(server);
  } else {
    await workers.stop();
    workers = await mainJobWorkers(job, server, { reportPages: { lines: 3, accruals: 3 }, payoutSettings: settings(0.2) });
    // What waits ten minutes for its look is asked at once, as the rail's webhook would.
    for (const { id } of await job.rows<{ id: string }>('SELECT id FROM payout')) await server.client.workflow.getHandle(workflowIds.payout(id)).signal('railHint', { eventId: 'evt' });
  }

  await until('every report is posted', async () => (await job.rows(`SELECT 1 FROM report WHERE state <> 'posted'`)).length === 0, 120);
  await until('every run is done', async () => (await job.rows(`SELECT 1 FROM payout_run WHERE state <> 'done'`)).length === 0, 120);
  await until('every payout is paid', async () => (await inState('paid')).length === (await job.rows('SELECT 1 FROM payout')).length, 120);
  await until('every accrual but the held one has cleared', async () => (await job.rows(`SELECT id FROM accrual WHERE state = 'pending'`)).length === 1, 120);
  expect(await job.rows(`SELECT id FROM accrual WHERE state = 'pending'`)).toEqual([{ id: held!.accrual.id }]);
  await job.release(held!.accrual.id, hold.id);
  const handle = server.client.workflow.getHandle(workflowIds.accrual(held!.accrual.id));
  await handle.signal(accrualReleased, { holdId: hold.id });
  expect(await handle.result()).toBe('available');
  const [ownership] = await job.rows<{ link: string }>(`SELECT account_link_id AS link FROM ownership_verification WHERE state = 'requested'`);
  expect((await server.client.workflow.getHandle(workflowIds.ownership(ownership!.link)).describe()).status.name).toBe('RUNNING');

  // No accrual was cleared before its time.
  expect(await job.rows('SELECT 1 FROM accrual WHERE cleared_at < clears_at')).toEqual([]);
  const executed = job.rail.record().filter((movement) => movement.kind === 'executed');
  const users = new Map(await job.rows<{ id: string; name: string }>('SELECT p.id, u.external_id AS name FROM payout p JOIN app_user u ON u.id = p.user_id').then((rows) => rows.map(({ id, name }) => [id, name])));
  const figures = await job.figures();
  await workers.stop();
  await server.stop();
  return {
    figures, once: new Set(executed.map(({ payoutId }) => payoutId)).size === executed.length,
    executed: executed.map(({ payoutId, amount }) => `${users.get(payoutId)} ${amount}`).toSorted(),
  };
}

const sample = { accounts: ACCOUNTS, unproven: 1, pendingPeriod: 'PT5S' };
let undisturbed: Awaited<ReturnType<typeof story>>;

test('undisturbed, for comparison', { timeout: 180_000 }, async () => {
  const job = await mainJob(sample);
  undisturbed = await story(job, null, async () => {});
  expect(undisturbed.executed).toHaveLength(2 * PAID_BY_FIRST_RUN);
  expect(undisturbed).toMatchObject({ once: true, figures: { ledger: [] } });
  await job.close();
});

test('every workflow terminated: reconcile rebuilds the right set, and all ends as it would have', { timeout: 240_000 }, async () => {
  const job = await mainJob(sample);
  const ended = await story(job, terminated, async (server) => {
    const pending = (await job.rows(`SELECT 1 FROM accrual WHERE state = 'pending'`)).length;
    const started = await startMissing({ pool: job.pool, client: server.client, ownershipTerms: PAYOUT_SETTINGS.ownership }, () => {});
    expect(started).toMatchObject({ changes: 0, waitingPeriods: 0, reportPeriods: 2, accruals: pending, ownerships: 1, payoutRuns: 1, payouts: PAID_BY_FIRST_RUN + 3 });
  });
  expect(ended).toEqual(undisturbed);
  await job.close();
});

test("Temporal's state deleted: the sweep's Schedule rebuilds the right set, and all ends as it would have", { timeout: 240_000 }, async () => {
  const job = await mainJob(sample);
  const ended = await story(job, deleted, async (server) => {
    await ensureSchedules(server.client);
    const schedule = server.client.schedule.getHandle(SCHEDULES.hourlySweep);
    expect((await schedule.describe()).spec.intervals).toMatchObject([{ every: 3_600_000 }]);
    await schedule.trigger();
    await until('the sweep has run', async () => {
      const { recentActions } = (await schedule.describe()).info;
      const run = recentActions[0]?.action;
      return run !== undefined && (await server.client.workflow.getHandle(run.workflow.workflowId, run.workflow.firstExecutionRunId).describe()).status.name === 'COMPLETED';
    });
  });
  expect(ended).toEqual(undisturbed);
  await job.close();
});
