import type { Client } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, test } from 'vitest';
import { beginJudging, judgePage } from '../../activities/reports/judgeReport.ts';
import { stageReport } from '../../activities/reports/stageReport.ts';
import { tieOut } from '../../activities/reports/tieOut.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { bytesOf, play } from '../activities/reports/intake/desk.ts';
import { csv, profile, setup, trade, WEEK1 } from '../activities/reports/intake/rows.ts';
import { apiDesk } from './report-desk.ts';
import { testApi } from './support.ts';

const temporal = { workflow: { start: async () => ({}), signalWithStart: async () => ({}) } } as unknown as Client;
const AT = '2026-11-16T09:00:00.000Z';

test('neither who has a file read again nor who handed it in, or had it read before, decides whether it may exceed the limit', async () => {
  const api = await testApi({ twoPeople: true, client: temporal });
  const desk = await apiDesk(api, { ...setup, profile: { ...profile, columns: { ...profile.columns, lots: 'volume' } } });
  await api.pool.query("UPDATE approval_policy SET over_amount = 20 WHERE kind = 'report_over_limit'");
  const call = (method: 'GET' | 'POST', url: string, key: string, body?: object) => api.call(method, url, { key, ...(body === undefined ? {} : { body }), headers: { 'idempotency-key': crypto.randomUUID() } });
  const [uploader, first, second, other] = [await api.key('finance'), await api.key('finance'), await api.key('finance'), await api.key('finance')];
  const { apiKey } = (await call('GET', '/v1/me', uploader)).json<{ apiKey: { id: string } }>();
  const { rows: [by] } = await api.pool.query<{ id: string }>('SELECT coalesce(principal_id, person_id, id) AS id FROM api_key WHERE id = $1', [apiKey.id]);
  const file = csv([trade('1', 'std', { lots: '1000' })]);
  const { reportId } = await receiveReport(api.pool, { brokerId: desk.broker, ...WEEK1, fileName: 'week.csv', declaredVersion: null, receivedBy: by!.id, at: AT }, bytesOf(file));
  await play(api.pool, reportId, AT);

  const reread = async (id: string, key: string): Promise<string> => {
    // A body may be left out: all in it may.
    const answer = await call('POST', `/v1/reports/${id}/reread`, key);
    expect(answer.statusCode).toBe(201);
    return answer.json<{ reportId: string }>().reportId;
  };
  const again = await reread(reportId, first);
  await play(api.pool, again, AT);
  await addProfile(drizzle(api.pool), desk.broker, profile);
  const last = await reread(again, second);
  await stageReport(api.pool, last, () => undefined);
  await beginJudging(api.pool, last);
  while (!(await judgePage(api.pool, last, 5000)).done);
  expect(await tieOut(api.pool, last, { asOf: api.clock.now })).toBe('awaiting_approval');

  const { items: [change] } = (await call('GET', `/v1/changes?subjectId=${last}`, other)).json<{ items: { id: string }[] }>();
  const mayDecide = async (key: string): Promise<boolean> => (await call('GET', `/v1/changes/${change!.id}`, key)).json<{ mayDecide: boolean }>().mayDecide;
  for (const key of [uploader, first, second]) {
    expect((await call('POST', `/v1/changes/${change!.id}/approve`, key)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
    expect((await call('POST', `/v1/changes/${change!.id}/reject`, key, { reason: 'mine' })).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
    expect(await mayDecide(key)).toBe(false);
  }
  expect(await mayDecide(other)).toBe(true);
  expect((await call('POST', `/v1/changes/${change!.id}/approve`, other)).json()).toMatchObject({ state: 'approved', subject: { type: 'report', id: last } });
});
