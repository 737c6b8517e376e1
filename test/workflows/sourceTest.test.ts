import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOURCE_SETTINGS } from '../../activities/reports/sources/settings.ts';
import { testSource } from '../../api/workflowCalls.ts';
import { withTransaction } from '../../db/connection.ts';
import { addSource, askTest, getSource } from '../../db/stores/reportSources.ts';
import { newId } from '../../domain/ids.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';
import { timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';
import { brokerApi, type BrokerApi, status } from '../activities/reports/sources/brokerApi.ts';

let job: MainJob;
let temporal: TimeSkipping;
let workers: Running;
let api: BrokerApi;

beforeAll(async () => {
  temporal = await timeSkipping();
  job = await mainJob({ accounts: 1 });
  api = await brokerApi([{ ticket: '1' }, { ticket: '2' }]);
  workers = await mainJobWorkers(job, { client: temporal.client, nativeConnection: temporal.env.nativeConnection }, { sources: { settings: { ...SOURCE_SETTINGS, allowPrivate: true } } });
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
  await api?.close();
});

test('a test that the API asks for is done by the workers of the queue `sources`, and its result is kept with the source', async () => {
  const settings = { url: `${api.url}/all?from={from}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' }, emptyMeans: 'notReady' };
  const period = { from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' };
  const { id } = await withTransaction(job.pool, (tx) => addSource(tx, { id: newId('source'), brokerId: 'north', kind: 'api', name: 'portal', settings, profileName: 'default', pollSeconds: 60, sealedSecret: null, at: '2026-11-01T00:00:00.000Z' }));
  for (const [testId, faults, outcome] of [['t-1', [], { found: { ready: true, bytes: expect.any(Number) }, problem: null }], ['t-2', [status(401)], { found: null, problem: { code: 'SOURCE_REFUSES_US' } }]] as const) {
    api.faults = [...faults];
    await withTransaction(job.pool, (tx) => askTest(tx, id, { id: testId, state: 'asked', askedAt: period.from, ...period }));
    await testSource(temporal.client, { sourceId: id, testId, ...period });
    await temporal.client.workflow.getHandle(workflowIds.sourceTest(testId)).result();
    expect((await getSource(job.pool, id)).test).toMatchObject({ id: testId, state: 'done', ...outcome });
  }
  expect(api.asked[0]!.query.get('from')).toBe('2026-11-02T00:00:00Z');
  expect((await job.rows('SELECT 1 FROM report WHERE source_id = $1', [id]))).toEqual([]);
});
