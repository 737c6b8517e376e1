import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { type AccountLink, endLink, getLink, listLinks, rejectLink, requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { periodsWithWaitingLines } from '../../db/stores/waitingLines.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { LINK_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedLink } from '../schemas/expanded.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { Link, LinkQuery, LinkVerification, NewLink } from '../schemas/users.ts';
import { waitingLinesMayCount } from '../workflowCalls.ts';

const LinkParams = z.object({ linkId: idIn('lnk') });

/** Account links. Every instant is the server's own: a back-dated request would change what was earned. */
export function linkRoutes(app: Api, deps: ApiDeps): void {
  const { pool, client } = deps;
  const db = drizzle(pool);
  const tag = 'Account links';

  app.post('/v1/links', operation('requestLink', { tag, summary: 'Ask to link a user with a trading account', description: 'The link counts, once verified, from this request on.', body: NewLink, response: { 201: Link } }), (request, reply) => {
    const userId = callerOf(request).ownUserId ?? request.body.userId;
    if (userId === undefined) throw new Problem('REQUEST_REFUSED', 'Name the user to link: userId is missing.', { status: 422, at: { field: 'userId' } });
    if (request.body.userId !== undefined) requireOwn(request, request.body.userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${request.body.userId}".` });
    return once(deps, request, reply, { status: 201, effect: (tx) => requestLink(tx.db, { tradingAccountId: request.body.tradingAccountId, userId, requestedAt: deps.now() }) });
  });
  app.get('/v1/links', operation('listLinks', { tag, summary: 'Links, oldest first', querystring: z.object({ ...pageQuery, ...LinkQuery, ...expandQuery(LINK_EXPANSIONS) }), response: { 200: pageOf(ExpandedLink) } }), async (request) => {
    const { ownUserId } = callerOf(request);
    const filter = ownUserId === null ? request.query : { ...request.query, userId: ownUserId };
    const page = await readPage<AccountLink>(request.query, (link) => link.id, (page) => listLinks(db, filter, page));
    return { ...page, items: await expanded(request, pool, LINK_EXPANSIONS, page.items) };
  });
  app.get('/v1/links/:linkId', operation('getLink', { tag, summary: 'A link', params: LinkParams, querystring: z.object(expandQuery(LINK_EXPANSIONS)), response: { 200: ExpandedLink } }), async (request) => {
    const link = await getLink(db, request.params.linkId);
    requireOwn(request, link.userId, { code: 'LINK_UNKNOWN', sentence: `There is no account link "${link.id}".` });
    return (await expanded(request, pool, LINK_EXPANSIONS, [link]))[0]!;
  });
  app.post('/v1/links/:linkId/verify', operation('verifyLink', { tag, summary: 'Verify a claim', description: 'Lines that waited for it since its request are judged again, as new entries.', params: LinkParams, body: LinkVerification, response: { 200: Link } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.before = await getLink(tx.db, request.params.linkId);
        return verifyLink(tx.db, request.params.linkId, deps.now(), request.body.accountType, callerOf(request).actor.principalId);
      },
      afterCommit: async (link) => {
        for (const period of await periodsWithWaitingLines(pool, { tradingAccountId: link.tradingAccountId })) await waitingLinesMayCount(client, period);
      },
    }));
  app.post('/v1/links/:linkId/reject', operation('rejectLink', { tag, summary: 'Reject a claim', params: LinkParams, response: { 200: Link } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.before = await getLink(tx.db, request.params.linkId);
        return rejectLink(tx.db, request.params.linkId, deps.now());
      },
    }));
  app.post('/v1/links/:linkId/end', operation('endLink', { tag, summary: 'End a link now', params: LinkParams, response: { 200: Link } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const link = await getLink(tx.db, request.params.linkId);
        requireOwn(request, link.userId, { code: 'LINK_UNKNOWN', sentence: `There is no account link "${link.id}".` });
        audit.before = link;
        return endLink(tx.db, link.id, deps.now());
      },
    }));
}
