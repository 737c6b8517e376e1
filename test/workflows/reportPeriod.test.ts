import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { verifyLink } from '../../db/stores/accountLinks.ts';
import { getReport } from '../../db/stores/reports.ts';
import { receiveSample, sampleReport, samplePeriod, type SampleReport } from '../../scripts/sample/report.ts';
import { BROKER } from '../../scripts/sample/setup.ts';
import { Decimal } from '../../domain/decimal.ts';
import { linesMayCount, reportDecided, reportProgress, reportReceived, searchAttribute, TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { losing } from '../support/faulty-activities.ts';
import { gates } from '../support/gates.ts';
import { arrives, mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';

let server: TestDevServer;
let job: MainJob;
let workers: Running;

const ACCOUNTS = 12;
const stops = gates();

beforeAll(async () => {
  server = await devServer();
  job = await mainJob({ accounts: ACCOUNTS, unverified: 1 });
  workers = await mainJobWorkers(job, server, {
    reportPages: { lines: 7, accruals: 3 },
    worker: stops.worker,
  });
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
});

const arrive = (report: SampleReport, text?: string) => arrives(job, server.client, report, text);
/** How often each activity was scheduled, by its workflow's history. */
async function activities(handle: Awaited<ReturnType<typeof arrive>>['handle']): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { activityTaskScheduledEventAttributes: a } of (await handle.fetchHistory()).events ?? []) if (a) counts[a.activityType!.name!] = (counts[a.activityType!.name!] ?? 0) + 1;
  return counts;
}
const running = async (reportId: string): Promise<number> => {
  const accruals = await job.rows<{ id: string }>(`SELECT a.id FROM accrual a JOIN report r ON r.no = a.report_no WHERE r.id = $1`, [reportId]);
  const states = await Promise.all(accruals.map(({ id }) => server.client.workflow.getHandle(workflowIds.accrual(id)).describe().then((d) => d.status.name, () => 'MISSING')));
  return states.filter((state) => state === 'RUNNING').length;
};

test('one page: every step once, an accrual each account, each with its workflow', async () => {
  const { handle, reportId } = await arrive({ accounts: [0, 2], linesPerAccount: 3, day: 0 });
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'posted', lines: 6, linesDone: 6, lots: '6' });
  expect(await activities(handle)).toEqual({ nextReport: 2, stageReport: 1, beginJudging: 1, judgePage: 1, tieOut: 1, beginPosting: 1, postPage: 1, settlePage: 1, startAccruals: 1, replayWaiting: 1 });
  expect(await running(reportId)).toBe(2);
  expect(await job.money(0)).toMatchObject({ pending: '18', available: '0' });
  const { typedSearchAttributes: attributes, staticSummary } = await handle.describe().then(async (d) => ({ typedSearchAttributes: d.typedSearchAttributes, staticSummary: await d.staticSummary() }));
  expect([attributes.get(searchAttribute.BrokerId), attributes.get(searchAttribute.ReportPeriod), staticSummary]).toEqual([BROKER, '2026-11-02_2026-11-03', 'Report of north for 2026-11-02_2026-11-03']);
});

test('many pages: whole accounts a page, accruals started page by page, the same money', async () => {
  const { handle, reportId } = await arrive({ accounts: [0, ACCOUNTS - 1], linesPerAccount: 5, day: 1 });
  expect(await handle.result()).toEqual({ posted: 1 });
  const counts = await activities(handle);
  expect(counts['judgePage']).toBeGreaterThan(4);
  expect(counts).toMatchObject({ postPage: counts['judgePage'], startAccruals: 4, beginJudging: 1, stageReport: 1 });
  expect(await running(reportId)).toBe(ACCOUNTS - 1);
  for (let account = 2; account < ACCOUNTS - 1; account++) expect(await job.money(account)).toMatchObject({ pending: '30' });
});

test('progress while it runs: phase, lines done of all', async () => {
  const judging = stops.hold('judgePage');
  const { handle, reportId } = await arrive({ accounts: [2, 6], linesPerAccount: 5, day: 2 });
  await judging.reached;
  expect(await handle.query(reportProgress)).toEqual({ reportId, phase: 'judging', linesDone: 0, linesTotal: 20, percent: null, linesPerSecond: null });
  const starting = stops.hold('startAccruals');
  judging.letGo();
  await starting.reached;
  expect(await handle.query(reportProgress)).toMatchObject({ phase: 'starting-accruals', linesDone: 20, linesTotal: 20 });
  starting.letGo();
  await handle.result();
  expect(await handle.query(reportProgress)).toMatchObject({ phase: 'done' });
});

test('a re-issue that arrives while the first version is being posted is next in the same workflow; only the difference is posted', async () => {
  const posting = stops.hold('postPage');
  const first = await arrive({ accounts: [0, 1], linesPerAccount: 2, day: 3 });
  await posting.reached;
  const { reportId } = await arrive({ accounts: [0, 1], linesPerAccount: 2, day: 3, lots: '0.50' });
  await first.handle.signal(reportReceived, { reportId });
  const before = await job.money(0);
  posting.letGo();
  expect(await first.handle.result()).toEqual({ posted: 2 });
  expect(new Decimal((await job.money(0)).pending).minus(before.pending).toFixed()).toBe('6');
  const kinds = await job.rows(`SELECT j.kind, trim_scale(p.amount) AS amount FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id
    WHERE a.kind = 'pending' AND j.idempotency_key LIKE 'report:' || (SELECT no FROM report WHERE id = $1) || ':%'`, [reportId]);
  expect(kinds).toEqual([{ kind: 'difference', amount: '-6' }]);
});

test('three versions queued before it starts are posted in order of arrival', async () => {
  const reports: string[] = [];
  for (const lots of ['1.00', '3.00', '2.00']) reports.push((await receiveSample(job.pool, { accounts: [1, 2], linesPerAccount: 1, day: 4, lots }, '2026-11-20T00:00:00.000Z')).reportId);
  const before = await job.money(1);
  const { handle } = await arrive({ accounts: [1, 2], linesPerAccount: 1, day: 4, lots: '2.00' });
  expect(await handle.result()).toEqual({ posted: 3 });
  expect(new Decimal((await job.money(1)).pending).minus(before.pending).toFixed()).toBe('12');
  const states = await job.rows<{ state: string }>(`SELECT state FROM report WHERE period_id = (SELECT period_id FROM report WHERE id = $1) ORDER BY no`, [reports[0]]);
  expect(states.map((row) => row.state)).toEqual(['posted', 'posted', 'posted', 'unchanged']);
});

test('refused: posts nothing, keeps the reason; the next version of the period is posted all the same', async () => {
  const before = await job.figures();
  const { handle, reportId } = await arrive({ accounts: [2, 3], linesPerAccount: 1, day: 5 }, 'ticket,account,symbol,lots\n1,2,EURUSD,1\n');
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'refused', refusal: { code: expect.any(String), message: expect.stringContaining('closed') } });
  expect((await job.figures() as { users: object }).users).toEqual((before as { users: object }).users);
  expect(await (await arrive({ accounts: [2, 3], linesPerAccount: 1, day: 5 })).handle.result()).toEqual({ posted: 1 });
});

test('the same file again, also reordered and with CRLF: unchanged, nothing posted', async () => {
  const report = { accounts: [3, 6], linesPerAccount: 2, day: 6 } as const;
  await (await arrive(report)).handle.result();
  const before = await job.figures() as { users: object; journals: object };
  const [head, ...lines] = sampleReport(report).trim().split('\n');
  const again = await arrive(report, `${[head, ...lines.toReversed()].join('\r\n')}\r\n`);
  expect(await again.handle.result()).toEqual({ posted: 0 });
  expect((await getReport(job.pool, again.reportId)).state).toBe('unchanged');
  const after = await job.figures() as { users: object; journals: object };
  expect([after.users, after.journals]).toEqual([before.users, before.journals]);
});

test('lines of a link that is verified later are posted as new entries, with a window of their own', async () => {
  const account = ACCOUNTS - 1;
  const first = await arrive({ accounts: [account, account + 1], linesPerAccount: 2, day: 7 });
  await first.handle.result();
  expect(await job.money(account)).toMatchObject({ pending: '0' });
  const [link] = await job.rows<{ id: string }>('SELECT id FROM account_link WHERE user_id = $1', [job.users.get(`u${account}`)]);
  await verifyLink(drizzle(job.pool), link!.id, '2026-11-20T00:00:00.000Z');
  const { from, to } = samplePeriod({ day: 7 });
  const [period] = await job.rows<{ id: string }>('SELECT period_id AS id FROM report WHERE id = $1', [first.reportId]);
  await server.client.workflow.signalWithStart('reportPeriod', { workflowId: workflowIds.reportPeriod(BROKER, from, to), taskQueue: TASK_QUEUES.reports, args: [{ brokerId: BROKER, periodId: period!.id, from, to }], signal: linesMayCount });
  await server.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, from, to)).result();
  expect(await job.money(account)).toMatchObject({ pending: '12' });
  expect(await running(first.reportId)).toBe(1);
});

test('a decision about waiting lines that comes while it looks for the last time is not left to the sweep', async () => {
  const last = stops.hold('replayWaiting');
  const { handle, reportId } = await arrive({ accounts: [0, 1], linesPerAccount: 1, day: 9 });
  await last.reached;
  await handle.signal(reportDecided, { reportId });
  last.letGo();
  expect(await handle.result()).toEqual({ posted: 1 });
  expect((await activities(handle))['replayWaiting']).toBe(2);
});

test('started five times at once: one execution, posted once', async () => {
  const { input, reportId } = await receiveSample(job.pool, { accounts: [6, 8], linesPerAccount: 3, day: 8 }, '2026-11-20T00:00:00.000Z');
  await Promise.all(Array.from({ length: 5 }, () => startReportPeriod(server.client, input)));
  expect(await server.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, input.from, input.to)).result()).toEqual({ posted: 1 });
  expect(await job.rows(`SELECT count(*)::int AS n FROM accrual a JOIN report r ON r.no = a.report_no WHERE r.id = $1`, [reportId])).toEqual([{ n: 2 }]);
});

test('a step that loses its answer once at each boundary: nothing is done twice', async () => {
  const seen = new Set<string>();
  const lossy = await mainJob({ accounts: 3 });
  const other = await devServer();
  const kills: string[] = [];
  const losers = await mainJobWorkers(lossy, other, {
    reportPages: { lines: 4, accruals: 2 },
    worker: losing((activity) => (['before', 'after'] as const).find((when) => !seen.has(`${activity} ${when}`) && seen.add(`${activity} ${when}`)) ?? null, ({ activity, when }) => { kills.push(`${activity} ${when}`); }),
  });
  try {
    await (await arrives(lossy, other.client, { accounts: [0, 3], linesPerAccount: 4 })).handle.result();
    await (await arrives(lossy, other.client, { accounts: [0, 3], linesPerAccount: 4, lots: '0.80', without: 1 })).handle.result();
    const steps = ['nextReport', 'stageReport', 'beginJudging', 'judgePage', 'tieOut', 'beginPosting', 'postPage', 'settlePage', 'startAccruals', 'replayWaiting'];
    expect(kills.filter((kill) => !kill.startsWith('clearAccrual')).toSorted()).toEqual(steps.flatMap((step) => [`${step} after`, `${step} before`]).toSorted());
    expect([await lossy.money(0), await lossy.money(1)]).toMatchObject([{ pending: '0', available: '0' }, { pending: '19.2', available: '0' }]);
    expect(await lossy.figures()).toMatchObject({ ledger: [] });
  } finally {
    await losers.stop();
    await lossy.close();
    await other.stop();
  }
});
