import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { ratesPage } from '../../db/stores/rates.ts';
import { RATE } from '../changes/brokerChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { BrokerParams, NewRate, Rate } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { instrumentClass } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** The rate card: USD per standardised lot by instrument class, effective-dated. */
export function rateRoutes(app: Api, deps: ApiDeps): void {
  const db = drizzle(deps.pool);
  const tag = 'Rates';

  app.post('/v1/brokers/:brokerId/rates', operation('addRate', { tag, summary: "Add the next version of a class's rate", params: BrokerParams, body: NewRate, response: { 201: Rate, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, RATE, { subject: { type: 'broker', id: request.params.brokerId }, payload: request.body }));
  app.get('/v1/brokers/:brokerId/rates', operation('listRates', {
    tag, summary: 'Every rate, oldest first', params: BrokerParams, querystring: z.object({ ...pageQuery, class: instrumentClass().optional(), appliesTo: z.enum(['all', 'new']).optional() }), response: { 200: pageOf(Rate) },
  }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return readPage(request.query, (rate) => rate.id, (page) => ratesPage(db, request.params.brokerId, request.query, page));
  });
}
