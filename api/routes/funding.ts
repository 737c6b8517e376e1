import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { requireBroker } from '../../db/stores/brokers.ts';
import { exposures } from '../../db/stores/exposureFigures.ts';
import { fundingMonths } from '../../db/stores/fundingMonths.ts';
import { fundingTermsPage } from '../../db/stores/fundingTerms.ts';
import { receivableEntries, receivableOf } from '../../db/stores/receivable.ts';
import { FUNDING_TERMS } from '../changes/fundingChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { BrokerParams } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { brokerIdIn } from '../schemas/common.ts';
import { Exposure, FundingMonth, FundingTerms, monthIn, NewFundingTerms, Receivable, ReceivableEntry } from '../schemas/funding.ts';
import { NUMBERED, pageOf, pageQuery, readPage, timeQuery } from '../schemas/paging.ts';

/** `<broker>_<month>`. */
const MONTH_KEY = /^[a-z0-9-]{1,63}_\d{4}-\d\d$/;

/** What brokers owe us, and how far their users' cashback is paid before they have paid. */
export function fundingRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Funding';

  app.get('/v1/brokers/:brokerId/receivable', operation('getReceivable', { tag, summary: 'What a broker has reported, paid and still owes', params: BrokerParams, response: { 200: Receivable } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return receivableOf(pool, request.params.brokerId);
  });
  app.get('/v1/brokers/:brokerId/receivable/entries', operation('listReceivableEntries', { tag, summary: "A broker's statement: what each report and payment changed, in the order in which it was posted", params: BrokerParams, querystring: z.object({ ...pageQuery, ...timeQuery('effective') }), response: { 200: pageOf(ReceivableEntry) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return readPage(request.query, (entry) => entry.journalId, (page) => receivableEntries(pool, request.params.brokerId, request.query, page), NUMBERED);
  });
  app.get('/v1/funding', operation('listFunding', {
    tag, summary: 'Reported, received, matched, paid out, reserved, owed and accrued per broker and month', response: { 200: pageOf(FundingMonth) },
    querystring: z.object({ ...pageQuery, brokerId: brokerIdIn().optional(), from: monthIn().optional().meta({ description: 'From this month on.' }), to: monthIn().optional().meta({ description: 'Before this month.' }) }),
  }), (request) => readPage(request.query, ({ brokerId, month }) => `${brokerId}_${month}`, (page) => fundingMonths(pool, request.query, page), MONTH_KEY));
  app.get('/v1/exposure', operation('listExposure', { tag, summary: 'Per broker: what is paid out before it has paid us, its limit, and whose money waits', querystring: z.object({ ...pageQuery, brokerId: brokerIdIn().optional() }), response: { 200: pageOf(Exposure) } }), (request) =>
    readPage(request.query, ({ brokerId }) => brokerId, (page) => exposures(pool, deps.now(), request.query, page)));

  app.post('/v1/brokers/:brokerId/funding-terms', operation('addFundingTerms', { tag, summary: "Add the next version of a broker's funding terms", params: BrokerParams, body: NewFundingTerms, response: { 201: FundingTerms, 202: Change } }), (request, reply) =>
    submitOnce(deps, request, reply, 201, FUNDING_TERMS, { subject: { type: 'broker', id: request.params.brokerId }, payload: request.body }));
  app.get('/v1/brokers/:brokerId/funding-terms', operation('listFundingTerms', { tag, summary: 'Every version, in their order', params: BrokerParams, querystring: z.object(pageQuery), response: { 200: pageOf(FundingTerms) } }), async (request) => {
    await requireBroker(db, request.params.brokerId);
    return readPage(request.query, (terms) => String(terms.version), (page) => fundingTermsPage(pool, request.params.brokerId, page), NUMBERED);
  });
}
