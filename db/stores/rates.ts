import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Rate } from '../../domain/calculation/rates.ts';
import { checkDecimal } from '../../domain/decimalText.ts';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { rate } from '../schema/brokers.ts';
import { requireBroker } from './brokers.ts';
import { insertNextVersion } from './nextVersion.ts';
import type { Page } from './page.ts';

export type BrokerRate = Rate & { brokerId: string };
export type NewRate = Omit<BrokerRate, 'id' | 'version' | 'appliesTo'> & { appliesTo?: Rate['appliesTo'] | undefined };

/**
 * Stores the next version of a class's rate, USD per standardised lot from `effectiveFrom` on, for all links (default) or only new ones.
 * Throws BROKER_UNKNOWN | DECIMAL_INVALID | RATE_TOO_HIGH.
 */
export async function addRate(db: NodePgDatabase, input: NewRate): Promise<BrokerRate> {
  await requireBroker(db, input.brokerId);
  const perLot = checkDecimal(input.perLot, 'perLot');
  if (perLot.split('.')[0]!.replace(/^0+/, '').length > 6) {
    throw new Problem('RATE_TOO_HIGH', `A rate of ${perLot} USD per lot is above what is allowed (below 1000000); check the decimal point.`, { at: { field: 'perLot' } });
  }
  const row = await insertNextVersion(() => db.insert(rate).values({
    id: newId('rate'), brokerId: input.brokerId, class: input.class, perLot, appliesTo: input.appliesTo ?? 'all',
    effectiveFrom: normaliseInstant(input.effectiveFrom, 'effectiveFrom'),
    version: sql`(select coalesce(max(version), 0) + 1 from rate where broker_id = ${input.brokerId} and class = ${input.class})`,
  }).onConflictDoNothing({ target: [rate.brokerId, rate.class, rate.version] }).returning());
  return shown(row);
}

/** A broker's rates, of one class or all, oldest first (of two with one start the later version is the newer). */
export async function listRates(db: NodePgDatabase, brokerId: string, cls?: string): Promise<BrokerRate[]> {
  const rows = await db.select().from(rate)
    .where(and(eq(rate.brokerId, brokerId), cls === undefined ? undefined : eq(rate.class, cls)))
    .orderBy(asc(rate.class), asc(rate.effectiveFrom), asc(rate.version));
  return rows.map(shown);
}

/** A page of a broker's rates in the order in which they were added. */
export async function ratesPage(db: NodePgDatabase, brokerId: string, filter: { class?: string | undefined; appliesTo?: Rate['appliesTo'] | undefined }, page: Page): Promise<BrokerRate[]> {
  const rows = await db.select().from(rate).where(and(
    eq(rate.brokerId, brokerId), filter.class === undefined ? undefined : eq(rate.class, filter.class), filter.appliesTo === undefined ? undefined : eq(rate.appliesTo, filter.appliesTo),
    page.after === undefined ? undefined : gt(rate.id, page.after),
  )).orderBy(asc(rate.id)).limit(page.limit);
  return rows.map(shown);
}

function shown({ recordedAt: _r, seq: _s, ...row }: typeof rate.$inferSelect): BrokerRate {
  return row;
}
