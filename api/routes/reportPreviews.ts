import { drizzle } from 'drizzle-orm/node-postgres';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { getProfile, newestProfile } from '../../db/stores/profiles.ts';
import { addPreview, getPreview, type NewPreview, type PreviewKind, type ReportPreview as StoredPreview } from '../../db/stores/reportPreviews.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { idIn } from '../schemas/common.ts';
import { PreviewFields, PreviewQuery, ReportPreview, SuggestionFields } from '../schemas/reportPreviews.ts';
import { ReportProfileSuggestion } from '../schemas/profileSuggestions.ts';
import { streamedRoutes } from '../streamedRoutes.ts';
import { sha256Of, uploadedWith } from '../uploadedFile.ts';
import { sampleArrived } from '../workflowCalls.ts';

/** Bytes of a sample; a report itself may be larger. */
const SAMPLE_LIMIT = 20 << 20;
const KEPT_DAYS = 7;
/** How long an answer waits for what is found; after that it is fetched by its id. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 100;

const CONSUMES = ['multipart/form-data', 'application/octet-stream', 'text/csv', 'application/json'];
const PREVIEW = 'As a form (fields first, the file last) or as the raw body, at most 20 MiB. It is read and judged as a report of it would be, by the profile that is given or one of the broker\'s, and nothing is posted. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.';
const SUGGESTION = 'As a form or as the raw body, at most 20 MiB. Looks for how the file can be read: what it is sure of, why, and what a person must say. 202: it takes longer, fetch it by its id. It is forgotten after 7 days.';

/** Samples of a broker's files: what a profile would make of one, and which profile would read it. */
export async function reportPreviewRoutes(app: Api, deps: ApiDeps): Promise<void> {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Onboarding';

  await streamedRoutes(app, (scope) => {
    scope.post('/v1/brokers/:brokerId/report-previews', operation('createReportPreview', { tag, summary: 'See what would become of a report, without handing it in', description: PREVIEW, consumes: CONSUMES, params: BrokerParams, querystring: PreviewQuery, response: { 201: ReportPreview, 202: ReportPreview } }), async (request, reply) => {
      const { fields: { profile, profileId, profileName = 'default', from = null, to = null, fileName }, bytes, discard } = await uploadedWith(request, SAMPLE_LIMIT, PreviewFields);
      const { brokerId } = request.params;
      const read = async () => {
        await requireBroker(db, brokerId);
        if (profile !== undefined) return { profile, profileId: null };
        const version = profileId === undefined ? await newestProfile(db, brokerId, profileName) : await getProfile(db, profileId);
        if (version.brokerId !== brokerId) throw new Problem('PROFILE_UNKNOWN', `Broker "${brokerId}" has no profile version "${profileId}".`, { status: 404 });
        return { profile: version.profile, profileId: version.id };
      };
      const about = { kind: 'preview' as const, brokerId, from, to, fileName };
      return looked(request, reply, bytes, discard, async () => ({ ...about, ...await read() }), [about, profile ?? profileId ?? profileName]);
    });
    scope.post('/v1/report-profile-suggestions', operation('suggestReportProfile', { tag, summary: 'A profile for a file of which nothing is known', description: SUGGESTION, consumes: CONSUMES, querystring: SuggestionFields, response: { 201: ReportProfileSuggestion, 202: ReportProfileSuggestion } }), async (request, reply) => {
      const { fields: { brokerId = null, fileName }, bytes, discard } = await uploadedWith(request, SAMPLE_LIMIT, SuggestionFields);
      const about = { kind: 'suggestion' as const, brokerId, from: null, to: null, profile: null, profileId: null, fileName };
      return looked(request, reply, bytes, discard, async () => {
        if (brokerId !== null) await requireBroker(db, brokerId);
        return about;
      }, [about]) as never;
    });
  });
  const params = z.object({ previewId: idIn('prv') });
  app.get('/v1/report-previews/:previewId', operation('getReportPreview', { tag, summary: 'What would become of a report', params, response: { 200: ReportPreview } }), async (request) =>
    shown(await getPreview(pool, request.params.previewId, 'preview')) as never);
  app.get('/v1/report-profile-suggestions/:previewId', operation('getReportProfileSuggestion', { tag, summary: 'A suggested profile', params, response: { 200: ReportProfileSuggestion } }), async (request) =>
    shown(await getPreview(pool, request.params.previewId, 'suggestion')) as never);

  /** Keeps the sample once, has a worker look at it, and waits a little for what it finds. */
  async function looked(request: FastifyRequest, reply: FastifyReply, bytes: AsyncIterable<Uint8Array>, discard: () => void, about: () => Promise<Omit<NewPreview, 'madeBy' | 'madeAt' | 'expiresAt'>>, asked: unknown): Promise<never> {
    const told = (sha256: string) => `${JSON.stringify(asked)} ${sha256}`;
    try {
      const sample = await about();
      const at = deps.now();
      const { id } = await once(deps, request, reply, {
        status: 201,
        effect: (tx) => addPreview(tx, { ...sample, madeBy: callerOf(request).actor.principalId, madeAt: at, expiresAt: new Date(Date.parse(at) + KEPT_DAYS * 86_400_000).toISOString() }, bytes),
        afterCommit: (kept) => sampleArrived(deps.client, kept.id),
        content: { after: ({ sha256 }) => told(sha256), read: async () => told(await sha256Of(bytes)) },
      });
      const found = await patiently(id, sample.kind);
      reply.code(found.state === 'waiting' ? 202 : 201);
      return shown(found) as never;
    } catch (error) {
      discard();
      throw error;
    }
  }

  async function patiently(id: string, kind: PreviewKind): Promise<StoredPreview> {
    for (const until = Date.now() + PATIENCE_MS; ;) {
      const found = await getPreview(pool, id, kind);
      if (found.state !== 'waiting' || Date.now() > until) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Without who made it, and the profile as it was sent. */
function shown({ madeBy: _by, profile: _profile, kind: _kind, ...preview }: StoredPreview) {
  return preview;
}
