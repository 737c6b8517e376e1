import { asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { broker, brokerServer } from '../schema/brokers.ts';

export interface Broker { id: string; name: string; servers: string[]; createdAt: string }
export interface NewBroker { id: string; name: string; servers: readonly string[]; at: string }

/** Stores a broker under its own slug. Throws BROKER_ID_INVALID | BROKER_EXISTS. */
export async function createBroker(db: NodePgDatabase, input: NewBroker): Promise<Broker> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.id)) {
    throw new Problem('BROKER_ID_INVALID', `"${input.id}" cannot be a broker's id: use lower-case letters, digits and hyphens, at most 63.`, { status: 400, at: { field: 'id' } });
  }
  const rows = await db.insert(broker).values({ id: input.id, name: input.name, createdAt: normaliseInstant(input.at) }).onConflictDoNothing().returning();
  if (rows.length === 0) throw new Problem('BROKER_EXISTS', `There is a broker "${input.id}" already; choose another id or use that one.`, { status: 409 });
  await addServers(db, input.id, input.servers);
  return getBroker(db, input.id);
}

/** Adds servers; those already known stay as they are. Throws BROKER_UNKNOWN. */
export async function addServers(db: NodePgDatabase, brokerId: string, servers: readonly string[]): Promise<void> {
  await requireBroker(db, brokerId);
  if (servers.length > 0) await db.insert(brokerServer).values(servers.map((server) => ({ brokerId, server }))).onConflictDoNothing();
}

/** Throws BROKER_UNKNOWN (404). */
export async function requireBroker(db: NodePgDatabase, brokerId: string): Promise<typeof broker.$inferSelect> {
  const [row] = await db.select().from(broker).where(eq(broker.id, brokerId));
  if (!row) throw new Problem('BROKER_UNKNOWN', `There is no broker "${brokerId}".`, { status: 404 });
  return row;
}

/** Until the transaction ends, nobody else who takes this lock changes the broker's servers and symbols: its row is never updated. */
export async function lockBroker(db: NodePgDatabase, brokerId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`broker ${brokerId}`}, 0))`);
}

/** Throws BROKER_UNKNOWN (404). */
export async function getBroker(db: NodePgDatabase, brokerId: string): Promise<Broker> {
  const row = await requireBroker(db, brokerId);
  const servers = await db.select().from(brokerServer).where(eq(brokerServer.brokerId, brokerId)).orderBy(asc(brokerServer.server));
  return { id: row.id, name: row.name, servers: servers.map((s) => s.server), createdAt: row.createdAt };
}

/** Brokers by id, after the id `after`. */
export async function listBrokers(db: NodePgDatabase, page: { after?: string | undefined; limit: number }): Promise<Broker[]> {
  const rows = await db.select({ id: broker.id }).from(broker).where(page.after === undefined ? undefined : gt(broker.id, page.after)).orderBy(asc(broker.id)).limit(page.limit);
  return brokersByIds(db, rows.map(({ id }) => id));
}

/** Those of these brokers that exist, by id, in two statements however many they are. */
export async function brokersByIds(db: NodePgDatabase, ids: readonly string[]): Promise<Broker[]> {
  const rows = await db.select().from(broker).where(inArray(broker.id, [...ids])).orderBy(asc(broker.id));
  const servers = Map.groupBy(await db.select().from(brokerServer).where(inArray(brokerServer.brokerId, [...ids])).orderBy(asc(brokerServer.server)), ({ brokerId }) => brokerId);
  return rows.map((row) => ({ id: row.id, name: row.name, servers: (servers.get(row.id) ?? []).map(({ server }) => server), createdAt: row.createdAt }));
}
