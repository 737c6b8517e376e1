import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourcesWereChanged } from '../../api/workflowCalls.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { SOURCE_SETTINGS } from '../../activities/reports/sources/settings.ts';
import { startReportCalendar, startReportPeriod, wakeReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { withTransaction } from '../../db/connection.ts';
import { createAgreement } from '../../db/stores/agreements.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { closePeriod } from '../../db/stores/closePeriod.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { addCalendar, type NewCalendar } from '../../db/stores/reportCalendars.ts';
import { getReportPeriod } from '../../db/stores/reportPeriods.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { addSource, changeSource } from '../../db/stores/reportSources.ts';
import { newId } from '../../domain/ids.ts';
import { lookNow, periodClosed, reportProgress, workflowIds } from '../../workflows/contracts.ts';
import { mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let job: MainJob;
let temporal: TimeSkipping;
let workers: Running;
const servers: Server[] = [];

beforeAll(async () => {
  temporal = await timeSkipping();
  job = await mainJob({ accounts: 3 });
  workers = await mainJobWorkers(job, { client: temporal.client, nativeConnection: temporal.env.nativeConnection }, { reportPages: { periods: 2 }, sources: { settings: { ...SOURCE_SETTINGS, allowPrivate: true } } });
});
afterAll(async () => {
  for (const server of servers) server.close();
  await workers?.stop();
  await job?.close();
});

const iso = (at: number): string => new Date(at).toISOString();
const clock = (): Promise<number> => temporal.env.currentTimeMs();
const RULE = { cadence: 'day', firstWeekday: null, zone: 'UTC', expectedAfter: 'PT6H', overdueAfter: 'PT6H', escalatedAfter: 'P2D' } as const;

/** A broker with the sample's profile and an agreement, whose calendar of days begins with the next UTC midnight. */
async function broker(id: string, rule: Partial<NewCalendar> = {}): Promise<{ id: string; first: number }> {
  const db = drizzle(job.pool);
  if (id !== 'north') {
    await createBroker(db, { id, name: id, servers: [`${id}-Live`], at: '2026-01-01T00:00:00Z' });
    await createAgreement(db, { brokerId: id, activeFrom: '2026-01-01T00:00:00Z', activeTo: null });
    await addProfile(db, id, { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: `${id}-Live`, columns: { ticket: 'ticket', account: 'account', symbol: 'symbol', lots: 'lots', closeTime: 'closed' } });
  }
  const first = Math.ceil((await clock()) / DAY) * DAY;
  await withTransaction(job.pool, (tx) => addCalendar(tx, { ...RULE, brokerId: id, effectiveFrom: iso(first), by: 'op_1', at: new Date().toISOString(), ...rule }));
  return { id, first };
}
/** Sleeps until the instant; the workflows named have settled first. */
async function until(at: number, ...handles: WorkflowHandle[]): Promise<void> {
  const left = at - (await clock());
  expect(left).toBeGreaterThan(0);
  await settleAndSleep(temporal.env, handles, left);
}
/** What the Schedule does at a period's end. */
async function scheduled(brokerId: string): Promise<number> {
  await startReportCalendar(temporal.client, brokerId);
  return ((await temporal.client.workflow.getHandle(workflowIds.reportCalendar(brokerId)).result()) as { opened: number }).opened;
}
const periodHandle = (brokerId: string, from: number, to = from + DAY): WorkflowHandle => temporal.client.workflow.getHandle(workflowIds.reportPeriod(brokerId, iso(from), iso(to)));
const periods = (brokerId: string) => job.rows<{ id: string; from: Date; due: Date | null; overdue: Date | null; escalated: Date | null }>(
  'SELECT id, period_from AS "from", due_noted_at AS due, overdue_noted_at AS overdue, escalated_noted_at AS escalated FROM report_period WHERE broker_id = $1 ORDER BY period_from', [brokerId]);
const told = async (brokerId: string): Promise<Record<string, number>> =>
  Object.fromEntries((await job.rows<{ kind: string; n: number }>(`SELECT kind, count(*)::int AS n FROM notification WHERE facts ->> 'brokerId' = $1 GROUP BY 1 ORDER BY 1`, [brokerId])).map(({ kind, n }) => [kind, n]));
const received = (brokerId: string, from: number, text: string, to = from + DAY) =>
  receiveReport(job.pool, { brokerId, from: iso(from), to: iso(to), fileName: 'late.csv', declaredVersion: null, receivedBy: 'test', at: iso(to) }, (async function* () { yield Buffer.from(text); })());
const csv = (closed: number, ticket = 1): string => `ticket,account,symbol,lots,closed\n${ticket},100000,EURUSD,1.00,${iso(closed)}\n`;

test('due, overdue, escalated: each noted at its instant and told once, users too; a report that comes late ends the waiting', async () => {
  const { first } = await broker('north');
  await temporal.env.sleep(first + DAY + 1000 - (await clock()));
  expect(await scheduled('north')).toBe(1);
  const handle = periodHandle('north', first);
  const due = first + DAY + 6 * HOUR;
  await until(due - 1000, handle);
  expect(await handle.query(reportProgress)).toMatchObject({ phase: 'waiting', reportId: null, dueAt: iso(due), lateness: null });
  expect([(await periods('north'))[0], await told('north')]).toMatchObject([{ due: null, overdue: null, escalated: null }, {}]);

  const instants = { due, overdue: due + 6 * HOUR, escalated: due + 2 * DAY } as const;
  const kinds: Record<string, number>[] = [{ report_due: 1 }, { report_delayed: 3, report_due: 1, report_overdue: 1 }, { report_delayed: 3, report_due: 1, report_escalated: 1, report_overdue: 1 }];
  for (const [i, step] of (['due', 'overdue', 'escalated'] as const).entries()) {
    if (i > 0) {
      await until(instants[step] - 1000, handle);
      expect((await periods('north'))[0]![step]).toBeNull();
    }
    await until(instants[step] + 1000, handle);
    await expect.poll(() => told('north')).toEqual(kinds[i]);
    const noted = (await periods('north'))[0]![step]!.getTime() - instants[step];
    expect([noted >= 0, noted < 10_000]).toEqual([true, true]);
    expect(await handle.query(reportProgress)).toMatchObject({ phase: 'waiting', lateness: step });
  }
  const id = (await periods('north'))[0]!.id;
  expect(await getReportPeriod(job.pool, id, iso(due + 6 * HOUR))).toMatchObject({ state: 'overdue', expected: { lateness: 'overdue', text: expect.stringMatching(/^expected \w{3} 06:00 UTC, 6 h late$/) } });

  const report = await received('north', first, csv(first + HOUR));
  await wakeReportPeriod(temporal.client, { brokerId: 'north', periodId: id, from: iso(first), to: iso(first + DAY) }, report.reportId);
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await getReportPeriod(job.pool, id, iso(due + 9 * DAY))).toMatchObject({ state: 'posted', expected: { lateness: null, text: null } });
  expect(await job.money(0)).toMatchObject({ pending: '6' });
});

test('a file that cannot be read is refused, and its period goes on waiting', async () => {
  const { id: brokerId, first } = await broker('refused');
  await temporal.env.sleep(first + DAY + 1000 - (await clock()));
  await scheduled(brokerId);
  const handle = periodHandle(brokerId, first);
  const { reportId, periodId } = await received(brokerId, first, 'no,such,columns\n1,2,3\n');
  await wakeReportPeriod(temporal.client, { brokerId, periodId, from: iso(first), to: iso(first + DAY) }, reportId);
  await until(first + DAY + 6 * HOUR + 1000, handle);
  await expect.poll(() => told(brokerId)).toEqual({ report_due: 1 });
  expect(await handle.query(reportProgress)).toMatchObject({ phase: 'waiting', lateness: 'due' });
  expect(await job.rows('SELECT state FROM report WHERE id = $1', [reportId])).toEqual([{ state: 'refused' }]);
  await handle.terminate('looked at');
});

test('after days without anybody every period is opened page by page, late ones are told of once; every workflow gone: one command rebuilds them', async () => {
  const { id: brokerId, first } = await broker('asleep');
  await temporal.env.sleep(first + 5 * DAY + HOUR - (await clock()));
  expect(await scheduled(brokerId)).toBe(5);
  const handles = Array.from({ length: 5 }, (_, i) => periodHandle(brokerId, first + i * DAY));
  // Two are escalated, two overdue, the last one is not due: of each only the last step is told.
  await expect.poll(() => told(brokerId), { timeout: 10_000 }).toEqual({ report_escalated: 2, report_overdue: 2 });
  expect((await periods(brokerId)).map(({ due, overdue, escalated }) => [due, overdue, escalated].filter((at) => at !== null).length)).toEqual([3, 3, 2, 2, 0]);
  expect(await scheduled(brokerId)).toBe(0);

  for (const handle of handles) await handle.terminate('everything goes');
  expect(await startMissing({ pool: job.pool, client: temporal.client, ownershipTerms: PAYOUT_SETTINGS.ownership }, () => {})).toMatchObject({ calendars: 3, expectedPeriods: 6 });
  await until(first + 5 * DAY + 6 * HOUR + 1000, ...handles);
  await expect.poll(() => told(brokerId), { timeout: 10_000 }).toEqual({ report_escalated: 3, report_overdue: 2, report_due: 1 });
  for (const handle of handles) await handle.terminate('looked at');
});

test('closed by an operator: the workflow ends; a report that comes all the same reopens the period and is worked on', async () => {
  const { id: brokerId, first } = await broker('closed');
  await temporal.env.sleep(first + DAY + 1000 - (await clock()));
  await scheduled(brokerId);
  const handle = periodHandle(brokerId, first);
  const id = (await periods(brokerId))[0]!.id;
  const close = () => withTransaction(job.pool, (tx) => closePeriod(tx, id, { by: 'op_1', reason: 'a holiday', at: iso(first + DAY) }));
  await close();
  await handle.signal(periodClosed);
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await getReportPeriod(job.pool, id, iso(first + 9 * DAY))).toMatchObject({ state: 'closed', closed: { by: 'op_1', reason: 'a holiday', reopenedAt: null }, expected: { lateness: null } });
  // Nobody waits for it again.
  expect(await scheduled(brokerId)).toBe(0);
  expect((await handle.describe()).status.name).toBe('COMPLETED');

  const { reportId } = await received(brokerId, first, csv(first + HOUR));
  await expect(close()).rejects.toMatchObject({ code: 'REPORT_PERIOD_BUSY' });
  await wakeReportPeriod(temporal.client, { brokerId, periodId: id, from: iso(first), to: iso(first + DAY) }, reportId);
  expect(await periodHandle(brokerId, first).result()).toEqual({ posted: 1 });
  expect(await getReportPeriod(job.pool, id, iso(first + 9 * DAY))).toMatchObject({ state: 'posted', closed: { reopenedAt: iso(first + DAY) } });
  await expect(close()).rejects.toMatchObject({ code: 'REPORT_PERIOD_POSTED' });
  expect(await told(brokerId)).toEqual({});
});

test("a broker's API that does not say when its report is ready is asked from when it is due, every hour, until it has it; an operator's look asks once more", async () => {
  const { id: brokerId, first } = await broker('polled');
  const asked: string[] = [];
  let answer: string | null = null;
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(answer === null ? 404 : 200, { 'content-type': 'text/csv' }).end(answer ?? '');
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await withTransaction(job.pool, (tx) => addSource(tx, {
    id: newId('source'), brokerId, kind: 'api', name: 'api', profileName: 'default', pollSeconds: 3600, sealedSecret: null, at: new Date().toISOString(),
    settings: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/trades?from={from}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' } },
  }));
  await temporal.env.sleep(first + DAY + 1000 - (await clock()));
  await scheduled(brokerId);
  const handle = periodHandle(brokerId, first);
  await until(first + DAY + 5 * HOUR, handle);
  expect(asked).toEqual([]);
  for (let hour = 6; hour <= 8; hour++) {
    await until(first + DAY + hour * HOUR + 60_000, handle);
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(hour - 5);
  }
  expect(await handle.query(reportProgress)).toMatchObject({ phase: 'waiting', lateness: 'due' });
  answer = csv(first + HOUR);
  await handle.signal(lookNow);
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(asked).toHaveLength(4);
  // Posted: asked once more, where it says what it said before.
  const id = (await periods(brokerId))[0]!.id;
  const ref = { brokerId, periodId: id, from: iso(first), to: iso(first + DAY) };
  await startReportPeriod(temporal.client, ref);
  await periodHandle(brokerId, first).result();
  expect(asked).toHaveLength(4);
  const again = await temporal.client.workflow.signalWithStart('reportPeriod', { workflowId: handle.workflowId, taskQueue: 'reports', args: [ref], signal: lookNow, signalArgs: [] });
  expect(await again.result()).toEqual({ posted: 0 });
  expect(asked).toHaveLength(5);
  expect(await job.rows('SELECT state FROM report WHERE period_id = $1', [id])).toEqual([{ state: 'posted' }]);
});

test('a source that is added or changed while a period waits is looked at now; where nobody was told of it, the sweep does it', async () => {
  const { id: brokerId, first } = await broker('later');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await temporal.env.sleep(first + DAY + 1000 - (await clock()));
  await scheduled(brokerId);
  const handle = periodHandle(brokerId, first);
  await until(first + DAY + 6 * HOUR + 1000, handle);
  await expect.poll(() => told(brokerId), { timeout: 10_000 }).toEqual({ report_due: 1 });
  const settings = (path: string) => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}?from={from}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' } });
  const add = (name: string) => withTransaction(job.pool, (tx) => addSource(tx, { id: newId('source'), brokerId, kind: 'api', name, profileName: 'default', pollSeconds: 3600, sealedSecret: null, at: new Date().toISOString(), settings: settings(name) }));
  const paths = () => asked.map((url) => url.split('?')[0]);

  const { id } = await add('first');
  await sourcesWereChanged(temporal.client, brokerId);
  await expect.poll(paths, { timeout: 10_000 }).toEqual(['/first']);
  await withTransaction(job.pool, (tx) => changeSource(tx, id, { settings: settings('second') }));
  await sourcesWereChanged(temporal.client, brokerId);
  await expect.poll(paths, { timeout: 10_000 }).toEqual(['/first', '/second']);
  await add('third');
  await startMissing({ pool: job.pool, client: temporal.client, ownershipTerms: PAYOUT_SETTINGS.ownership }, () => {});
  await expect.poll(paths, { timeout: 10_000 }).toEqual(['/first', '/second', '/third']);
  await handle.terminate('looked at');
});
