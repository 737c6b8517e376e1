import { drizzle } from 'drizzle-orm/node-postgres';
import { getBroker } from '../../db/stores/brokers.ts';
import { addFigures, getFigures, getScreenshot, listFigures, type ScreenshotType } from '../../db/stores/dashboardFigures.ts';
import { getChange } from '../../db/stores/changes.ts';
import { getReport } from '../../db/stores/reports.ts';
import { requireServer } from '../../db/stores/tradingAccounts.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { figuresFile, requireBegun } from '../../domain/reports/dashboardFigures.ts';
import { DASHBOARD_FIGURES } from '../changes/figuresChanges.ts';
import { isChange, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { DashboardFigures, DashboardFiguresInFull, FIGURES_BODY, FiguresParams, FiguresQuery, NewFigures, TypedFigures } from '../schemas/dashboardFigures.ts';
import { pageOf, readPage } from '../schemas/paging.ts';
import { reportArrived, startChange } from '../workflowCalls.ts';

/** Figures that an operator reads off a broker's dashboard and another one confirms. */
export function dashboardFiguresRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Dashboard figures';

  app.post('/v1/brokers/:brokerId/dashboard-figures', { bodyLimit: FIGURES_BODY, ...operation('typeDashboardFigures', {
    tag, summary: "Type figures from the broker's dashboard", params: BrokerParams, body: NewFigures, response: { 201: TypedFigures, 202: TypedFigures },
    description: 'For a broker that hands out no file. They become a report when a second operator has compared them with the screenshot and approved the change; nothing is earned by them before.',
  }) }, async (request, reply) => {
    const { brokerId } = request.params;
    const by = callerOf(request).actor.principalId;
    return once(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        const broker = await getBroker(drizzle(tx.client), brokerId);
        const { screenshot, note = null, ...figures } = request.body;
        for (const [index, { server }] of figures.rows.entries()) requireServer(broker, server, `rows.${index}.server`);
        const { from: start, to: end } = period(figures);
        requireBegun(figures, start, deps.now());
        const typed = await addFigures(tx, {
          brokerId, from: start, to: end, ...figuresFile(figures), lines: figures.rows.length, screenshot: picture(screenshot), screenshotType: screenshot.type, note, typedBy: by, typedAt: deps.now(),
        });
        const { id, from, to, lines, lots, sha256, screenshotSha256 } = typed;
        const payload = { brokerId, from, to, lines, lots, sha256, screenshotSha256 };
        const submitted = await submitChange({ deps, request, tx, audit }, DASHBOARD_FIGURES, { subject: { type: 'figures', id }, payload });
        Object.assign(audit, { subject: { type: 'figures', id }, after: { ...payload, change: isChange(submitted) ? submitted.id : null } });
        return { ...(await getFigures(tx, id)), changeId: isChange(submitted) ? submitted.id : null };
      },
      // By what was answered, so that a repetition does it too.
      afterCommit: async ({ changeId, reportId }) => {
        if (changeId !== null) await startChange(deps.client, await getChange(pool, changeId));
        else if (reportId !== null) await reportArrived(deps.client, { reportId, ...(await getReport(pool, reportId)) });
      },
    });
  });
  app.get('/v1/dashboard-figures', operation('listDashboardFigures', { tag, summary: 'Typed figures, newest first', querystring: FiguresQuery, response: { 200: pageOf(DashboardFigures) } }), (request) =>
    readPage(request.query, (figures) => figures.id, (page) => listFigures(pool, request.query, page)));
  app.get('/v1/dashboard-figures/:figuresId', operation('getDashboardFigures', { tag, summary: 'Typed figures with their rows', params: FiguresParams, response: { 200: DashboardFiguresInFull } }), async (request) => {
    const { profile, ...figures } = await getFigures(pool, request.params.figuresId);
    return { ...figures, profile: { ...profile } };
  });
  app.get('/v1/dashboard-figures/:figuresId/screenshot', operation('getDashboardScreenshot', { tag, summary: 'The picture they were read from', params: FiguresParams, response: {} }), async (request, reply) => {
    const { bytes, type } = await getScreenshot(pool, request.params.figuresId);
    // Never shown by a browser as a page of ours, whatever its bytes are.
    return reply.header('content-disposition', `attachment; filename="${request.params.figuresId}.${ENDINGS[type]}"`).type('application/octet-stream').send(bytes as never);
  });
}

function period({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const [start, end] = [normaliseInstant(from, 'from'), normaliseInstant(to, 'to')];
  if (start >= end) throw new Problem('PERIOD_EMPTY', `The period ${from} to ${to} is empty; "to" must be after "from".`, { status: 422, at: { field: 'to' } });
  return { from: start, to: end };
}

const ENDINGS: Record<ScreenshotType, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'application/pdf': 'pdf' };

/** First bytes of each type: a picture that is none would only be noticed when it is needed. */
const STARTS: Record<ScreenshotType, string> = { 'image/png': '89504e470d0a1a0a', 'image/jpeg': 'ffd8ff', 'application/pdf': '255044462d' };

function picture({ type, base64 }: { type: ScreenshotType; base64: string }): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.toString('hex', 0, 8).startsWith(STARTS[type])) throw new Problem('SCREENSHOT_UNREADABLE', `The screenshot is no ${type}; send the picture itself, in base64.`, { status: 422, at: { field: 'screenshot' } });
  return bytes;
}
