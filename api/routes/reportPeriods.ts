import { z } from 'zod';
import { drizzle } from 'drizzle-orm/node-postgres';
import { closePeriod } from '../../db/stores/closePeriod.ts';
import { sourcesToPoll } from '../../db/stores/expectedPeriods.ts';
import { reportDelays } from '../../db/stores/reportDelays.ts';
import { getReportPeriod, listReportPeriods, type PeriodView as PeriodRow } from '../../db/stores/reportPeriods.ts';
import { getUser } from '../../db/stores/users.ts';
import { Problem } from '../../domain/problem.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { asFlag, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ClosePeriod, PeriodQuery, PeriodView, Pulled, ReportDelay } from '../schemas/reportPeriods.ts';
import { UserParams } from '../schemas/users.ts';
import { lookAtSources, periodWasClosed } from '../workflowCalls.ts';

const PeriodParams = z.object({ periodId: idIn('per') });
const refOf = ({ id, brokerId, from, to }: PeriodRow) => ({ periodId: id, brokerId, from, to });

/** Report periods: whose reports came, which are waited for, and what the users see of it. */
export function reportPeriodRoutes(app: Api, deps: ApiDeps): void {
  const { pool, client, now } = deps;
  const tag = 'Reports';

  app.get('/v1/report-periods', operation('listReportPeriods', { tag, summary: 'Report periods, oldest first', querystring: z.object({ ...pageQuery, ...PeriodQuery }), response: { 200: pageOf(PeriodView) } }), (request) => {
    const { late, ...query } = request.query;
    return readPage(request.query, (period) => period.id, (page) => listReportPeriods(pool, { ...query, late: asFlag(late) }, now(), page));
  });
  app.get('/v1/report-periods/:periodId', operation('getReportPeriod', { tag, summary: 'A report period', params: PeriodParams, response: { 200: PeriodView } }), (request) =>
    getReportPeriod(pool, request.params.periodId, now()));

  app.post('/v1/report-periods/:periodId/close', operation('closeReportPeriod', {
    tag, summary: 'Close a period without a report', description: 'Nobody waits for its report any more; nothing is credited and nothing estimated. A report that comes all the same is worked on and reopens it. Closing it again changes nothing.',
    params: PeriodParams, body: ClosePeriod, response: { 200: PeriodView },
  }), (request, reply) => once<PeriodRow>(deps, request, reply, {
    status: 200,
    effect: async (tx, audit) => {
      const { periodId } = request.params;
      const before = await getReportPeriod(tx, periodId, now());
      audit.subject = { type: 'report_period', id: periodId };
      audit.before = { state: before.state };
      audit.reason = request.body.reason;
      await closePeriod(tx, periodId, { by: callerOf(request).actor.principalId, reason: request.body.reason, at: now() });
      return getReportPeriod(tx, periodId, now());
    },
    afterCommit: (period) => periodWasClosed(client, refOf(period)),
  }));

  app.post('/v1/report-periods/:periodId/pull', operation('pullReportPeriod', {
    tag, summary: "Look at the broker's sources now", description: 'Each active source is looked at once for this period, whatever its turn, also where the report was posted already: what is new becomes its next version.', params: PeriodParams, response: { 200: Pulled },
  }), (request, reply) => once(deps, request, reply, {
    status: 200,
    effect: async (tx, audit) => {
      const period = await getReportPeriod(tx, request.params.periodId, now());
      audit.subject = { type: 'report_period', id: period.id };
      if (period.to > now()) throw new Problem('REPORT_PERIOD_NOT_ENDED', `This period ends at ${period.to}; before that no source can have its whole report.`, { status: 409 });
      const sources = await sourcesToPoll(tx, period.id);
      if (sources.length === 0) throw new Problem('REPORT_SOURCE_MISSING', `The broker "${period.brokerId}" has no active source to look at.`, { status: 409 });
      return { periodId: period.id, sources: sources.length, workflowId: workflowIds.reportPeriod(period.brokerId, period.from, period.to) };
    },
    afterCommit: async ({ periodId }) => lookAtSources(client, refOf(await getReportPeriod(pool, periodId, now()))),
  }));

  app.get('/v1/users/:userId/report-delays', operation('listReportDelays', {
    tag, summary: "Reports that delay a user's cashback", description: 'Reports that a broker of his was expected to send and has not sent.', params: UserParams, querystring: z.object(pageQuery), response: { 200: pageOf(ReportDelay) },
  }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${userId}".` });
    await getUser(drizzle(pool), userId);
    return readPage(request.query, (delay) => delay.periodId, (page) => reportDelays(pool, userId, now(), page));
  });
}
