import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { userBalances } from '../../db/stores/balances.ts';
import { userStatement } from '../../db/stores/statement.ts';
import { getUser } from '../../db/stores/users.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { Balances, StatementEntry } from '../schemas/money.ts';
import { NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { UserParams } from '../schemas/users.ts';

/** A user's money and every journal that moved it. */
export function balanceRoutes(app: Api, { pool }: ApiDeps): void {
  const db = drizzle(pool);
  const tag = 'Balances';

  app.get('/v1/users/:userId/balances', operation('getBalances', { tag, summary: 'Pending, available, held, reserved and paid', params: UserParams, response: { 200: Balances } }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${userId}".` });
    await getUser(db, userId);
    return { userId, ...(await userBalances(pool, userId)) };
  });
  app.get('/v1/users/:userId/statement', operation('getStatement', { tag, summary: 'Every movement, newest first', params: UserParams, querystring: z.object(pageQuery), response: { 200: pageOf(StatementEntry) } }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${userId}".` });
    await getUser(db, userId);
    return readPage(request.query, (entry) => entry.journalId, ({ after, limit }) => userStatement(pool, userId, { before: after ?? null, limit }), NUMBERED);
  });
}
