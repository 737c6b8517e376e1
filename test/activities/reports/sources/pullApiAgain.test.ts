import { describe, expect, test } from 'vitest';
import { isExpected, sourcesToPoll } from '../../../../db/stores/expectedPeriods.ts';
import { type Fault, says, status } from './brokerApi.ts';
import { AS_OF } from './desk.ts';
import { BY_CURSOR, pullWorld, rowsOf } from './pullWorld.ts';

const w = pullWorld();
const noContent: Fault = (_asked, response) => {
  response.writeHead(204).end();
  return true;
};

describe('ready or not', () => {
  const READY = { path: 'meta.state', value: 'final' };
  test.each([['it says so', '{"meta":{"state":"running"},"data":[{"ticket":1}]}'], ['it has no rows yet', '{"data":null,"meta":{"state":"running"}}'], ['it says nothing', '{}']])('not while %s', async (_what, body) => {
    const source = await w.desk.source('api', w.settings('/all', { ready: READY }));
    w.api.faults = [says(body), says('{"meta":{"state":"final"},"data":[{"ticket":1}]}')];
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toBeNull();
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
  });
  test('no rows are either no report yet, or a day without trades', async () => {
    w.api.rows = [];
    const waiting = await w.desk.source('api', w.settings('/all'));
    expect(await w.desk.look('pullApi', w.day, waiting.id)).toEqual({ received: 0 });
    const quiet = await w.desk.source('api', w.settings('/all', { emptyMeans: 'noTrades' }));
    expect(await w.desk.look('pullApi', w.day, quiet.id)).toEqual({ received: 1 });
    w.api.faults = [noContent];
    expect(await w.desk.look('pullApi', await w.desk.period(29), quiet.id, { asOf: '2026-12-01T00:00:00.000Z' })).toEqual({ received: 0 });
  });
});

describe('once more', () => {
  test('the same is not taken twice, another content is the next version', async () => {
    const source = await w.desk.source('api', w.settings('/all'));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    w.api.rows = rowsOf(11);
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    expect((await w.desk.reports(source.id)).map(({ periodId }) => periodId)).toEqual([w.day, w.day]);
  });
  test('an API that goes back to what it said first is taken again', async () => {
    const source = await w.desk.source('api', w.settings('/all'));
    for (const count of [3, 4, 3]) {
      w.api.rows = rowsOf(count);
      expect([await w.desk.look('pullApi', w.day, source.id), await w.desk.look('pullApi', w.day, source.id)]).toEqual([{ received: 1 }, { received: 0 }]);
    }
    expect((await w.desk.reports(source.id)).map(({ text }) => (JSON.parse(text) as { data: object[] }).data.length)).toEqual([3, 4, 3]);
  });
  test('before its report is due an API is asked only where it says when it is ready; what an operator took earlier is asked for once more', async () => {
    const early = '2026-11-19T06:00:00.000Z';
    await w.desk.pool.query(
      `WITH c AS (INSERT INTO report_calendar (id, broker_id, version, effective_from, cadence, zone, expected_after, overdue_after, escalated_after, created_by, created_at)
         SELECT 'cal_' || $1, 'alpha', count(*) + 1, now(), 'day', 'UTC', 'PT6H', 'PT12H', 'P2D', 'op', now() FROM report_calendar RETURNING id)
       UPDATE report_period SET calendar_id = (SELECT id FROM c), due_at = '2026-11-20T05:00Z', overdue_at = '2026-11-20T12:00Z', escalated_at = '2026-11-21T00:00Z' WHERE id = $1`, [w.day]);
    const post = (sourceId: string) => w.desk.pool.query(
      "WITH r AS (UPDATE report SET state = 'posted', posted_at = received_at WHERE source_id = $2 AND state = 'received' RETURNING no) UPDATE report_period SET latest_report_no = (SELECT max(no) FROM r) WHERE id = $1", [w.day, sourceId]);
    const source = await w.desk.source('api', w.settings('/all'));
    expect(await sourcesToPoll(w.desk.pool, w.day, early)).not.toContainEqual(expect.objectContaining({ sourceId: source.id }));
    expect(await w.desk.look('pullApi', w.day, source.id, { asOf: early })).toEqual({ received: 0 });
    expect(await w.desk.look('pullApi', w.day, source.id, { asOf: early, again: true })).toEqual({ received: 1 });
    await post(source.id);
    expect(await isExpected(w.desk.pool, w.day)).toBe(true);
    expect(await sourcesToPoll(w.desk.pool, w.day, AS_OF)).toContainEqual(expect.objectContaining({ sourceId: source.id }));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    await w.desk.pool.query("UPDATE report SET state = 'unchanged' WHERE source_id = $1 AND state = 'received'", [source.id]);
    expect(await isExpected(w.desk.pool, w.day)).toBe(false);
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
  });
  test('an API that says when it is ready is asked as soon as the period is over', async () => {
    const ready = await w.desk.source('api', w.settings('/all', { ready: { path: 'meta.state', value: 'closed' } }));
    expect(await sourcesToPoll(w.desk.pool, w.day, '2026-11-01T00:00:00.000Z')).toContainEqual(expect.objectContaining({ sourceId: ready.id }));
  });
  test('two workers at once take it once', async () => {
    const source = await w.desk.source('api', w.settings('/all'));
    const answers = await Promise.all([1, 2, 3, 4].map(() => w.desk.look('pullApi', w.day, source.id)));
    expect(answers.map(({ received }) => received).toSorted()).toEqual([0, 0, 0, 1]);
    expect(await w.desk.reports(source.id)).toHaveLength(1);
  });
  test('a posted period is asked for only where an operator wants it', async () => {
    const source = await w.desk.source('api', w.settings('/all'));
    await w.desk.look('pullApi', w.day, source.id);
    await w.desk.pool.query('UPDATE report_period p SET latest_report_no = (SELECT no FROM report WHERE source_id = $2) WHERE p.id = $1', [w.day, source.id]);
    w.api.rows = rowsOf(12);
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.look('pullApi', w.day, source.id, { again: true })).toEqual({ received: 1 });
  });
  test('a profile that is missing is kept as a problem', async () => {
    const source = await w.desk.source('api', w.settings('/all'), null, 'none-such');
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'PROFILE_MISSING' });
  });
  test('a test takes nothing and says what there is', async () => {
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await w.desk.test(source.id)).toMatchObject({ state: 'done', found: { ready: true, pages: 3, rows: 10 }, problem: null });
    w.api.faults = [status(403)];
    expect(await w.desk.test(source.id)).toMatchObject({ state: 'done', found: null, problem: { code: 'SOURCE_REFUSES_US' } });
    expect(await w.desk.reports(source.id)).toEqual([]);
  });
  test('another format is kept as it comes', async () => {
    w.api.faults = [says('ticket;lots\r\n1;0.10\r\n', { 'content-type': 'text/csv' })];
    const source = await w.desk.source('api', w.settings('/all'), null, 'csv');
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    expect(await w.desk.reports(source.id)).toMatchObject([{ text: 'ticket;lots\r\n1;0.10\r\n', fileName: expect.stringMatching(/\.csv$/) }]);
  });
});
