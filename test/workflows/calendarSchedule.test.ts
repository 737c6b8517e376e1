import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReportCalendar } from '../../activities/reports/startReportPeriod.ts';
import { withTransaction } from '../../db/connection.ts';
import { endAgreement } from '../../db/stores/agreements.ts';
import { addCalendar, type NewCalendar } from '../../db/stores/reportCalendars.ts';
import { calendarSchedule, reportProgress, workflowIds } from '../../workflows/contracts.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';

const DAY = 86_400_000;
let server: TestDevServer;
let job: MainJob;
let workers: Running;

beforeAll(async () => {
  server = await devServer();
  job = await mainJob({ accounts: 1 });
  workers = await mainJobWorkers(job, server);
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
});

const today = Math.floor(Date.now() / DAY) * DAY;
const iso = (at: number): string => new Date(at).toISOString();
const post = (rule: Partial<NewCalendar>) => withTransaction(job.pool, (tx) => addCalendar(tx, {
  brokerId: 'north', cadence: 'day', firstWeekday: null, zone: 'Europe/Athens', expectedAfter: 'P30D', overdueAfter: 'PT6H', escalatedAfter: 'P2D', effectiveFrom: iso(today - DAY), by: 'op_1', at: new Date().toISOString(), ...rule,
}));
/** What the API asks for after the commit. */
const run = async (): Promise<unknown> => {
  await startReportCalendar(server.client, 'north');
  return server.client.workflow.getHandle(workflowIds.reportCalendar('north')).result();
};
const schedule = () => server.client.schedule.getHandle(calendarSchedule('north'));

test("the broker's Schedule fires at the ends of its periods, local midnights; an operator's pause stays when the next version replaces them", async () => {
  await post({});
  expect(await run()).toEqual({ opened: expect.any(Number) });
  const { info, policies } = await schedule().describe();
  expect(info.nextActionTimes.length).toBeGreaterThan(2);
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Athens', hour: '2-digit', minute: '2-digit' });
  for (const at of info.nextActionTimes) expect(hour.format(at)).toBe('00:00');
  expect(policies).toMatchObject({ overlap: 'BUFFER_ONE', pauseOnFailure: false });

  await schedule().pause('the broker is being moved');
  await post({ cadence: 'week', firstWeekday: 'Sun', zone: '+05:30', effectiveFrom: iso(today + 2 * DAY) });
  await run();
  const after = await schedule().describe();
  expect(after.state).toMatchObject({ paused: true, note: 'the broker is being moved' });
  // The running days end where the weeks begin, at 00:00 UTC; from then on on Saturdays 18:30 UTC.
  const times = after.info.nextActionTimes.map((at) => at.toISOString());
  expect(times).toContain(iso(today + 2 * DAY));
  expect(times.at(-1)).toMatch(/T18:30:00\.000Z$/);
  await schedule().unpause();
}, 60_000);

test('when it fires it opens what has ended, once, and starts the workflow that waits for each report', async () => {
  await schedule().trigger();
  const first = async () => (await job.rows<{ from: Date; to: Date }>('SELECT period_from AS "from", period_to AS "to" FROM report_period ORDER BY period_from LIMIT 1'))[0];
  await expect.poll(first, { timeout: 20_000 }).toBeDefined();
  const { from, to } = (await first())!;
  const handle = server.client.workflow.getHandle(workflowIds.reportPeriod('north', from.toISOString(), to.toISOString()));
  await expect.poll(async () => (await handle.query(reportProgress)).dueAt, { timeout: 20_000, interval: 200 }).toBe(iso(to.getTime() + 30 * DAY));
  await handle.terminate('looked at');
}, 60_000);

test('where no agreement will be in force there is no Schedule', async () => {
  const [agreement] = await job.rows<{ id: string }>("SELECT id FROM agreement WHERE broker_id = 'north'");
  await endAgreement(drizzle(job.pool), agreement!.id, iso(today - 3 * DAY));
  await run();
  await expect(schedule().describe()).rejects.toThrow(/not found/i);
  await run();
}, 60_000);
