import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { agreementsPage } from '../../db/stores/agreements.ts';
import { requireBroker } from '../../db/stores/brokers.ts';
import { AGREEMENT, AGREEMENT_END } from '../changes/brokerChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { Agreement, BrokerParams, EndAgreement, NewAgreement } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { idIn, instantIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** IB agreements: a trade counts only while one is active. */
export function agreementRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Agreements';

  app.post('/v1/brokers/:brokerId/agreements', operation('createAgreement', { tag, summary: 'Add an agreement', params: BrokerParams, body: NewAgreement, response: { 201: Agreement, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, AGREEMENT, { subject: { type: 'broker', id: request.params.brokerId }, payload: request.body }));
  app.get('/v1/brokers/:brokerId/agreements', operation('listAgreements', { tag, summary: 'Agreements, oldest first', params: BrokerParams, querystring: z.object({ ...pageQuery, activeAt: instantIn().optional().meta({ description: 'Only those active at this instant.' }) }), response: { 200: pageOf(Agreement) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return readPage(request.query, (agreement) => agreement.id, (page) => agreementsPage(db, request.params.brokerId, request.query, page));
  });
  app.post('/v1/agreements/:agreementId/end', operation('endAgreement', { tag, summary: 'Say when an agreement ends (exclusive)', params: z.object({ agreementId: idIn('agr') }), body: EndAgreement, response: { 200: Agreement, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 200, AGREEMENT_END, { subject: { type: 'agreement', id: request.params.agreementId }, payload: request.body }));
}
