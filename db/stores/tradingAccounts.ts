import { and, asc, eq, gt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { tradingAccount } from '../schema/users.ts';
import { getBroker } from './brokers.ts';
import { listTerms } from './terms.ts';

export interface TradingAccount { id: string; brokerId: string; server: string; login: string; type: string; createdAt: string }
export interface NewTradingAccount { brokerId: string; server: string; login: string; type: string; at: string }

/**
 * Registers a broker login, or answers the one that is registered: two users may claim the same login, and an operator decides.
 * Throws BROKER_UNKNOWN | SERVER_UNKNOWN | ACCOUNT_TYPE_UNKNOWN | ACCOUNT_TYPE_DIFFERS.
 */
export async function registerTradingAccount(db: NodePgDatabase, input: NewTradingAccount): Promise<TradingAccount> {
  const broker = await getBroker(db, input.brokerId);
  if (!broker.servers.includes(input.server)) {
    throw new Problem('SERVER_UNKNOWN', `The broker ${broker.id} has no server "${input.server}"; known are ${broker.servers.join(', ') || 'none'}.`, { at: { field: 'server' } });
  }
  const types = new Set((await listTerms(db, broker.id)).flatMap((terms) => Object.keys(terms.accountTypes)));
  if (!types.has(input.type)) {
    throw new Problem('ACCOUNT_TYPE_UNKNOWN', `The terms of ${broker.id} know no account type "${input.type}"; known are ${[...types].join(', ') || 'none'}.`, { at: { field: 'type' } });
  }
  const { brokerId, server, login, type } = input;
  await db.insert(tradingAccount).values({ id: newId('tradingAccount'), brokerId, server, login, type, createdAt: normaliseInstant(input.at) })
    .onConflictDoNothing({ target: [tradingAccount.brokerId, tradingAccount.server, tradingAccount.login] });
  const [row] = await db.select().from(tradingAccount).where(and(eq(tradingAccount.brokerId, brokerId), eq(tradingAccount.server, server), eq(tradingAccount.login, login)));
  if (row!.type !== type) throw new Problem('ACCOUNT_TYPE_DIFFERS', `This account is registered with another type than "${type}"; ask support to look at it.`, { status: 409, at: { field: 'type' } });
  return shown(row!);
}

/** Throws TRADING_ACCOUNT_UNKNOWN (404). */
export async function getTradingAccount(db: NodePgDatabase, id: string): Promise<TradingAccount> {
  const [row] = await db.select().from(tradingAccount).where(eq(tradingAccount.id, id));
  if (!row) throw new Problem('TRADING_ACCOUNT_UNKNOWN', `There is no trading account "${id}".`, { status: 404 });
  return shown(row);
}

export interface TradingAccountFilter { brokerId?: string | undefined; server?: string | undefined; login?: string | undefined }

/** Trading accounts by id, after the id `after`. */
export async function listTradingAccounts(db: NodePgDatabase, filter: TradingAccountFilter, page: { after?: string | undefined; limit: number }): Promise<TradingAccount[]> {
  const rows = await db.select().from(tradingAccount).where(and(
    filter.brokerId === undefined ? undefined : eq(tradingAccount.brokerId, filter.brokerId),
    filter.server === undefined ? undefined : eq(tradingAccount.server, filter.server),
    filter.login === undefined ? undefined : eq(tradingAccount.login, filter.login),
    page.after === undefined ? undefined : gt(tradingAccount.id, page.after),
  )).orderBy(asc(tradingAccount.id)).limit(page.limit);
  return rows.map(shown);
}

function shown({ recordedAt: _, ...row }: typeof tradingAccount.$inferSelect): TradingAccount {
  return row;
}
