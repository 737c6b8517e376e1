import { asc, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { brokerSymbol } from '../schema/brokers.ts';
import { requireBroker } from './brokers.ts';

/** Adds or re-maps base symbols ({symbol: instrument class}); symbols that are not named stay. Throws BROKER_UNKNOWN. */
export async function putSymbols(db: NodePgDatabase, brokerId: string, symbols: Readonly<Record<string, string>>): Promise<void> {
  await requireBroker(db, brokerId);
  const rows = Object.entries(symbols).map(([symbol, cls]) => ({ brokerId, symbol, class: cls }));
  if (rows.length === 0) return;
  await db.insert(brokerSymbol).values(rows).onConflictDoUpdate({ target: [brokerSymbol.brokerId, brokerSymbol.symbol], set: { class: sql`excluded.class` } });
}

/** A broker's symbol map: {base symbol: instrument class}. */
export async function symbolMap(db: NodePgDatabase, brokerId: string): Promise<Record<string, string>> {
  const rows = await db.select().from(brokerSymbol).where(eq(brokerSymbol.brokerId, brokerId)).orderBy(asc(brokerSymbol.symbol));
  return Object.fromEntries(rows.map((row) => [row.symbol, row.class]));
}
