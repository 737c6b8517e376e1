import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { listLinks } from '../../db/stores/accountLinks.ts';
import { getTradingAccount, listTradingAccounts, registerTradingAccount, type TradingAccount } from '../../db/stores/tradingAccounts.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { ACCOUNT_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedAccount } from '../schemas/expanded.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { Account, AccountQuery, NewAccount } from '../schemas/users.ts';

/** Broker logins. */
export function accountRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Trading accounts';

  app.post('/v1/accounts', operation('registerAccount', { tag, summary: 'Register a broker login, or find it', description: 'The same login again answers the registered account; whose it is, a link says.', body: NewAccount, response: { 200: Account } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx) => {
        const account = await registerTradingAccount(tx.db, { ...request.body, at: deps.now() });
        // A trader's word is only his claim and blocks nobody; an operator must not believe that his was taken.
        if (callerOf(request).userId === null && account.type !== request.body.type) {
          throw new Problem('ACCOUNT_TYPE_DIFFERS', `This account is registered as "${account.type}"; the type is corrected when a link is verified.`, { status: 409, at: { field: 'type' } });
        }
        return account;
      },
    }));
  app.get('/v1/accounts', operation('listAccounts', { tag, summary: 'Trading accounts, oldest first', querystring: z.object({ ...pageQuery, ...AccountQuery, ...expandQuery(ACCOUNT_EXPANSIONS) }), response: { 200: pageOf(ExpandedAccount) } }), async (request) => {
    const page = await readPage<TradingAccount>(request.query, (account) => account.id, (page) => listTradingAccounts(db, request.query, page));
    return { ...page, items: await expanded(request, pool, ACCOUNT_EXPANSIONS, page.items) };
  });
  app.get('/v1/accounts/:accountId', operation('getAccount', { tag, summary: 'A trading account', description: 'A user sees the accounts that he has asked to link.', params: z.object({ accountId: idIn('tac') }), response: { 200: Account } }), async (request) => {
    const { accountId } = request.params;
    const { ownUserId } = callerOf(request);
    const links = ownUserId === null ? [] : await listLinks(db, { userId: ownUserId, tradingAccountId: accountId }, { limit: 1 });
    if (ownUserId !== null) requireOwn(request, links[0]?.userId ?? '', { code: 'TRADING_ACCOUNT_UNKNOWN', sentence: `There is no trading account "${accountId}".` });
    return getTradingAccount(db, accountId);
  });
}
