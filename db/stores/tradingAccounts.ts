import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { tradingAccount } from '../schema/users.ts';
import { type Broker, getBroker } from './brokers.ts';
import { listTerms } from './terms.ts';

export interface TradingAccount { id: string; brokerId: string; server: string; login: string; type: string; createdAt: string }
export interface NewTradingAccount { brokerId: string; server: string; login: string; type: string; at: string }

/**
 * Registers a broker login, or answers the one that is registered: two users may claim the same login, and an operator decides.
 * Its `type` is a claim too: an account that is registered keeps its own until an operator verifies a link and says the type.
 * Throws BROKER_UNKNOWN | SERVER_UNKNOWN | ACCOUNT_TYPE_UNKNOWN.
 */
export async function registerTradingAccount(db: NodePgDatabase, input: NewTradingAccount): Promise<TradingAccount> {
  const broker = await getBroker(db, input.brokerId);
  requireServer(broker, input.server);
  await requireType(db, broker.id, input.type, 'type');
  const { brokerId, server, login, type } = input;
  await db.insert(tradingAccount).values({ id: newId('tradingAccount'), brokerId, server, login, type, createdAt: normaliseInstant(input.at) })
    .onConflictDoNothing({ target: [tradingAccount.brokerId, tradingAccount.server, tradingAccount.login] });
  const [row] = await db.select().from(tradingAccount).where(and(eq(tradingAccount.brokerId, brokerId), eq(tradingAccount.server, server), eq(tradingAccount.login, login)));
  return shown(row!);
}

/** Throws SERVER_UNKNOWN. `field`: where it was said. */
export function requireServer(broker: Broker, server: string, field = 'server'): void {
  if (broker.servers.includes(server)) return;
  throw new Problem('SERVER_UNKNOWN', `The broker ${broker.id} has no server "${server}"; known are ${broker.servers.join(', ') || 'none'}.`, { at: { field } });
}

/** Sets the type that an operator found the account to have. Throws TRADING_ACCOUNT_UNKNOWN | ACCOUNT_TYPE_UNKNOWN. */
export async function correctAccountType(db: NodePgDatabase, id: string, type: string): Promise<void> {
  const account = await getTradingAccount(db, id);
  await requireType(db, account.brokerId, type, 'accountType');
  if (account.type !== type) await db.update(tradingAccount).set({ type }).where(eq(tradingAccount.id, id));
}

async function requireType(db: NodePgDatabase, brokerId: string, type: string, field: string): Promise<void> {
  const types = new Set((await listTerms(db, brokerId)).flatMap((terms) => Object.keys(terms.accountTypes)));
  if (!types.has(type)) {
    throw new Problem('ACCOUNT_TYPE_UNKNOWN', `The terms of ${brokerId} know no account type "${type}"; known are ${[...types].join(', ') || 'none'}.`, { at: { field } });
  }
}

/** Throws TRADING_ACCOUNT_UNKNOWN (404). */
export async function getTradingAccount(db: NodePgDatabase, id: string): Promise<TradingAccount> {
  const [row] = await db.select().from(tradingAccount).where(eq(tradingAccount.id, id));
  return shown(row ?? unknown(id));
}

/** Those of these accounts that exist, in one statement. */
export async function tradingAccountsByIds(db: NodePgDatabase, ids: readonly string[]): Promise<TradingAccount[]> {
  return (await db.select().from(tradingAccount).where(inArray(tradingAccount.id, [...ids]))).map(shown);
}

/** Like `getTradingAccount`; the row is locked until the transaction ends. */
export async function lockTradingAccount(db: NodePgDatabase, id: string): Promise<TradingAccount> {
  const [row] = await db.select().from(tradingAccount).where(eq(tradingAccount.id, id)).for('update');
  return shown(row ?? unknown(id));
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

function unknown(id: string): never {
  throw new Problem('TRADING_ACCOUNT_UNKNOWN', `There is no trading account "${id}".`, { status: 404 });
}

function shown({ recordedAt: _, ...row }: typeof tradingAccount.$inferSelect): TradingAccount {
  return row;
}
