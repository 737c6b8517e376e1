import { Readable } from 'node:stream';
import { z } from 'zod';
import { listReportLines, reportSummary } from '../../db/stores/reportLines.ts';
import { countMissingDays, missingDays } from '../../db/stores/missingDays.ts';
import { reportProgress } from '../../db/stores/reportProgress.ts';
import { getReport, listReports, openReportFile, type Report as ReportRow } from '../../db/stores/reports.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { REPORT_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedReport, ExpandedReportWithOutcomes } from '../schemas/expanded.ts';
import { asKnownOn } from '../schemas/reportLines.ts';
import { defined, NUMBERED, pageOf, pageQuery, readPage, ROWS } from '../schemas/paging.ts';
import { MissingDay } from '../schemas/reportPeriods.ts';
import { Line, LineQuery, Progress, ReportQuery } from '../schemas/reports.ts';

const ReportParams = z.object({ reportId: idIn('rpt') });

/** Reports as received, what became of their lines, and the file itself. */
/** A name that every client can take, and the broker's own for those that can. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^A-Za-z0-9._ -]/g, '_');
  // What encodeURIComponent leaves and RFC 8187 does not.
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

export function reportRoutes(app: Api, { pool }: ApiDeps): void {
  const tag = 'Reports';

  app.get('/v1/reports', operation('listReports', { tag, summary: 'Reports, newest first', querystring: z.object({ ...pageQuery, ...ReportQuery, ...expandQuery(REPORT_EXPANSIONS) }), response: { 200: pageOf(ExpandedReport) } }), async (request) => {
    const page = await readPage<ReportRow>(request.query, (report) => report.no, ({ after, limit }) => listReports(pool, defined(request.query), { before: after ?? null, limit }), NUMBERED);
    return { ...page, items: await expanded(request, pool, REPORT_EXPANSIONS, page.items) };
  });
  app.get('/v1/reports/:reportId', operation('getReport', { tag, summary: 'A report with its lines and lots by outcome and reason', params: ReportParams, querystring: z.object({ ...expandQuery(REPORT_EXPANSIONS), asKnownOn }), response: { 200: ExpandedReportWithOutcomes } }), async (request) => {
    const report = (await expanded(request, pool, REPORT_EXPANSIONS, [await getReport(pool, request.params.reportId)]))[0]!;
    return { ...report, outcomes: await reportSummary(pool, report.id, request.query.asKnownOn), missingDays: await countMissingDays(pool, report.id) };
  });
  app.get('/v1/reports/:reportId/progress', operation('getReportProgress', { tag, summary: 'How far the work on it is', params: ReportParams, response: { 200: Progress } }), (request) =>
    reportProgress(pool, request.params.reportId));
  app.get('/v1/reports/:reportId/lines', operation('listReportLines', { tag, summary: 'Lines in file order, each with its outcome', params: ReportParams, querystring: z.object({ ...pageQuery, ...LineQuery }), response: { 200: pageOf(Line) } }), async (request) => {
    const { id } = await getReport(pool, request.params.reportId);
    return readPage(request.query, (line) => String(line.rowNumber), ({ after, limit }) => listReportLines(pool, id, defined(request.query), { after: Number(after ?? 0), limit }), ROWS);
  });
  app.get('/v1/reports/:reportId/file', operation('getReportFile', { tag, summary: 'The file, byte for byte as received', params: ReportParams, response: {} }), async (request, reply) => {
    const report = await getReport(pool, request.params.reportId);
    reply.header('content-disposition', attachment(report.fileName)).header('content-length', report.size).header('etag', `"${report.sha256}"`);
    return reply.type('application/octet-stream').send(Readable.from(openReportFile(pool, report.id)) as never);
  });
  app.get('/v1/reports/:reportId/missing-days', operation('listMissingDays', {
    tag, summary: 'Business days on which a posted report says nothing, of all accounts and of single ones', params: ReportParams, querystring: z.object(pageQuery), response: { 200: pageOf(MissingDay) },
    description: 'Only a hint: nothing is estimated. Days without a trade of any account come first; then, for each account that is linked and verified for the whole day and traded on another day of this report or in the report before, the days without one. A report of monthly sums has none.',
  }), (request) =>
    readPage(request.query, (day) => String(day.no), ({ after, limit }) => missingDays(pool, request.params.reportId, { after: Number(after ?? 0), limit }), ROWS));
}
