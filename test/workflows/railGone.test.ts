import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteMissingRails } from '../../activities/payouts/missingRails.ts';
import { type RailRegistry, railRegistry } from '../../activities/payouts/rails/registry.ts';
import { startPayout } from '../../activities/payouts/startPayouts.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { withTransaction } from '../../db/connection.ts';
import { railConditions } from '../../db/stores/railConditions.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { endProcess, spawnServer, tiedToUs } from '../../scripts/local/processes.ts';
import { railHint, railTaskQueue, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { payoutStart } from '../../workflows/starts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../support/payouts.ts';
import { workerEnvironment } from '../support/worker-environment.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

// A rail that no worker has for a while: taken out of RAILS, or its workers are away.

const AT = '2026-11-23T09:00:00.000Z';
const RAIL_QUEUE = railTaskQueue('sandbox');
let fixture: PayoutFixture;
let temporal: TimeSkipping;
/** What the worker of the queue `payouts` has, as if it had been started again with other RAILS. */
let configured: RailRegistry = railRegistry([]);
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  temporal = await timeSkipping();
  fixture = await payoutFixture({ settings: { policy: { maxAttempts: 2, firstLookSeconds: 10, maxLookSeconds: 600 } }, timeoutMs: 400 });
  await working({ get: (id) => configured.get(id), ids: () => configured.ids() }, [TASK_QUEUES.payouts]);
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await fixture?.close();
});

/** Workers of these queues that know these rails. */
async function working(rails: RailRegistry, queues: readonly string[]): Promise<() => Promise<void>> {
  const { stop } = runWorkers(await createWorkers({
    personal: testPersonalData(), connection: temporal.env.nativeConnection, namespace: 'default', workflows: { workflowBundle: await workflowBundle() },
    pool: fixture.pool, client: temporal.client, rails, payoutSettings: fixture.settings, queues, worker: { shutdownGraceTime: '1s' },
  }));
  stops.push(stop);
  return stop;
}
async function started(): Promise<{ payoutId: string; handle: WorkflowHandle }> {
  const { payoutId } = await plannedPayout(fixture, '20', AT);
  await startPayout(temporal.client, (await readPayout(fixture.pool, payoutId)).payout);
  return { payoutId, handle: temporal.client.workflow.getHandle(workflowIds.payout(payoutId)) };
}
const stateOf = async (payoutId: string) => (await readPayout(fixture.pool, payoutId)).payout.state;
const pending = async (handle: WorkflowHandle) => ((await handle.describe()).raw.pendingActivities ?? []).map(({ activityType, lastFailure }) => `${activityType!.name} ${lastFailure?.applicationFailureInfo?.type ?? lastFailure?.message ?? 'waits'}`);
const executions = (payoutId: string) => fixture.executed().filter((one) => one.payoutId === payoutId).length;
/** Skips time in steps until the payout is paid. */
async function untilPaid({ payoutId, handle }: { payoutId: string; handle: WorkflowHandle }): Promise<void> {
  for (let i = 0; i < 60 && (await stateOf(payoutId)) !== 'paid'; i++) await settleAndSleep(temporal.env, handle, '1m');
  expect(await stateOf(payoutId)).toBe('paid');
  expect(await handle.result()).toEqual({ state: 'paid' });
  expect(executions(payoutId)).toBe(1);
}
const timestamp = ({ seconds, nanos }: { seconds?: unknown; nanos?: number | null }): number => Number(seconds) * 1000 + Math.floor((nanos ?? 0) / 1_000_000);
const told = () => fixture.rows<{ facts: object }>("SELECT facts FROM notification WHERE kind = 'rail_condition' ORDER BY id");

test('stopped by operators while its outcome is unknown: looked up at the usual intervals, sent again only when payouts go on', async () => {
  configured = fixture.rails;
  const stopRail = await working(fixture.rails, [RAIL_QUEUE]);
  const switched = (stopped: boolean) => withTransaction(fixture.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped, reason: 'odd', by: 'psn_1', at: AT }));
  const { payoutId } = await plannedPayout(fixture, '20', AT);
  await fixture.faults({ fault: 'reset_before', payoutId });
  await startPayout(temporal.client, (await readPayout(fixture.pool, payoutId)).payout);
  const handle = temporal.client.workflow.getHandle(workflowIds.payout(payoutId));
  await expect.poll(() => stateOf(payoutId)).toBe('unknown');
  await switched(true);
  const attempt = async () => (await fixture.rows<{ sends: number; looks: number }>('SELECT sends, looks FROM payout_attempt WHERE payout_id = $1', [payoutId]))[0]!;
  for (let i = 0; i < 30 && (await attempt()).looks < 5; i++) await settleAndSleep(temporal.env, handle, '1m');
  expect(await attempt()).toMatchObject({ sends: 1 });
  const { events } = await handle.fetchHistory();
  const timers = (events ?? []).flatMap((event) => (event.timerStartedEventAttributes ? [Number(event.timerStartedEventAttributes.startToFireTimeout?.seconds)] : []));
  expect(timers.slice(0, 5)).toEqual([10, 20, 40, 80, 160]);
  expect(executions(payoutId)).toBe(0);
  await switched(false);
  await handle.signal(railHint, { eventId: 'payouts go on' });
  await expect.poll(attempt, { timeout: 10_000 }).toMatchObject({ sends: 2 });
  await untilPaid({ payoutId, handle });
  await stopRail();
});

test('nobody serves its queue: asked for again with the time of then, prepared by it, and paid once; the same while it is looked up', async () => {
  const { payoutId } = await plannedPayout(fixture, '20', AT);
  const start = payoutStart((await readPayout(fixture.pool, payoutId)).payout);
  const handle = await temporal.client.workflow.start(WORKFLOWS.payout, { ...start, args: [{ payoutId, rail: 'sandbox', askedAnewSeconds: 1 }] });
  /** When each such step was asked for, ms. */
  const asked = async (step: string) => ((await handle.fetchHistory()).events ?? []).flatMap((event) => (event.activityTaskScheduledEventAttributes?.activityType?.name === step ? [timestamp(event.eventTime!)] : []));
  await expect.poll(async () => (await asked('prepareAttempt')).length, { timeout: 20_000 }).toBeGreaterThan(2);
  const stopFirst = await working(fixture.rails, [RAIL_QUEUE]);
  await expect.poll(() => stateOf(payoutId), { timeout: 15_000 }).toBe('submitted');
  const [{ prepared_at: preparedAt }] = await fixture.rows<{ prepared_at: Date }>('SELECT prepared_at FROM payout_attempt WHERE payout_id = $1', [payoutId]) as [{ prepared_at: Date }];
  expect(preparedAt.getTime() - (await asked('prepareAttempt'))[0]!).toBeGreaterThan(1_500);
  await stopFirst();
  await handle.signal(railHint, { eventId: 'executed' });
  await expect.poll(async () => (await asked('lookUpAttempt')).length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  const stopSecond = await working(fixture.rails, [RAIL_QUEUE]);
  expect(await handle.result()).toEqual({ state: 'paid' });
  expect(executions(payoutId)).toBe(1);
  await stopSecond();
});

test('taken out of RAILS with payouts open: told to operators with what waits; named again, they go on', async () => {
  configured = railRegistry([]);
  const payout = await started();
  await expect.poll(() => pending(payout.handle), { timeout: 10_000 }).toEqual(['takeUpPayout Problem']);
  expect((await payout.handle.describe()).status.name).toBe('RUNNING');

  expect(await noteMissingRails(fixture.pool, [], AT)).toEqual(['sandbox']);
  const [condition] = await railConditions(fixture.pool);
  expect(condition).toMatchObject({ rail: 'sandbox', code: 'RAIL_NOT_CONFIGURED', since: AT, detail: expect.stringMatching(/^1 open payout of 20 USD waits: RAILS/) });
  await plannedPayout(fixture, '15.5', AT);
  // A day later, by what starts the reconciliations; told once.
  const without = { ...fixture, rails: railRegistry([]) };
  expect(await payoutActivities(without)('startRailReconciliations', { day: '2026-11-24' })).toEqual({ started: [] });
  expect(await railConditions(fixture.pool)).toMatchObject([{ code: 'RAIL_NOT_CONFIGURED', since: AT, detail: expect.stringMatching(/^2 open payouts of 35\.5 USD wait/) }]);
  expect(await told()).toHaveLength(1);

  configured = fixture.rails;
  await working(fixture.rails, [RAIL_QUEUE]);
  expect(await noteMissingRails(fixture.pool, ['sandbox'], AT)).toEqual([]);
  expect(await railConditions(fixture.pool)).toEqual([]);
  // The server's clock does not skip any more once an activity was repeated: a hint instead.
  await expect.poll(() => stateOf(payout.payoutId), { timeout: 15_000 }).toBe('submitted');
  await payout.handle.signal(railHint, { eventId: 'executed' });
  expect(await payout.handle.result()).toEqual({ state: 'paid' });
  expect(executions(payout.payoutId)).toBe(1);
});

test('a worker that starts without a rail notes it before it is ready, and one with it takes that back', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-rail-gone-'));
  const { codePath } = await workflowBundle();
  /** The product's worker as its own process, until it is ready. */
  const workerProcess = async (rails: string): Promise<void> => {
    const child = spawnServer(tiedToUs('KILL', [process.execPath, fileURLToPath(new URL('../../activities/worker.ts', import.meta.url))]), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, ...workerEnvironment(folder), WORKFLOW_BUNDLE: codePath, LOG_LEVEL: 'error', TASK_QUEUES: TASK_QUEUES.payouts, RAILS: rails, DATABASE_APP_URL: fixture.appUrl, TEMPORAL_ADDRESS: temporal.env.address },
    });
    stops.push(() => endProcess(child.pid!, [['SIGTERM', 10_000]]));
    await new Promise((ready, failed) => {
      child.once('message', ready);
      child.once('exit', (code, signal) => failed(new Error(`the worker ended: ${signal ?? code}`)));
    });
  };
  stops.push(async () => rmSync(folder, { recursive: true, force: true }));
  await plannedPayout(fixture, '12', AT);
  await workerProcess(','); // an empty text is one that is not set
  expect(await railConditions(fixture.pool)).toMatchObject([{ rail: 'sandbox', code: 'RAIL_NOT_CONFIGURED' }]);
  await workerProcess('sandbox');
  expect(await railConditions(fixture.pool)).toEqual([]);
});
