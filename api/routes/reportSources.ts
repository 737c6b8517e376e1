import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import type { Change as ChangeRow } from '../../db/stores/changes.ts';
import { askTest, changeSource, getSource, listSources, type ReportSource as StoredSource, type SourceState } from '../../db/stores/reportSources.ts';
import { listItems } from '../../db/stores/sourceItems.ts';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { REPORT_SOURCE } from '../changes/sourceChanges.ts';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ItemQuery, NewReportSource, ReportSource, ReportSourceChange, ReportSourceItem, SourceParams, SourceQuery, SourceTest } from '../schemas/reportSources.ts';
import { checkReach, checkSecret, readSettings } from '../sources/check.ts';
import { sourcesWereChanged, testSource } from '../workflowCalls.ts';

const DAY = 86_400_000;

/** Where a broker's reports are fetched from. */
export function reportSourceRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal } = deps;
  const db = drizzle(pool);
  const tag = 'Report sources';
  const policy = { allowPrivate: deps.config.sourcesAllowPrivate };
  const shown = (body: object) => body as z.input<typeof ReportSource>;

  app.post('/v1/brokers/:brokerId/report-sources', operation('addReportSource', {
    tag, summary: 'Add a source that reports are fetched from', description: 'A second operator agrees first: what it brings becomes money. The secret is sealed at once and never shown.', params: BrokerParams, body: NewReportSource, response: { 201: ReportSource, 202: Change },
  }), async (request, reply) => {
    const { brokerId } = request.params;
    const { secret, ...source } = request.body;
    checkReach(source.kind, source.settings, policy);
    checkSecret(source.kind, source.settings, secret !== undefined);
    const subject = { type: 'broker', id: brokerId };
    return shown(await once<StoredSource | ChangeRow>(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        await requireBroker(tx.db, brokerId);
        const id = newId('source');
        const sealed = secret === undefined ? null : await personal.seal(tx, id, secret);
        return submitChange({ deps, request, tx, audit }, REPORT_SOURCE, { subject, payload: { added: id, ...source, secret: sealed } });
      },
      afterCommit: (body) => afterSubmit(deps, REPORT_SOURCE, subject, body),
    }));
  });
  app.get('/v1/brokers/:brokerId/report-sources', operation('listReportSources', { tag, summary: "A broker's sources, oldest first", params: BrokerParams, querystring: z.object({ ...pageQuery, ...SourceQuery }), response: { 200: pageOf(ReportSource) } }), async (request) => {
    const { brokerId } = request.params;
    await requireBroker(db, brokerId);
    const page = await readPage<StoredSource>(request.query, (source) => source.id, (part) => listSources(pool, { brokerId, ...request.query }, part));
    return { ...page, items: page.items.map(shown) };
  });
  app.get('/v1/report-sources/:sourceId', operation('getReportSource', { tag, summary: 'A source, when it was looked at, and what was wrong then', params: SourceParams, etag: true, response: { 200: ReportSource } }), async (request) =>
    shown(await getSource(pool, request.params.sourceId)));
  app.get('/v1/report-sources/:sourceId/items', operation('listReportSourceItems', { tag, summary: 'What was found there, newest first', params: SourceParams, querystring: z.object({ ...pageQuery, ...ItemQuery }), response: { 200: pageOf(ReportSourceItem) } }), async (request) => {
    const { id } = await getSource(pool, request.params.sourceId);
    return readPage(request.query, (item) => item.no, ({ after, limit }) => listItems(pool, id, request.query, { before: after ?? null, limit }), NUMBERED);
  });

  app.patch('/v1/report-sources/:sourceId', operation('changeReportSource', {
    tag, summary: 'Change its settings, secret, profile or pace', description: 'For all but its pace a second operator agrees first.', params: SourceParams, body: ReportSourceChange, etag: true, ifMatch: 'optional', response: { 200: ReportSource, 202: Change },
  }), async (request, reply) => {
    const { sourceId } = request.params;
    const { settings, secret, profileName, pollSeconds } = request.body;
    const subject = { type: 'source', id: sourceId };
    return shown(await once<StoredSource | ChangeRow>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const source = await getSource(tx, sourceId, true);
        requireMatch(request, source, { optional: true });
        audit.subject = subject;
        if (settings === undefined && secret === undefined && profileName === undefined) {
          audit.before = { pollSeconds: source.pollSeconds };
          return changeSource(tx, sourceId, { pollSeconds });
        }
        const checked = settings === undefined ? undefined : readSettings(source.kind, settings, policy);
        checkSecret(source.kind, checked ?? source.settings, secret === undefined ? source.hasSecret : secret !== null);
        const sealed = typeof secret === 'string' ? await personal.seal(tx, sourceId, secret) : secret;
        const payload = { ...(checked && { settings: checked }), ...(sealed === undefined ? {} : { secret: sealed }), ...(profileName === undefined ? {} : { profileName }), ...(pollSeconds === undefined ? {} : { pollSeconds }) };
        return submitChange({ deps, request, tx, audit }, REPORT_SOURCE, { subject, payload });
      },
      afterCommit: (body) => afterSubmit(deps, REPORT_SOURCE, subject, body),
    }));
  });
  const to = (state: SourceState) => async (request: Parameters<typeof once>[1] & { params: { sourceId: string } }, reply: Parameters<typeof once>[2]) => shown(await once<StoredSource>(deps, request, reply, {
    status: 200,
    effect: async (tx, audit) => {
      const { id, state: was } = await getSource(tx, request.params.sourceId, true);
      audit.before = { state: was };
      return changeSource(tx, id, { state });
    },
    afterCommit: async ({ brokerId }) => {
      if (state === 'active') await sourcesWereChanged(deps.client, brokerId);
    },
  }));
  app.post('/v1/report-sources/:sourceId/pause', operation('pauseReportSource', { tag, summary: 'Look at it no more for now', params: SourceParams, response: { 200: ReportSource } }), to('paused'));
  app.post('/v1/report-sources/:sourceId/resume', operation('resumeReportSource', { tag, summary: 'Look at it again', params: SourceParams, response: { 200: ReportSource } }), to('active'));

  app.post('/v1/report-sources/:sourceId/test', operation('testReportSource', {
    tag, summary: 'Try it without taking anything', description: 'A worker does it; what it found stands in `test` of the source as soon as that is `done`.', params: SourceParams, body: SourceTest, response: { 202: ReportSource },
  }), async (request, reply) => {
    const now = deps.now();
    const today = Math.floor(Date.parse(now) / DAY) * DAY;
    const [from, end] = [normaliseInstant(request.body.from ?? new Date(today - DAY).toISOString()), normaliseInstant(request.body.to ?? new Date(today).toISOString())];
    if (from >= end) throw new Problem('PERIOD_EMPTY', `The period ${from} to ${end} is empty; "to" must be after "from".`, { at: { field: 'to' } });
    return shown(await once<StoredSource>(deps, request, reply, {
      status: 202,
      effect: async (tx) => askTest(tx, (await getSource(tx, request.params.sourceId, true)).id, { id: randomUUID(), state: 'asked', askedAt: now, from, to: end }),
      afterCommit: ({ id, test }) => testSource(deps.client, { sourceId: id, testId: String(test!['id']), from, to: end }),
    }));
  });
}
