import { and, asc, eq, gt, gte, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { appUser } from '../schema/users.ts';
import type { Page } from './page.ts';

export interface User { id: string; externalId: string; status: 'active' | 'suspended'; pinnedTier: string | null; createdAt: string }
export interface NewUser { externalId: string; pinnedTier?: string | null | undefined; at: string }

/** Stores a user under the caller's own name for him. Throws USER_EXISTS (409, with the id it has). */
export async function createUser(db: NodePgDatabase, input: NewUser): Promise<User> {
  const [row] = await db.insert(appUser)
    .values({ id: newId('user'), externalId: input.externalId, pinnedTier: input.pinnedTier ?? null, createdAt: normaliseInstant(input.at) })
    .onConflictDoNothing({ target: appUser.externalId }).returning();
  if (row) return shown(row);
  const existing = await findUserByExternalId(db, input.externalId);
  throw new Problem('USER_EXISTS', `A user with this externalId exists already.`, { status: 409, at: { field: 'externalId' }, facts: { userId: existing?.id } });
}

/** Throws USER_UNKNOWN (404). */
export async function getUser(db: NodePgDatabase, id: string): Promise<User> {
  const [row] = await db.select().from(appUser).where(eq(appUser.id, id));
  if (!row) throw unknown(id);
  return shown(row);
}

/** Those of these users that exist, in one statement. */
export async function usersByIds(db: NodePgDatabase, ids: readonly string[]): Promise<User[]> {
  return (await db.select().from(appUser).where(inArray(appUser.id, [...ids]))).map(shown);
}

/** Like `getUser`; the row is locked until the transaction ends. */
export async function lockUser(db: NodePgDatabase, id: string): Promise<User> {
  const [row] = await db.select().from(appUser).where(eq(appUser.id, id)).for('update');
  if (!row) throw unknown(id);
  return shown(row);
}

export async function findUserByExternalId(db: NodePgDatabase, externalId: string): Promise<User | null> {
  const [row] = await db.select().from(appUser).where(eq(appUser.externalId, externalId));
  return row ? shown(row) : null;
}

/** Suspends, reactivates or pins a tier (null: by lots again); what is not given stays. Throws USER_UNKNOWN. */
export async function changeUser(db: NodePgDatabase, id: string, change: { status?: User['status'] | undefined; pinnedTier?: string | null | undefined }): Promise<User> {
  const set = { ...(change.status === undefined ? {} : { status: change.status }), ...(change.pinnedTier === undefined ? {} : { pinnedTier: change.pinnedTier }) };
  if (Object.keys(set).length === 0) return getUser(db, id);
  const [row] = await db.update(appUser).set(set).where(eq(appUser.id, id)).returning();
  if (!row) throw unknown(id);
  return shown(row);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when he was added. */
export interface UserFilter { externalId?: string | undefined; status?: User['status'] | undefined; from?: string | undefined; to?: string | undefined }

/** Users by id (the order of their creation), after the id `after`. */
export async function listUsers(db: NodePgDatabase, filter: UserFilter, page: Page): Promise<User[]> {
  const rows = await db.select().from(appUser)
    .where(and(
      filter.externalId === undefined ? undefined : eq(appUser.externalId, filter.externalId), filter.status === undefined ? undefined : eq(appUser.status, filter.status),
      filter.from === undefined ? undefined : gte(appUser.createdAt, filter.from), filter.to === undefined ? undefined : lt(appUser.createdAt, filter.to),
      page.after === undefined ? undefined : gt(appUser.id, page.after),
    ))
    .orderBy(asc(appUser.id)).limit(page.limit);
  return rows.map(shown);
}

const unknown = (id: string): Problem => new Problem('USER_UNKNOWN', `There is no user "${id}".`, { status: 404 });

function shown({ recordedAt: _, ...row }: typeof appUser.$inferSelect): User {
  return row;
}
