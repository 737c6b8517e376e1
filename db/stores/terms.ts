import { and, asc, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { BrokerTerms } from '../../domain/calculation/terms.ts';
import { checkDecimal } from '../../domain/decimalText.ts';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { brokerTerms } from '../schema/brokers.ts';
import { requireBroker } from './brokers.ts';
import { insertNextVersion } from './nextVersion.ts';
import type { Page } from './page.ts';

export type VersionedTerms = BrokerTerms & { brokerId: string; version: number };
export type NewTerms = Omit<BrokerTerms, 'id'> & { brokerId: string };

/** Stores the broker's next version of terms, in force from `effectiveFrom`. Throws BROKER_UNKNOWN | TERMS_INVALID | DECIMAL_INVALID. */
export async function addTerms(db: NodePgDatabase, input: NewTerms): Promise<VersionedTerms> {
  await requireBroker(db, input.brokerId);
  check(input);
  const { brokerId, accountTypes, excludedClasses, symbolSuffixes, minDurationSeconds, minMovePoints } = input;
  const row = await insertNextVersion(() => db.insert(brokerTerms).values({
    id: newId('terms'), brokerId, accountTypes, excludedClasses, symbolSuffixes, minDurationSeconds, minMovePoints,
    effectiveFrom: normaliseInstant(input.effectiveFrom, 'effectiveFrom'),
    version: sql`(select coalesce(max(version), 0) + 1 from broker_terms where broker_id = ${brokerId})`,
  }).onConflictDoNothing({ target: [brokerTerms.brokerId, brokerTerms.version] }).returning());
  return shown(row);
}

/** A broker's terms in the order in which they come into force, oldest first; of two with one instant the later version counts. */
export async function listTerms(db: NodePgDatabase, brokerId: string): Promise<VersionedTerms[]> {
  const rows = await db.select().from(brokerTerms).where(eq(brokerTerms.brokerId, brokerId)).orderBy(asc(brokerTerms.effectiveFrom), asc(brokerTerms.version));
  return rows.map(shown);
}

/** A page of a broker's versions in their order; the page's key is the version. */
export async function termsPage(db: NodePgDatabase, brokerId: string, page: Page): Promise<VersionedTerms[]> {
  const rows = await db.select().from(brokerTerms).where(and(eq(brokerTerms.brokerId, brokerId), page.after === undefined ? undefined : sql`${brokerTerms.version} > ${page.after}::bigint`))
    .orderBy(asc(brokerTerms.version)).limit(page.limit);
  return rows.map(shown);
}

function check(input: NewTerms): void {
  const types = Object.entries(input.accountTypes);
  if (types.length === 0) throw new Problem('TERMS_INVALID', 'Terms need at least one account type.', { at: { field: 'accountTypes' } });
  for (const [name, type] of types) checkDecimal(type.lotFactor, `accountTypes.${name}.lotFactor`, { places: 12, nonZero: true });
  if (input.minMovePoints !== null) checkDecimal(input.minMovePoints, 'minMovePoints');
  if (input.minDurationSeconds !== null && !(Number.isInteger(input.minDurationSeconds) && input.minDurationSeconds >= 0)) {
    throw new Problem('TERMS_INVALID', 'minDurationSeconds must be a whole number of seconds, 0 or more.', { at: { field: 'minDurationSeconds' } });
  }
  if (input.symbolSuffixes.includes('')) throw new Problem('TERMS_INVALID', 'A symbol suffix cannot be empty.', { at: { field: 'symbolSuffixes' } });
}

function shown({ recordedAt: _, ...terms }: typeof brokerTerms.$inferSelect): VersionedTerms {
  return terms;
}
