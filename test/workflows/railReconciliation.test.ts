import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rail, RailRecordEntry } from '../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { startPayout } from '../../activities/payouts/startPayouts.ts';
import { withTransaction } from '../../db/connection.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import { listCases } from '../../db/stores/reconciliationCases.ts';
import { listReconciliations } from '../../db/stores/reconciliations.ts';
import { Problem } from '../../domain/problem.ts';
import { WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { railReconciliationStart, railResumeStart } from '../../workflows/starts.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers, plannedPayout } from '../support/payouts.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let fixture: PayoutFixture;
let temporal: TimeSkipping;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;
/** How often the record of the rail `flaky` cannot be read yet. */
let away = 0;

beforeAll(async () => {
  temporal = await timeSkipping();
  fixture = await payoutFixture({ settings: { policy: { maxAttempts: 2, firstLookSeconds: 1, maxLookSeconds: 30 } } });
  const flaky: Rail = {
    ...fixture.rail, id: 'flaky',
    async *record(): AsyncIterable<RailRecordEntry> {
      if (away > 0) {
        away--;
        throw new Problem('RAIL_UNREACHABLE', 'The rail does not answer.', { status: 503 });
      }
      yield* [];
    },
  };
  workers = await payoutWorkers({ ...fixture, rails: railRegistry([fixture.rail, flaky]) }, { client: temporal.client, nativeConnection: temporal.env.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
});

const stateOf = async (payoutId: string): Promise<string> => (await readPayout(fixture.pool, payoutId)).payout.state;
const started = async (amount: string): Promise<string> => {
  const { payoutId } = await plannedPayout(fixture, amount, '2026-11-23T09:00:00.000Z');
  await startPayout(temporal.client, (await readPayout(fixture.pool, payoutId)).payout);
  return payoutId;
};
/** Runs a reconciliation, letting workflow time pass in steps until it has ended. */
async function reconciled(rail: string, day: string, input: { retrySeconds?: number } = {}): Promise<Record<string, unknown>> {
  const handle = await temporal.client.workflow.start(WORKFLOWS.railReconciliation, railReconciliationStart({ rail, day, ...input }));
  let ended = false;
  const result = (handle.result() as Promise<Record<string, unknown>>).finally(() => { ended = true; });
  while (!ended) await settleAndSleep(temporal.env, handle, '10m');
  return result;
}

test('what a look-up mends is mended before it is a case: a return that nobody told us of', async () => {
  const payoutId = await started('20');
  await temporal.client.workflow.getHandle(workflowIds.payout(payoutId)).result();
  const executed = fixture.server.record().find((movement) => movement.payoutId === payoutId)!;
  await fetch(`${fixture.server.url}/admin/payments/${executed.reference}/return`, { method: 'POST' });
  expect(await reconciled('sandbox', '2026-11-23')).toEqual({ items: 2, differences: 0, opened: 0, closed: 0 });
  expect(await stateOf(payoutId)).toBe('returned');
  expect(await listReconciliations(fixture.pool, { rail: 'sandbox' }, { before: null, limit: 9 })).toMatchObject([{ day: '2026-11-23', items: 2, railTotal: '0', ledgerTotal: '0', differences: 0 }]);
});

test('a rail whose record cannot be read opens a case and is read again an hour later, when the case closes by itself', async () => {
  // More than one look's tries.
  away = 7;
  const [flaky, sandbox] = [await reconciled('flaky', '2026-11-24'), await reconciled('sandbox', '2026-11-24')];
  expect([flaky, sandbox]).toMatchObject([{ items: 0, differences: 0, closed: 1 }, { items: 2, differences: 0 }]);
  const [one, ...more] = await listCases(fixture.pool, {}, { after: null, limit: 9 });
  expect(more).toEqual([]);
  expect(one).toMatchObject({ rail: 'flaky', code: 'RECORD_UNREACHABLE', detail: 'Its record could not be read: The rail does not answer.', closedBy: 'system:railReconciliation' });
  expect(Date.parse(one!.closedAt!) - Date.parse(one!.openedAt)).toBeGreaterThanOrEqual(3_600_000);
});

test('a rail that stays away says so at the end of the day, and its case stays open', async () => {
  away = 10_000;
  expect(await reconciled('flaky', '2026-11-25', { retrySeconds: 60 })).toEqual({ unreachable: 'The rail does not answer.' });
  expect(await listCases(fixture.pool, { open: true }, { after: null, limit: 9 })).toMatchObject([{ rail: 'flaky', code: 'RECORD_UNREACHABLE' }]);
  expect((await listReconciliations(fixture.pool, { rail: 'flaky', day: '2026-11-25' }, { before: null, limit: 9 }))[0]).toMatchObject({ finishedAt: null, unreachableAt: expect.any(String) });
});

test('stopped, nothing leaves; released, every payout goes on where it was, and each is paid once', async () => {
  const put = (stopped: boolean) => withTransaction(fixture.pool, (tx) => setSwitch(tx, { rail: '*', stopped, reason: 'an incident', by: 'psn_1', at: '2026-11-23T09:00:00.000Z' }));
  await put(true);
  const before = fixture.server.record().length;
  const ids = [await started('31'), await started('32'), await started('33')];
  await expect.poll(async () => (await fixture.rows('SELECT FROM payout WHERE id = ANY ($1) AND state = $2', [ids, 'reserved'])).length, { timeout: 20_000 }).toBe(3);
  const waits = async () => (await Promise.all(ids.map((id) => temporal.client.workflow.getHandle(workflowIds.payout(id)).query<{ lastDetail: string | null }>('status')))).filter(({ lastDetail }) => lastDetail?.includes('PAYOUTS_STOPPED')).length;
  await expect.poll(waits, { timeout: 20_000 }).toBe(3);
  expect(fixture.server.record().length).toBe(before);
  await put(false);
  expect(await temporal.client.workflow.execute(WORKFLOWS.railResume, railResumeStart({ rail: null, pageSize: 2 }))).toMatchObject({ hinted: expect.toSatisfy((n: number) => n >= 3) });
  await Promise.all(ids.map((id) => temporal.client.workflow.getHandle(workflowIds.payout(id)).result()));
  expect(await Promise.all(ids.map(stateOf))).toEqual(['paid', 'paid', 'paid']);
  for (const id of ids) expect(fixture.executed().filter(({ payoutId }) => payoutId === id)).toHaveLength(1);
  expect(await reconciled('sandbox', '2026-11-26')).toMatchObject({ differences: 0 });
});
