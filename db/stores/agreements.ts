import { and, asc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { agreement } from '../schema/brokers.ts';
import type { Page } from './page.ts';
import { requireBroker } from './brokers.ts';

/** Active in [activeFrom, activeTo); null is open-ended. */
export interface Agreement { id: string; brokerId: string; activeFrom: string; activeTo: string | null }

/** Throws BROKER_UNKNOWN | AGREEMENT_PERIOD | AGREEMENT_OVERLAPS. */
export async function createAgreement(db: NodePgDatabase, input: { brokerId: string; activeFrom: string; activeTo: string | null }): Promise<Agreement> {
  await requireBroker(db, input.brokerId);
  const activeFrom = normaliseInstant(input.activeFrom, 'activeFrom');
  const activeTo = input.activeTo === null ? null : normaliseInstant(input.activeTo, 'activeTo');
  checkPeriod(activeFrom, activeTo);
  const others = await listAgreements(db, input.brokerId);
  const clash = others.find((other) => (other.activeTo === null || activeFrom < other.activeTo) && (activeTo === null || other.activeFrom < activeTo));
  if (clash) throw new Problem('AGREEMENT_OVERLAPS', `The agreement ${clash.id} is active in part of that time; end it first.`, { status: 409 });
  const [row] = await db.insert(agreement).values({ id: newId('agreement'), brokerId: input.brokerId, activeFrom, activeTo }).returning();
  return shown(row!);
}

/** Sets when an agreement ends (exclusive). Throws AGREEMENT_UNKNOWN | AGREEMENT_PERIOD | AGREEMENT_ENDED. */
export async function endAgreement(db: NodePgDatabase, id: string, activeTo: string): Promise<Agreement> {
  const end = normaliseInstant(activeTo, 'activeTo');
  const [row] = await db.select().from(agreement).where(eq(agreement.id, id)).for('update');
  if (!row) throw new Problem('AGREEMENT_UNKNOWN', `There is no agreement "${id}".`, { status: 404 });
  checkPeriod(row.activeFrom, end);
  if (row.activeTo !== null && row.activeTo < end) {
    throw new Problem('AGREEMENT_ENDED', `The agreement ends at ${row.activeTo} already; make a new one instead of prolonging it.`, { status: 409 });
  }
  const [ended] = await db.update(agreement).set({ activeTo: end }).where(eq(agreement.id, id)).returning();
  return shown(ended!);
}

/** Throws AGREEMENT_UNKNOWN (404). `lock`: nobody ends it until the transaction ends. */
export async function getAgreement(db: NodePgDatabase, id: string, lock = false): Promise<Agreement> {
  const found = db.select().from(agreement).where(eq(agreement.id, id));
  const [row] = await (lock ? found.for('update') : found);
  if (!row) throw new Problem('AGREEMENT_UNKNOWN', `There is no agreement "${id}".`, { status: 404 });
  return shown(row);
}

/** A broker's agreements, oldest first. */
export async function listAgreements(db: NodePgDatabase, brokerId: string): Promise<Agreement[]> {
  return (await db.select().from(agreement).where(eq(agreement.brokerId, brokerId)).orderBy(asc(agreement.activeFrom))).map(shown);
}

/** A page of a broker's agreements in the order in which they were made; `activeAt` (ISO instant): only those active then. */
export async function agreementsPage(db: NodePgDatabase, brokerId: string, filter: { activeAt?: string | undefined }, page: Page): Promise<Agreement[]> {
  const { activeAt } = filter;
  const rows = await db.select().from(agreement).where(and(
    eq(agreement.brokerId, brokerId), page.after === undefined ? undefined : gt(agreement.id, page.after),
    activeAt === undefined ? undefined : and(lte(agreement.activeFrom, activeAt), or(isNull(agreement.activeTo), gt(agreement.activeTo, activeAt))),
  )).orderBy(asc(agreement.id)).limit(page.limit);
  return rows.map(shown);
}

function checkPeriod(from: string, to: string | null): void {
  if (to !== null && to <= from) {
    throw new Problem('AGREEMENT_PERIOD', `An agreement from ${from} cannot end at ${to}; the end must be later.`, { at: { field: 'activeTo' } });
  }
}

const shown = (row: typeof agreement.$inferSelect): Agreement => ({ id: row.id, brokerId: row.brokerId, activeFrom: row.activeFrom, activeTo: row.activeTo });
