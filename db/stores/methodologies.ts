import { asc, desc, eq, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { checkDecimal } from '../../domain/decimalText.ts';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { durationMillis } from '../../domain/pendingPeriod.ts';
import { Problem } from '../../domain/problem.ts';
import { checkTiers, type Tier } from '../../domain/tiers.ts';
import { methodology } from '../schema/methodology.ts';
import { insertNextVersion } from './nextVersion.ts';
import type { Page } from './page.ts';

export interface Methodology {
  id: string;
  version: number;
  effectiveFrom: string;
  /** ISO 8601 duration of days and times (`P7D`); a day is 24 h. */
  pendingPeriod: string;
  /** USD. */
  payoutMinimum: string;
  tierWindowDays: number;
  tiers: Tier[];
  changelog: string;
}
export type NewMethodology = Omit<Methodology, 'id' | 'version'>;


/** Publishes the next version of the rules. Throws DURATION_UNREADABLE | TIERS_… | METHODOLOGY_INVALID | DECIMAL_INVALID. */
export async function publishMethodology(db: NodePgDatabase, input: NewMethodology): Promise<Methodology> {
  durationMillis(input.pendingPeriod);
  if (!(Number.isInteger(input.tierWindowDays) && input.tierWindowDays > 0 && input.tierWindowDays <= 3660)) throw invalid('tierWindowDays', 'tierWindowDays must be a whole number of days above 0.');
  input.tiers.forEach((tier, i) => {
    checkDecimal(tier.fromLots, `tiers.${i}.fromLots`);
    if (tier.toLots != null) checkDecimal(tier.toLots, `tiers.${i}.toLots`);
    checkDecimal(tier.multiplier, `tiers.${i}.multiplier`);
  });
  checkTiers(input.tiers);
  const row = await insertNextVersion(() => db.insert(methodology).values({
    id: newId('methodology'), effectiveFrom: normaliseInstant(input.effectiveFrom, 'effectiveFrom'), pendingPeriod: input.pendingPeriod,
    payoutMinimum: checkDecimal(input.payoutMinimum, 'payoutMinimum'), tierWindowDays: input.tierWindowDays, tiers: input.tiers, changelog: input.changelog,
    version: sql`(select coalesce(max(version), 0) + 1 from methodology)`,
  }).onConflictDoNothing({ target: [methodology.version] }).returning());
  return shown(row);
}

/** Every version in the order in which they come into force, oldest first. */
export async function listMethodologies(db: NodePgDatabase): Promise<Methodology[]> {
  return (await db.select().from(methodology).orderBy(asc(methodology.effectiveFrom), asc(methodology.version))).map(shown);
}

/** A page of the versions, newest first; the page's key is the version. */
export async function methodologiesPage(db: NodePgDatabase, page: Page): Promise<Methodology[]> {
  const rows = await db.select().from(methodology).where(page.after === undefined ? undefined : sql`${methodology.version} < ${page.after}::bigint`).orderBy(desc(methodology.version)).limit(page.limit);
  return rows.map(shown);
}

/** Throws METHODOLOGY_UNKNOWN (404). */
export async function getMethodology(db: NodePgDatabase, id: string): Promise<Methodology> {
  const [row] = await db.select().from(methodology).where(eq(methodology.id, id));
  if (!row) throw new Problem('METHODOLOGY_UNKNOWN', `There is no methodology version "${id}".`, { status: 404 });
  return shown(row);
}

/** The version in force at an instant. Throws METHODOLOGY_MISSING (409). */
export async function methodologyInForce(db: NodePgDatabase, at: string): Promise<Methodology> {
  const [row] = await db.select().from(methodology).where(lte(methodology.effectiveFrom, at)).orderBy(desc(methodology.effectiveFrom), desc(methodology.version)).limit(1);
  if (!row) throw new Problem('METHODOLOGY_MISSING', `No methodology version is in force at ${at}; publish one whose effective date is not after it.`, { status: 409 });
  return shown(row);
}

const invalid = (field: string, sentence: string): Problem => new Problem('METHODOLOGY_INVALID', sentence, { status: 422, at: { field } });

function shown({ recordedAt: _, ...row }: typeof methodology.$inferSelect): Methodology {
  return row;
}
