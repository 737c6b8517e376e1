import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { startReportPreview } from '../../activities/reports/preview/start.ts';
import { startReportCalendar, wakeReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { withTransaction } from '../../db/connection.ts';
import { createAgreement } from '../../db/stores/agreements.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { closePeriod } from '../../db/stores/closePeriod.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { addCalendar } from '../../db/stores/reportCalendars.ts';
import { addPreview } from '../../db/stores/reportPreviews.ts';
import { addSource, askTest } from '../../db/stores/reportSources.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { newId } from '../../domain/ids.ts';
import { lookNow, periodClosed, reportProgress, type ReportPeriodInput, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { reportPeriodStart, sourceTestStart } from '../../workflows/starts.ts';
import { until } from '../case/until.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

const DAY = 86_400_000;
const now = (): string => new Date().toISOString();
const iso = (at: number): string => new Date(at).toISOString();
const CSV = 'ticket,account,symbol,lots,closed\n1,100000,EURUSD,1.00,2026-11-02T10:00:00Z\n';
async function* bytes(text: string): AsyncGenerator<Buffer> { yield Buffer.from(text); }

/** A broker of its own that reports by UTC days. */
async function newBroker(stack: Stack, brokerId: string): Promise<void> {
  const db = drizzle(stack.pool);
  await createBroker(db, { id: brokerId, name: brokerId, servers: [`${brokerId}-Live`], at: now() });
  await createAgreement(db, { brokerId, activeFrom: '2026-01-01T00:00:00Z', activeTo: null });
  await addProfile(db, brokerId, { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: `${brokerId}-Live`, columns: { ticket: 'ticket', account: 'account', symbol: 'symbol', lots: 'lots', closeTime: 'closed' } });
}

/** The last day of such a broker has ended; its report is due in some seconds, then overdue and escalated a second each later. */
async function expected(stack: Stack, brokerId: string, dueInSeconds: number, arrange: () => Promise<unknown> = async () => {}): Promise<{ input: ReportPeriodInput; handle: WorkflowHandle }> {
  await newBroker(stack, brokerId);
  await arrange();
  const today = Math.floor(Date.now() / DAY) * DAY;
  const sinceMidnight = Math.ceil((Date.now() - today) / 1000);
  await withTransaction(stack.pool, (tx) => addCalendar(tx, {
    brokerId, cadence: 'day', firstWeekday: null, zone: 'UTC', expectedAfter: `PT${sinceMidnight + dueInSeconds}S`, overdueAfter: 'PT1S', escalatedAfter: 'PT2S', effectiveFrom: iso(today - DAY), by: 'op_1', at: now(),
  }));
  await startReportCalendar(stack.client, brokerId);
  await stack.handle(workflowIds.reportCalendar(brokerId)).result();
  const [from, to] = [iso(today - DAY), iso(today)];
  const [period] = await stack.rows<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1', [brokerId]);
  const handle = stack.handle(workflowIds.reportPeriod(brokerId, from, to));
  await until('its workflow waits', async () => (await handle.query(reportProgress)).phase === 'waiting');
  return { input: { brokerId, periodId: period!.id, from, to }, handle };
}
async function arrives(stack: Stack, input: ReportPeriodInput, text: string): Promise<void> {
  const { reportId } = await receiveReport(stack.pool, { ...input, fileName: 'late.csv', declaredVersion: null, receivedBy: 'op_1', at: now() }, bytes(text));
  await wakeReportPeriod(stack.client, input, reportId);
}

/** A broker's API that has the report from the `nth` request on. */
async function api(stack: Stack, brokerId: string, nth: number): Promise<{ sourceId: string; asked(): number; close(): void }> {
  let asked = 0;
  const server = createServer((_request, response) => { response.writeHead(++asked < nth ? 404 : 200, { 'content-type': 'text/csv' }).end(CSV); });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const sourceId = newId('source');
  await withTransaction(stack.pool, (tx) => addSource(tx, {
    id: sourceId, brokerId, kind: 'api', name: 'api', profileName: 'default', pollSeconds: 1, sealedSecret: null, at: now(),
    settings: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' } },
  }));
  return { sourceId, asked: () => asked, close: () => server.close() };
}

/** One history a control-flow shape of what is around a broker's reports. */
export const REPORT_SHAPES: Readonly<Record<string, Shape>> = {
  'report-expected-late': async (stack) => {
    const { input, handle } = await expected(stack, 'late', 2);
    await until('it is escalated', async () => (await stack.rows('SELECT 1 FROM report_period WHERE id = $1 AND escalated_noted_at IS NOT NULL', [input.periodId])).length === 1);
    await arrives(stack, input, 'no,such,columns\n1,2,3\n');
    await until('the unreadable one is refused', async () => (await stack.rows("SELECT 1 FROM report WHERE period_id = $1 AND state = 'refused'", [input.periodId])).length === 1);
    await until('it waits again', async () => (await handle.query(reportProgress)).phase === 'waiting');
    await arrives(stack, input, CSV);
    return handle;
  },
  'report-expected-closed': async (stack) => {
    const { input, handle } = await expected(stack, 'closed', 3_600);
    await withTransaction(stack.pool, (tx) => closePeriod(tx, input.periodId, { by: 'op_1', reason: 'a holiday', at: now() }));
    await handle.signal(periodClosed);
    return handle;
  },
  'report-expected-polled': async (stack) => {
    let source: Awaited<ReturnType<typeof api>> | undefined;
    const { handle } = await expected(stack, 'polled', 2, async () => { source = await api(stack, 'polled', 3); });
    await handle.result();
    source!.close();
    return handle;
  },
  'report-looked-at-again': async (stack) => {
    let source: Awaited<ReturnType<typeof api>> | undefined;
    const { input, handle } = await expected(stack, 'again', 2, async () => { source = await api(stack, 'again', 1); });
    await handle.result();
    await stack.client.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart(input), signal: lookNow, signalArgs: [] });
    await stack.handle(handle.workflowId).result();
    source!.close();
    return stack.handle(handle.workflowId);
  },
  'report-calendar': async (stack) => {
    await newBroker(stack, 'asleep');
    const today = Math.floor(Date.now() / DAY) * DAY;
    await withTransaction(stack.pool, (tx) => addCalendar(tx, { brokerId: 'asleep', cadence: 'day', firstWeekday: null, zone: 'UTC', expectedAfter: 'P30D', overdueAfter: 'P1D', escalatedAfter: 'P2D', effectiveFrom: iso(today - 3 * DAY), by: 'op_1', at: now() }));
    await startReportCalendar(stack.client, 'asleep');
    return stack.handle(workflowIds.reportCalendar('asleep'));
  },
  'report-preview': async (stack) => {
    const { id } = await withTransaction(stack.pool, (tx) => addPreview(tx, { kind: 'suggestion', brokerId: null, profileId: null, profile: null, from: null, to: null, fileName: 'sample.csv', madeBy: 'op_1', madeAt: now(), expiresAt: iso(Date.now() + DAY) }, bytes(CSV)));
    await startReportPreview(stack.client, id);
    return stack.handle(workflowIds.reportPreview(id));
  },
  'source-test': async (stack) => {
    await newBroker(stack, 'tested');
    const source = await api(stack, 'tested', 1);
    const input = { sourceId: source.sourceId, testId: 'test-1', from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' };
    await withTransaction(stack.pool, (tx) => askTest(tx, source.sourceId, { id: input.testId, state: 'asked' }));
    const handle = await stack.client.workflow.start(WORKFLOWS.sourceTest, sourceTestStart(input));
    await handle.result();
    source.close();
    return handle;
  },
};
