import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { getMethodology, methodologiesPage } from '../../db/stores/methodologies.ts';
import { METHODOLOGY } from '../changes/otherChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { Change } from '../schemas/changes.ts';
import { idIn } from '../schemas/common.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { Methodology, NewMethodology } from '../schemas/methodologies.ts';

/** The rules' parameters, effective-dated, with a changelog. */
export function methodologyRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Methodologies';

  app.post('/v1/methodologies', operation('publishMethodology', { tag, summary: 'Publish the next version', body: NewMethodology, response: { 201: Methodology, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, METHODOLOGY, { subject: { type: 'methodology', id: 'all' }, payload: request.body }));
  app.get('/v1/methodologies', operation('listMethodologies', { tag, summary: 'Every version, newest first', querystring: z.object(pageQuery), response: { 200: pageOf(Methodology) } }), (request) =>
    readPage(request.query, (version) => String(version.version), (page) => methodologiesPage(db, page), NUMBERED));
  app.get('/v1/methodologies/:methodologyId', operation('getMethodology', { tag, summary: 'A version', params: z.object({ methodologyId: idIn('mth') }), response: { 200: Methodology } }), (request) =>
    getMethodology(db, request.params.methodologyId));
}
