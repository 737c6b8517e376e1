import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { nudgeOutbox } from '../../activities/notifications/nudge.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { OWNERSHIP_TERMS } from '../../domain/ownership/terms.ts';
import { TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { outboxStart } from '../../workflows/starts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { type OutboxFixture, outboxFixture, PAID } from '../support/outbox.ts';
import { testPersonalData } from '../support/personal.ts';
import { testSmtp, type TestSmtp } from '../support/smtp.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let f: OutboxFixture;
let smtp: TestSmtp;
let temporal: TimeSkipping;
let workers: ReturnType<typeof runWorkers>;
let handle: WorkflowHandle;

beforeAll(async () => {
  temporal = await timeSkipping();
  f = await outboxFixture();
  smtp = await testSmtp();
  workers = runWorkers(await createWorkers({
    connection: temporal.env.nativeConnection, namespace: 'default', workflows: { workflowBundle: await workflowBundle() }, pool: f.pool, client: temporal.client, rails: railRegistry([]),
    personal: testPersonalData(), queues: [TASK_QUEUES.notifications], mail: f.settings(smtp.url), worker: { shutdownGraceTime: '2s' },
  }));
});
beforeEach(async () => {
  smtp.received.length = 0;
  smtp.onRecipient = () => undefined;
  handle = temporal.client.workflow.getHandle(workflowIds.outbox());
});
// One that is ended in the middle of an activity would hold the server's clock for good.
afterEach(async () => {
  await waiting();
  await handle.terminate();
});
afterAll(async () => {
  await workers?.stop();
  await smtp?.close();
  await f?.close();
});

/** Until it waits for its timer, after whatever it was at. */
async function waiting(): Promise<void> {
  const lastCommand = async () => (await handle.fetchHistory()).events!.findLast((event) => event.timerStartedEventAttributes ?? event.activityTaskScheduledEventAttributes);
  await expect.poll(async () => Boolean((await lastCommand())?.timerStartedEventAttributes)).toBe(true);
}
const now = () => temporal.env.currentTimeMs();
const start = (turns?: number) => temporal.client.workflow.start(WORKFLOWS.outbox, outboxStart(turns === undefined ? {} : { turns }));
async function paid(): Promise<{ eventId: string; mail: () => Promise<Awaited<ReturnType<OutboxFixture['mails']>>[number] | undefined> }> {
  const { userId } = await f.user();
  const eventId = await f.tell({ ...PAID, userId });
  return { eventId, mail: async () => (await f.mails()).find((one) => one.eventId === eventId) };
}

test('what was written before it began is sent, and what is written later once it is nudged', async () => {
  const before = await paid();
  await start();
  await expect.poll(before.mail).toMatchObject({ state: 'sent' });
  const later = await paid();
  await nudgeOutbox(temporal.client);
  await expect.poll(later.mail).toMatchObject({ state: 'sent' });
  expect(smtp.received).toHaveLength(2);
});

test('without a nudge it looks again after a minute', async () => {
  await start();
  const first = await paid();
  await waiting();
  const late = await paid();
  await settleAndSleep(temporal.env, handle, '61s');
  await expect.poll(late.mail).toMatchObject({ state: 'sent' });
  expect(await first.mail()).toMatchObject({ state: 'sent' });
});

test('a mail that is refused for now is tried again at its instants, not before', async () => {
  let refusals = 3;
  smtp.onRecipient = () => (refusals-- > 0 ? { code: 451, text: 'later' } : undefined);
  const one = await paid();
  await start();
  let tried = await now();
  for (const [tries, seconds] of [[1, 60], [2, 300], [3, 900]] as const) {
    await expect.poll(one.mail).toMatchObject({ state: 'queued', attempts: tries });
    await waiting();
    const dueAt = (await one.mail())!.nextAttemptAt!;
    expect(Date.parse(dueAt) - tried).toBeGreaterThanOrEqual(seconds * 1000 - 1);
    expect(Date.parse(dueAt) - tried).toBeLessThan(seconds * 1000 + 5_000);
    await settleAndSleep(temporal.env, handle, Date.parse(dueAt) - await now() - 1_000);
    expect(await one.mail()).toMatchObject({ attempts: tries });
    await settleAndSleep(temporal.env, handle, 1_100);
    tried = Date.parse(dueAt);
  }
  await expect.poll(one.mail).toMatchObject({ state: 'sent', attempts: 4 });
  expect(Date.parse((await one.mail())!.settledAt!)).toBeGreaterThanOrEqual(tried);
  expect(smtp.received).toHaveLength(1);
});

test('while the mail server is away mails wait and lose no try; it is asked less and less often', async () => {
  const { port } = smtp;
  await smtp.close();
  const one = await paid();
  await start();
  await expect.poll(async () => (await one.mail())?.state).toBe('queued');
  await waiting();
  await settleAndSleep(temporal.env, handle, '10m');
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 0 });
  smtp = await testSmtp({}, port);
  await settleAndSleep(temporal.env, handle, '61s');
  await expect.poll(one.mail).toMatchObject({ state: 'sent', attempts: 1 });
  const waits = (await handle.fetchHistory()).events!.flatMap((event) => (event.timerStartedEventAttributes ? [Number(event.timerStartedEventAttributes.startToFireTimeout!.seconds)] : []));
  expect(waits.slice(0, 6)).toEqual([2, 5, 15, 30, 60, 60]);
});

test('it goes on as a new execution after its turns, and nothing is lost or sent twice', async () => {
  await start(2);
  for (let i = 0; i < 5; i++) {
    const one = await paid();
    await nudgeOutbox(temporal.client);
    await expect.poll(one.mail).toMatchObject({ state: 'sent' });
    await waiting();
  }
  expect(smtp.received).toHaveLength(5);
  const { runId } = await handle.describe();
  const first = (await temporal.client.workflow.getHandle(workflowIds.outbox(), runId).fetchHistory()).events![0]!.workflowExecutionStartedEventAttributes!;
  expect(first.continuedExecutionRunId).toBeTruthy();
});

test('the sweep starts it where it does not run, and only where it is asked to', async () => {
  const reconcile = (outbox: boolean) => startMissing({ pool: f.pool, client: temporal.client, ownershipTerms: OWNERSHIP_TERMS, outbox }, () => {});
  expect((await reconcile(false)).outbox).toBe(0);
  const status = () => handle.describe().then((description) => description.status.name, () => 'NONE');
  expect(await status()).not.toBe('RUNNING');
  expect((await reconcile(true)).outbox).toBe(1);
  expect(await status()).toBe('RUNNING');
  const { runId } = await handle.describe();
  await reconcile(true);
  expect((await handle.describe()).runId).toBe(runId);
});
