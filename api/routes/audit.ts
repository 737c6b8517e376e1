import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAudit } from '../../db/stores/audit.ts';
import { allAuditEntries, auditPage, type AuditEntry as Entry, type AuditFilter, getAuditEntry } from '../../db/stores/auditEntries.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { auditCsv, auditNdjson } from '../documents/audit.ts';
import { operation } from '../operation.ts';
import { networkOf } from '../plugins/audit.ts';
import { callerOf } from '../plugins/auth.ts';
import { AuditEntry, AuditQuery } from '../schemas/audit.ts';
import { idIn } from '../schemas/common.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** Who did what, when, from where, why, before and after. */
export function auditRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Audit';
  const number = (entry: Entry): string => entry.id.slice('aud_'.length);

  app.get('/v1/audit', operation('listAuditEntries', { tag, summary: 'Entries, newest first', querystring: z.object({ ...pageQuery, ...AuditQuery }), response: { 200: pageOf(AuditEntry) } }), (request) =>
    readPage<Entry>(request.query, number, (page) => auditPage(pool, request.query, page), NUMBERED));
  app.get('/v1/audit/:entryId', operation('getAuditEntry', { tag, summary: 'An entry', params: z.object({ entryId: idIn('aud') }), response: { 200: AuditEntry } }), (request) => getAuditEntry(pool, request.params.entryId));

  /** Whoever takes the trail away leaves a trace in it. */
  const exported = async (request: FastifyRequest, reply: FastifyReply, filter: AuditFilter, type: string, ending: string): Promise<AsyncGenerator<Entry[]>> => {
    const at = deps.now();
    await recordAudit(pool, {
      at, actor: callerOf(request).actor, operation: request.routeOptions.schema?.operationId ?? '', subject: { type: 'audit', id: ending }, userId: filter.userId ?? null, after: { filter },
      requestId: request.id, network: networkOf(request.ip),
    });
    reply.type(type).header('content-disposition', `attachment; filename="audit-${at.slice(0, 10)}.${ending}"`).header('cache-control', 'private, no-store');
    return allAuditEntries(pool, filter);
  };
  app.get('/v1/audit.csv', operation('exportAuditCsv', { tag, summary: 'All entries for a spreadsheet, oldest first', description: 'CSV in UTF-8 with a byte order mark; a cell that a spreadsheet would run as a formula begins with an apostrophe. The export itself is an entry.', querystring: z.object(AuditQuery), response: {} }), async (request, reply) =>
    reply.send(Readable.from(auditCsv(await exported(request, reply, request.query, 'text/csv; charset=utf-8', 'csv')), { objectMode: false }) as never));
  app.get('/v1/audit.ndjson', operation('exportAuditNdjson', { tag, summary: 'All entries for programs, oldest first', description: 'One JSON object a line. The export itself is an entry.', querystring: z.object(AuditQuery), response: {} }), async (request, reply) =>
    reply.send(Readable.from(auditNdjson(await exported(request, reply, request.query, 'application/x-ndjson; charset=utf-8', 'ndjson')), { objectMode: false }) as never));
}
