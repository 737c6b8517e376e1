import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { termsPage } from '../../db/stores/terms.ts';
import { TERMS } from '../changes/brokerChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { BrokerParams, NewTerms, Terms } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** What counts at a broker: account types with lot factors, excluded classes, suffixes, the broker's own rules. */
export function termsRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Terms';

  app.post('/v1/brokers/:brokerId/terms', operation('addTerms', { tag, summary: 'Add the next version of the terms', params: BrokerParams, body: NewTerms, response: { 201: Terms, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, TERMS, { subject: { type: 'broker', id: request.params.brokerId }, payload: request.body }));
  app.get('/v1/brokers/:brokerId/terms', operation('listTerms', { tag, summary: 'Every version, in their order', params: BrokerParams, querystring: z.object(pageQuery), response: { 200: pageOf(Terms) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return readPage(request.query, (terms) => String(terms.version), (page) => termsPage(db, request.params.brokerId, page), NUMBERED);
  });
}
