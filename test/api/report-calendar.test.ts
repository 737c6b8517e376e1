import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { openPeriods } from '../../db/stores/expectedPeriods.ts';
import { noteLateness } from '../../db/stores/periodLateness.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { loadSetup } from '../../scripts/case/setup.ts';
import { sampleSetup } from '../../scripts/sample/setup.ts';
import { newId } from '../../domain/ids.ts';
import { addSource } from '../../db/stores/reportSources.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let users: ReadonlyMap<string, string>;
/** Workflows that were started or signalled: `type id signal`. */
const told: string[] = [];
const client = { workflow: { signalWithStart: async (type: string, options: { workflowId: string; signal: { name: string } }) => { told.push(`${type} ${options.workflowId} ${options.signal.name}`); } } } as unknown as Client;
const DAYS = { cadence: 'day', zone: 'UTC', expectedAfter: '06:00', overdueAfter: 'PT6H', escalatedAfter: 'P2D', effectiveFrom: '2026-11-16T00:00:00Z' };
const post = (url: string, body?: object, key?: string, idempotencyKey: string = crypto.randomUUID()) => api.call('POST', url, { ...(body && { body }), ...(key && { key }), headers: { 'idempotency-key': idempotencyKey } });
const get = async <T>(url: string, key?: string): Promise<T> => {
  const answer = await api.call('GET', url, key === undefined ? {} : { key });
  expect([answer.statusCode, answer.body]).toEqual([200, expect.anything()]);
  return answer.json<T>();
};
interface Period { id: string; from: string; state: string; expected: { dueAt: string; lateness: string | null; text: string | null; notedAt: Record<string, string | null> } | null; closed: object | null }
const periods = async (query = ''): Promise<Period[]> => (await get<{ items: Period[] }>(`/v1/report-periods?brokerId=north${query}`)).items;

beforeAll(async () => {
  api = await testApi({ client });
  users = await loadSetup(api.pool, sampleSetup({ accounts: 3, unverified: 1 }));
  api.clock.now = '2026-11-16T10:00:00.000Z';
});

test('a calendar is posted by an admin, with an audit entry, and its workflow is woken; a second version cuts the first', async () => {
  expect((await post('/v1/brokers/north/report-calendars', DAYS, await api.key('finance'))).statusCode).toBe(403);
  const posted = await post('/v1/brokers/north/report-calendars', DAYS);
  expect([posted.statusCode, posted.json()]).toEqual([201, {
    id: expect.stringMatching(/^cal_/), brokerId: 'north', version: 1, effectiveFrom: '2026-11-16T00:00:00.000Z', cadence: 'day', firstWeekday: null, zone: 'UTC',
    expectedAfter: '06:00', overdueAfter: 'PT6H', escalatedAfter: 'P2D', createdBy: expect.any(String), createdAt: api.clock.now,
  }]);
  expect(told).toEqual(['reportCalendar report-calendar:north calendarChanged']);
  const weeks = await post('/v1/brokers/north/report-calendars', { ...DAYS, cadence: 'week', firstWeekday: 'Mon', expectedAfter: 'Tue 06:00', zone: 'Europe/Athens', effectiveFrom: '2026-11-22T22:00:00Z' });
  expect(weeks.statusCode).toBe(201);
  expect((await get<{ items: { version: number }[] }>('/v1/brokers/north/report-calendars')).items.map(({ version }) => version)).toEqual([1, 2]);
  expect(await get('/v1/brokers/north/report-calendar')).toMatchObject({ calendar: { version: 1 }, running: { from: '2026-11-16T00:00:00.000Z', to: '2026-11-17T00:00:00.000Z', dueAt: '2026-11-17T06:00:00.000Z' } });
  expect((await get<{ items: { operation: string; subject: object }[] }>('/v1/audit?operation=addReportCalendar')).items[0]).toMatchObject({ subject: { type: 'broker', id: 'north' } });
});

test.each([
  [{ cadence: 'week' }, 422, 'CALENDAR_INVALID'], [{ firstWeekday: 'Mon' }, 422, 'CALENDAR_INVALID'], [{ escalatedAfter: 'PT1H' }, 422, 'CALENDAR_INVALID'], [{ zone: 'Mars/Base' }, 422, 'TIME_ZONE_UNKNOWN'],
  [{ expectedAfter: 'Tuesday' }, 400, 'REQUEST_INVALID'], [{ overdueAfter: 'P1M' }, 400, 'REQUEST_INVALID'],
] as const)('refused: %j', async (wrong, status, code) => {
  const answer = await post('/v1/brokers/north/report-calendars', { ...DAYS, effectiveFrom: '2027-01-01T00:00:00Z', ...wrong });
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
});

test('how late a report is, at the instant of asking; filters; what was opened is not opened otherwise', async () => {
  expect(await withTransaction(api.pool, (tx) => openPeriods(tx, 'north', '2026-11-19T00:00:00.000Z', 10))).toBe(3);
  expect(await withTransaction(api.pool, (tx) => openPeriods(tx, 'north', '2026-11-19T00:00:00.000Z', 10))).toBe(0);
  const early = await post('/v1/brokers/north/report-calendars', { ...DAYS, effectiveFrom: '2026-11-18T00:00:00Z' });
  expect([early.statusCode, early.json()]).toMatchObject([409, { code: 'CALENDAR_TOO_EARLY' }]);
  api.clock.now = '2026-11-18T12:00:00.000Z';
  expect((await periods()).map(({ from, state, expected }) => [from.slice(0, 10), state, expected!.lateness, expected!.text])).toEqual([
    ['2026-11-16', 'overdue', 'overdue', 'expected Tue 06:00 UTC, 30 h late'], ['2026-11-17', 'overdue', 'overdue', 'expected Wed 06:00 UTC, 6 h late'], ['2026-11-18', 'open', null, null],
  ]);
  api.clock.now = '2026-11-19T06:10:00.000Z';
  expect((await periods('&late=true')).map(({ state }) => state)).toEqual(['escalated', 'overdue', 'due']);
  expect((await periods('&state=due')).map(({ expected }) => expected!.text)).toEqual(['expected Thu 06:00 UTC, 10 min late']);
  expect(await periods('&late=false')).toEqual([]);
});

test("a user sees what the broker delays, and is told once; a user without a verified link sees nothing", async () => {
  const [first] = await periods();
  for (let i = 0; i < 2; i++) await noteLateness(api.pool, first!.id, api.clock.now);
  const notified = await api.pool.query<{ kind: string; user_id: string | null }>(`SELECT kind, user_id FROM notification WHERE kind LIKE 'report_%' ORDER BY kind, user_id`);
  expect(notified.rows).toEqual([{ kind: 'report_delayed', user_id: users.get('u0') }, { kind: 'report_delayed', user_id: users.get('u1') }, { kind: 'report_escalated', user_id: null }].toSorted((a, b) => (a.kind + a.user_id < b.kind + b.user_id ? -1 : 1)));
  expect((await get<Period>(`/v1/report-periods/${first!.id}`)).expected!.notedAt).toEqual({ due: api.clock.now, overdue: api.clock.now, escalated: api.clock.now });
  const own = await api.key('trader', { userId: users.get('u0')! });
  const delays = await get<{ items: object[] }>(`/v1/users/${users.get('u0')}/report-delays`, own);
  expect(delays.items).toHaveLength(3);
  expect(delays.items[0]).toMatchObject({ brokerId: 'north', from: '2026-11-16T00:00:00.000Z', lateness: 'escalated', text: 'Delayed by the broker: expected Tue 06:00 UTC, 2 d late' });
  expect((await api.call('GET', `/v1/users/${users.get('u1')}/report-delays`, { key: own })).statusCode).toBe(404);
  expect(await get(`/v1/users/${users.get('u2')}/report-delays`)).toEqual({ items: [], nextCursor: null });
});

test('closed by finance with a reason, once; not while a report is being worked on; a late report reopens it', async () => {
  const [first, second] = await periods();
  expect((await post(`/v1/report-periods/${first!.id}/close`, { reason: 'x' }, await api.key('support'))).statusCode).toBe(403);
  told.length = 0;
  const closed = await post(`/v1/report-periods/${first!.id}/close`, { reason: 'No trading on this day' }, await api.key('finance'));
  expect([closed.statusCode, closed.json()]).toMatchObject([200, { state: 'closed', closed: { reason: 'No trading on this day', reopenedAt: null }, expected: { lateness: null, text: null } }]);
  expect(told).toEqual(['reportPeriod report-period:north:2026-11-16_2026-11-17 periodClosed']);
  expect((await post(`/v1/report-periods/${first!.id}/close`, { reason: 'again' })).json()).toMatchObject({ closed: { reason: 'No trading on this day' } });
  expect((await get<{ items: object[] }>('/v1/audit?operation=closeReportPeriod')).items).toContainEqual(expect.objectContaining({ reason: 'No trading on this day' }));
  const receive = (from: string, to: string) => receiveReport(api.pool, { brokerId: 'north', from, to, fileName: 'x.csv', declaredVersion: null, receivedBy: 'test', at: api.clock.now }, (async function* () { yield Buffer.from('x'); })());
  const { reportId } = await receive(first!.from, '2026-11-17T00:00:00.000Z');
  expect(await get(`/v1/report-periods/${first!.id}`)).toMatchObject({ state: 'received', closed: { reopenedAt: api.clock.now } });
  expect((await post(`/v1/report-periods/${first!.id}/close`, { reason: 'again' })).json()).toMatchObject({ code: 'REPORT_PERIOD_BUSY', facts: { reportId } });
  // One that cannot be read was none: the period is waited for again.
  await api.pool.query("UPDATE report SET state = 'refused' WHERE id = $1", [reportId]);
  expect((await get<Period>(`/v1/report-periods/${first!.id}`)).state).toBe('escalated');
  const posted = await receive(second!.from, '2026-11-18T00:00:00.000Z');
  await api.pool.query("UPDATE report SET state = 'posted', posted_at = now() WHERE id = $1", [posted.reportId]);
  await api.pool.query('UPDATE report_period SET latest_report_no = $2 WHERE id = $1', [second!.id, posted.no]);
  expect((await post(`/v1/report-periods/${second!.id}/close`, { reason: 'x' })).json()).toMatchObject({ status: 409, code: 'REPORT_PERIOD_POSTED' });
  expect((await post('/v1/report-periods/per_unknown/close', { reason: 'x' })).statusCode).toBe(404);
});

test('an operator asks the sources to be looked at: not before the end, not without a source', async () => {
  const [first] = await periods();
  expect((await post(`/v1/report-periods/${first!.id}/pull`)).json()).toMatchObject({ status: 409, code: 'REPORT_SOURCE_MISSING' });
  await withTransaction(api.pool, (tx) => addSource(tx, { id: newId('source'), brokerId: 'north', kind: 'sftp', name: 'drop', settings: {}, profileName: 'default', pollSeconds: 60, sealedSecret: null, at: api.clock.now }));
  told.length = 0;
  expect((await post(`/v1/report-periods/${first!.id}/pull`)).json()).toEqual({ periodId: first!.id, sources: 1, workflowId: 'report-period:north:2026-11-16_2026-11-17' });
  expect(told).toEqual(['reportPeriod report-period:north:2026-11-16_2026-11-17 lookNow']);
  const now = api.clock.now;
  api.clock.now = '2026-11-16T20:00:00.000Z';
  expect((await post(`/v1/report-periods/${first!.id}/pull`)).json()).toMatchObject({ status: 409, code: 'REPORT_PERIOD_NOT_ENDED' });
  api.clock.now = now;
});

/** A posted report of these trades, as the missing days look at it. */
async function postedReport(from: string, to: string, trades: readonly (readonly [login: string, closed: string])[]): Promise<string> {
  const { reportId, no, periodId } = await receiveReport(api.pool, { brokerId: 'north', from, to, fileName: 'week.csv', declaredVersion: null, receivedBy: 'test', at: to }, (async function* () { yield Buffer.from('x'); })());
  for (const [i, [login, closed]] of trades.entries()) {
    await api.pool.query(`INSERT INTO report_line (report_no, row_number, line_number, raw, content_hash, kind, server, account, lots, close_time) VALUES ($1, $2, $2, '', '', 'trade', 'North-Live', $3, 1, $4)`, [no, i + 1, login, closed]);
  }
  await api.pool.query("UPDATE report SET state = 'posted', posted_at = $2 WHERE id = $1", [reportId, to]);
  await api.pool.query('UPDATE report_period SET latest_report_no = $2 WHERE id = $1', [periodId, no]);
  return reportId;
}

test('missing account-days: whole days first, then accounts that trade on other days or did in the period before; weekends and others are not looked for', async () => {
  await postedReport('2026-10-05T00:00:00Z', '2026-10-12T00:00:00Z', [['100001', '2026-10-06T10:00:00Z'], ['999999', '2026-10-06T10:00:00Z']]);
  const reportId = await postedReport('2026-10-12T00:00:00Z', '2026-10-19T00:00:00Z', [
    ['100000', '2026-10-12T10:00:00Z'], ['100000', '2026-10-13T10:00:00Z'], ['100000', '2026-10-16T23:59:59Z'], ['100002', '2026-10-12T10:00:00Z'], ['999999', '2026-10-14T10:00:00Z'],
  ]);
  const { items } = await get<{ items: { no: number; day: string; wholeDay: boolean; login: string | null; userId: string | null }[] }>(`/v1/reports/${reportId}/missing-days`);
  // 15 October: nobody. 100000 is there on the 12th, 13th and 16th; 100001 only in the week before; 100002 is not verified, 999999 nobody's.
  expect(items.map(({ day, wholeDay, login }) => [day.slice(8), wholeDay, login])).toEqual([
    ['15', true, null], ['12', false, '100001'], ['13', false, '100001'], ['14', false, '100000'], ['14', false, '100001'], ['16', false, '100001'],
  ]);
  expect(items[3]).toMatchObject({ no: 4, userId: users.get('u0') });
  const paged = await get<{ items: object[]; nextCursor: string }>(`/v1/reports/${reportId}/missing-days?limit=4`);
  expect([...paged.items, ...(await get<{ items: object[] }>(`/v1/reports/${reportId}/missing-days?limit=4&cursor=${paged.nextCursor}`)).items]).toEqual(items);
  expect(await get(`/v1/reports/${reportId}`)).toMatchObject({ missingDays: { days: 1, accountDays: 5 } });
  const refused = (await api.pool.query<{ id: string }>("SELECT id FROM report WHERE state = 'refused'")).rows[0]!.id;
  expect((await api.call('GET', `/v1/reports/${refused}/missing-days`)).json()).toMatchObject({ status: 409, code: 'REPORT_NOT_POSTED' });
  expect(await get(`/v1/reports/${refused}`)).toMatchObject({ missingDays: null });
});
