import { drizzle } from 'drizzle-orm/node-postgres';
import { userBalances } from '../../db/stores/balances.ts';
import { getUser } from '../../db/stores/users.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { Balances } from '../schemas/money.ts';
import { UserParams } from '../schemas/users.ts';

/** A user's money as it stands. */
export function balanceRoutes(app: Api, { pool }: ApiDeps): void {
  const db = drizzle(pool);
  const tag = 'Balances';

  app.get('/v1/users/:userId/balances', operation('getBalances', { tag, summary: 'Pending, available, held, reserved and paid', params: UserParams, response: { 200: Balances } }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${userId}".` });
    await getUser(db, userId);
    return { userId, ...(await userBalances(pool, userId)) };
  });
}
