import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { addServers, createBroker, getBroker, listBrokers, lockBroker } from '../../db/stores/brokers.ts';
import { symbolMap } from '../../db/stores/symbols.ts';
import { SYMBOLS } from '../changes/brokerChanges.ts';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { Broker, BrokerParams, NewBroker, NewServers, Symbols, SymbolsIn } from '../schemas/brokers.ts';
import { Change } from '../schemas/changes.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** Brokers with their servers and symbol maps. */
export function brokerRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Brokers';

  app.post('/v1/brokers', operation('createBroker', { tag, summary: 'Add a broker', body: NewBroker, response: { 201: Broker } }), (request, reply) =>
    once(deps, request, reply, {
      status: 201,
      effect: (tx, audit) => {
        audit.subject = { type: 'broker', id: request.body.id };
        return createBroker(tx.db, { ...request.body, at: deps.now() });
      },
    }));
  app.get('/v1/brokers', operation('listBrokers', { tag, summary: 'Brokers by id', querystring: z.object(pageQuery), response: { 200: pageOf(Broker) } }), (request) =>
    readPage(request.query, (broker) => broker.id, (page) => listBrokers(db, page)));
  app.get('/v1/brokers/:brokerId', operation('getBroker', { tag, summary: 'A broker', params: BrokerParams, etag: true, response: { 200: Broker } }), (request) =>
    getBroker(db, request.params.brokerId));
  app.post('/v1/brokers/:brokerId/servers', operation('addBrokerServers', { tag, summary: 'Add servers; known ones stay', params: BrokerParams, body: NewServers, etag: true, ifMatch: 'optional', response: { 200: Broker } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        await lockBroker(tx.db, request.params.brokerId);
        const broker = await getBroker(tx.db, request.params.brokerId);
        requireMatch(request, broker, { optional: true });
        audit.before = broker;
        await addServers(tx.db, request.params.brokerId, request.body.servers);
        return getBroker(tx.db, request.params.brokerId);
      },
    }));
  app.put('/v1/brokers/:brokerId/symbols', operation('putSymbols', { tag, summary: 'Add or re-map symbols', description: 'Symbols that are not named stay as they are. Giving a symbol another class than it has needs If-Match (428 without it); adding new ones does not.', params: BrokerParams, body: SymbolsIn, etag: true, ifMatch: 'overwriting', response: { 200: Symbols, 202: Change } }), (request, reply) => {
    const subject = { type: 'broker', id: request.params.brokerId };
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        await lockBroker(tx.db, request.params.brokerId);
        const before = await symbolMap(tx.db, request.params.brokerId);
        const overwrites = Object.entries(request.body.symbols).some(([symbol, cls]) => (before[symbol] ?? cls) !== cls);
        requireMatch(request, { symbols: before }, { optional: !overwrites });
        audit.before = Object.fromEntries(Object.keys(request.body.symbols).map((symbol) => [symbol, before[symbol] ?? null]));
        audit.after = request.body.symbols;
        return submitChange({ deps, request, tx, audit }, SYMBOLS, { subject, payload: request.body });
      },
      afterCommit: (body) => afterSubmit(deps, SYMBOLS, subject, body),
    });
  });
  app.get('/v1/brokers/:brokerId/symbols', operation('getSymbols', { tag, summary: 'The symbol map', params: BrokerParams, etag: true, response: { 200: Symbols } }), async (request) => {
    await getBroker(db, request.params.brokerId);
    return { symbols: await symbolMap(db, request.params.brokerId) };
  });
}
