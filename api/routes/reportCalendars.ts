import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { addCalendar, calendarsPage, calendarVersions } from '../../db/stores/reportCalendars.ts';
import { dueInstants, periodOf } from '../../domain/reports/calendar.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { CalendarNow, NewReportCalendar, ReportCalendar } from '../schemas/reportPeriods.ts';
import { calendarWasPosted } from '../workflowCalls.ts';

/** When a broker's reports are for and when they are expected. One admin is enough: it moves no money and makes none (docs/decisions/report-calendar.md). */
export function reportCalendarRoutes(app: Api, deps: ApiDeps): void {
  const { pool, client, now } = deps;
  const tag = 'Report calendars';

  app.post('/v1/brokers/:brokerId/report-calendars', operation('addReportCalendar', {
    tag, summary: "Add the next version of a broker's report calendar", description: 'From its instant on it counts, and the version before ends there. Periods that were opened stay as they are, so it cannot begin before the last of them has ended. Only periods in which an agreement was in force are expected.',
    params: BrokerParams, body: NewReportCalendar, response: { 201: ReportCalendar },
  }), (request, reply) => once(deps, request, reply, {
    status: 201,
    effect: (tx, audit) => {
      audit.subject = { type: 'broker', id: request.params.brokerId };
      return addCalendar(tx, { ...request.body, firstWeekday: request.body.firstWeekday ?? null, brokerId: request.params.brokerId, by: callerOf(request).actor.principalId, at: now() });
    },
    afterCommit: ({ brokerId }) => calendarWasPosted(client, brokerId),
  }));
  app.get('/v1/brokers/:brokerId/report-calendars', operation('listReportCalendars', { tag, summary: 'Every version, in their order', params: BrokerParams, querystring: z.object(pageQuery), response: { 200: pageOf(ReportCalendar) } }), async (request) => {
    await requireBroker(drizzle(pool), request.params.brokerId);
    return readPage(request.query, (calendar) => String(calendar.version), (page) => calendarsPage(pool, request.params.brokerId, page), NUMBERED);
  });
  app.get('/v1/brokers/:brokerId/report-calendar', operation('getReportCalendar', { tag, summary: 'The calendar in force, and the period that runs', params: BrokerParams, response: { 200: CalendarNow } }), async (request) => {
    const { brokerId } = request.params;
    await requireBroker(drizzle(pool), brokerId);
    const versions = await calendarVersions(pool, brokerId);
    const period = periodOf(versions, now());
    return {
      brokerId, calendar: versions.find(({ id }) => id === period?.calendar.id) ?? null,
      running: period === null ? null : { from: period.from, to: period.to, ...dueInstants(period) },
    };
  });
}
