import { and, desc, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';
import { profileVersion } from '../schema/brokers.ts';
import { requireBroker } from './brokers.ts';
import { insertNextVersion } from './nextVersion.ts';
import type { Page } from './page.ts';

/** `name`: a broker may send files of several layouts; the newest version of a name reads what comes in under it. */
export interface ProfileVersion { id: string; brokerId: string; version: number; name: string; profile: BrokerProfile }

/** Stores the broker's next profile version; reports received from now on are read by it. Throws BROKER_UNKNOWN. */
export async function addProfile(db: NodePgDatabase, brokerId: string, profile: BrokerProfile, name = 'default'): Promise<ProfileVersion> {
  await requireBroker(db, brokerId);
  const row = await insertNextVersion(() => db.insert(profileVersion).values({
    id: newId('profile'), brokerId, name, profile,
    version: sql`(select coalesce(max(version), 0) + 1 from profile_version where broker_id = ${brokerId})`,
  }).onConflictDoNothing({ target: [profileVersion.brokerId, profileVersion.version] }).returning());
  return shown(row);
}

/** A broker's profile versions, newest first. */
export async function listProfiles(db: NodePgDatabase, brokerId: string): Promise<ProfileVersion[]> {
  return (await db.select().from(profileVersion).where(eq(profileVersion.brokerId, brokerId)).orderBy(desc(profileVersion.version))).map(shown);
}

/** A page of a broker's profile versions, newest first; the page's key is the version. */
export async function profilesPage(db: NodePgDatabase, brokerId: string, page: Page, name?: string): Promise<ProfileVersion[]> {
  const rows = await db.select().from(profileVersion).where(and(eq(profileVersion.brokerId, brokerId), name === undefined ? undefined : eq(profileVersion.name, name), page.after === undefined ? undefined : sql`${profileVersion.version} < ${page.after}::bigint`))
    .orderBy(desc(profileVersion.version)).limit(page.limit);
  return rows.map(shown);
}

/** The version that reads what comes in under a name now. Throws PROFILE_MISSING (409). */
export async function newestProfile(db: NodePgDatabase, brokerId: string, name: string): Promise<ProfileVersion> {
  const [row] = await db.select().from(profileVersion).where(and(eq(profileVersion.brokerId, brokerId), eq(profileVersion.name, name))).orderBy(desc(profileVersion.version)).limit(1);
  if (!row) throw new Problem('PROFILE_MISSING', `Broker "${brokerId}" has no profile${name === 'default' ? '' : ` named "${name}"`} that says how its files are read; post one first.`, { status: 409 });
  return shown(row);
}

/** Throws PROFILE_UNKNOWN (404). */
export async function getProfile(db: NodePgDatabase, id: string): Promise<ProfileVersion> {
  const [row] = await db.select().from(profileVersion).where(eq(profileVersion.id, id));
  if (!row) throw new Problem('PROFILE_UNKNOWN', `There is no profile version "${id}".`, { status: 404 });
  return shown(row);
}

function shown({ recordedAt: _, ...row }: typeof profileVersion.$inferSelect): ProfileVersion {
  return row;
}
