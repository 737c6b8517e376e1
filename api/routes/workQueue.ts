import { z } from 'zod';
import { type QuarantinedLine as LineRow, quarantinedLines } from '../../db/stores/quarantinedLines.ts';
import { type WaitingWork, waitingWork } from '../../db/stores/workQueue.ts';
import { workQueueSections } from '../../db/stores/workQueueSections.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { QuarantinedLine, QuarantinedQuery, WaitingGroup, WorkQueueQuery, WorkSection } from '../schemas/workQueue.ts';

/** Cursors: an instant in ms with a group's id; a report's number with a row. */
const GROUP = /^\d{1,15}\.[0-9a-f]{32}$/;
const LINE = /^\d{1,18}\.\d{1,9}$/;

/** What waits for an operator, and the lines behind it. */
export function workQueueRoutes(app: Api, { pool, now }: ApiDeps): void {
  const tag = 'Work queue';

  app.get('/v1/work-queue', operation('listWorkQueue', {
    tag, summary: 'What waits for an operator: waiting lines by what they wait for, those that wait longest first, and counts of everything else',
    description: 'A waiting line is never paid as zero or dropped. Once what is unknown is known it is judged again by itself, at the rate and terms of its trade, as a new entry.',
    querystring: z.object({ ...pageQuery, ...WorkQueueQuery }), response: { 200: pageOf(WaitingGroup).extend({ sections: z.array(WorkSection) }) },
  }), async (request) => {
    const { brokerId, reason, section } = request.query;
    const sections = section === 'waiting_lines' ? [] : (await workQueueSections(pool, brokerId ?? null, now())).filter((one) => section === undefined || one.section === section);
    const page = await readPage<WaitingWork>(request.query, (group) => `${Date.parse(group.since)}.${group.id}`, async ({ after, limit }) => {
      if (section !== undefined && section !== 'waiting_lines') return [];
      const [since, id] = after?.split('.') ?? [];
      return waitingWork(pool, defined({ brokerId, reason }), { after: since === undefined ? null : { since: new Date(Number(since)).toISOString(), id: id! }, limit });
    }, GROUP);
    return { ...page, items: page.items.map((group) => shown(group, now())), sections };
  });

  app.get('/v1/quarantined-lines', operation('listQuarantinedLines', {
    tag, summary: 'Lines that wait, by report and row, the oldest report first', querystring: z.object({ ...pageQuery, ...QuarantinedQuery }), response: { 200: pageOf(QuarantinedLine) },
  }), (request) => readPage<LineRow>(request.query, (line) => `${line.reportNo}.${line.rowNumber}`, ({ after, limit }) => {
    const [no, row] = after?.split('.') ?? [];
    return quarantinedLines(pool, defined(request.query), { after: no === undefined ? null : { no, row: Number(row) }, limit });
  }, LINE));
}

function shown({ id: _, reportId, asked, ...group }: WaitingWork, now: string) {
  const query = new URLSearchParams({ brokerId: group.brokerId, reason: group.reason, ...(group.unknown === '' ? {} : { unknown: group.unknown }), ...(group.server === null ? {} : { server: group.server }) });
  return {
    ...group, awaitingApproval: asked, oldestReportId: reportId, ageHours: Math.max(0, Math.floor((Date.parse(now) - Date.parse(group.since)) / 3_600_000)), linesPath: `/v1/quarantined-lines?${query.toString()}`,
  };
}
