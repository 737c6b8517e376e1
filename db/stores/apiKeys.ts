import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { apiKey } from '../schema/access.ts';
import { getUser } from './users.ts';

export type Role = typeof apiKey.$inferSelect.role;
export interface ApiKey {
  id: string;
  name: string;
  /** Shown so that people can tell keys apart; it opens nothing. */
  prefix: string;
  role: Role;
  scopes: string[];
  /** Of a trader's or partner's key: the user whose objects it may see. */
  userId: string | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  /** Who made it, where a person did. */
  personId: string | null;
  /** Who is behind it (`psn_…`, or the key that a chain of keys began with); null: the key itself. */
  principalId: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  /** The key that took its place. */
  replacedBy: string | null;
}
export interface NewApiKey {
  /** Who makes it; one made by nobody stands for itself. */
  maker?: { personId: string | null; principalId: string };
  name: string; role: Role; scopes: string[]; userId?: string | null | undefined; expiresAt?: string | null | undefined; at: string
}

const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Makes a key of 256 random bits; `key` is answered here once and only its SHA-256 is kept. Throws API_KEY_USER | USER_UNKNOWN. */
export async function createApiKey(db: NodePgDatabase, input: NewApiKey): Promise<{ key: string; apiKey: ApiKey }> {
  const needsUser = input.role === 'trader' || input.role === 'partner';
  if (needsUser !== (input.userId != null)) {
    throw new Problem('API_KEY_USER', needsUser ? `A key with the role ${input.role} must name the user whose objects it sees.` : `A key with the role ${input.role} cannot belong to a user.`, { at: { field: 'userId' } });
  }
  if (input.userId != null) await getUser(db, input.userId);
  const prefix = `cbk_${randomBytes(4).toString('hex')}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  const [row] = await db.insert(apiKey).values({
    id: newId('apiKey'), name: input.name, prefix, sha256: sha256(key), role: input.role, scopes: input.scopes, userId: input.userId ?? null,
    createdAt: normaliseInstant(input.at), expiresAt: input.expiresAt == null ? null : normaliseInstant(input.expiresAt, 'expiresAt'),
    personId: input.maker?.personId ?? null, principalId: input.maker?.principalId ?? null,
  }).returning();
  return { key, apiKey: shown(row!) };
}

/** The key's record whatever its state, or null where nobody knows it: expiry and revocation are the caller's to judge. */
export async function findApiKey(db: NodePgDatabase, key: string): Promise<ApiKey | null> {
  const [row] = await db.select().from(apiKey).where(eq(apiKey.sha256, sha256(key)));
  return row ? shown(row) : null;
}

/** Revoking it again keeps the first instant. Throws API_KEY_UNKNOWN (404), also where it is not of `userId`'s. */
export async function revokeApiKey(db: NodePgDatabase, id: string, at: string, userId: string | null = null): Promise<ApiKey> {
  await getApiKey(db, id, userId);
  await db.update(apiKey).set({ revokedAt: normaliseInstant(at) }).where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)));
  return getApiKey(db, id, userId);
}

/** Throws API_KEY_UNKNOWN (404), also where it is not of `userId`'s (null: anybody's). */
export async function getApiKey(db: NodePgDatabase, id: string, userId: string | null): Promise<ApiKey> {
  const [row] = await db.select().from(apiKey).where(and(eq(apiKey.id, id), userId === null ? undefined : eq(apiKey.userId, userId)));
  if (!row) throw new Problem('API_KEY_UNKNOWN', `There is no API key "${id}".`, { status: 404 });
  return shown(row);
}

/**
 * Makes a successor with the same rights; the key itself works on until `overlapUntil` (or its own expiry). One that had an expiry
 * hands on the length of its life. Throws API_KEY_UNKNOWN, or API_KEY_ROTATED | API_KEY_REVOKED | API_KEY_EXPIRED (409).
 */
export async function rotateApiKey(db: NodePgDatabase, id: string, { userId, overlapUntil, at, maker }: { userId: string | null; overlapUntil: string; at: string; maker: NonNullable<NewApiKey['maker']> }): Promise<{ key: string; apiKey: ApiKey; replaced: ApiKey }> {
  await db.execute(sql`select from api_key where id = ${id} for update`);
  const old = await getApiKey(db, id, userId);
  const ended = old.replacedBy !== null ? ['ROTATED', 'has a successor already'] : old.revokedAt !== null ? ['REVOKED', 'was revoked'] : old.expiresAt !== null && old.expiresAt <= at ? ['EXPIRED', 'has expired'] : null;
  if (ended !== null) throw new Problem(`API_KEY_${ended[0]}`, `The key "${id}" ${ended[1]}.`, { status: 409 });
  const expiresAt = old.expiresAt === null ? null : new Date(Date.parse(at) + Date.parse(old.expiresAt) - Date.parse(old.createdAt)).toISOString();
  // Rotating makes nobody a second person: behind the new one is who was behind the old one, but where another operator gets to see it, he.
  const owner = { personId: old.personId ?? maker.personId, principalId: old.principalId ?? old.id };
  const seenByOwner = old.userId !== null || maker.principalId === owner.principalId;
  const made = await createApiKey(db, { name: old.name, role: old.role, scopes: old.scopes, userId: old.userId, expiresAt, at, maker: seenByOwner ? owner : maker });
  const until = old.expiresAt !== null && old.expiresAt < overlapUntil ? old.expiresAt : overlapUntil;
  const [row] = await db.update(apiKey).set({ replacedBy: made.apiKey.id, expiresAt: until }).where(eq(apiKey.id, id)).returning();
  return { ...made, replaced: shown(row!) };
}

/** Notes that it was used; writes at most once a minute. */
export async function apiKeyUsed(source: SqlSource, id: string, at: string): Promise<void> {
  await sqlOf(source).query("UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute')", [id, at]);
}

/** Revokes every key that a person made; answers their ids. */
export async function revokeKeysOf(db: NodePgDatabase, personId: string, at: string): Promise<string[]> {
  const revoked = await db.update(apiKey).set({ revokedAt: at }).where(and(eq(apiKey.personId, personId), isNull(apiKey.revokedAt))).returning({ id: apiKey.id });
  return revoked.map(({ id }) => id);
}

/** Ids of the keys that a person made and that still work at `at`. */
export async function keysMadeBy(db: NodePgDatabase, personId: string, at: string): Promise<string[]> {
  const rows = await db.select({ id: apiKey.id, expiresAt: apiKey.expiresAt }).from(apiKey).where(and(eq(apiKey.personId, personId), isNull(apiKey.revokedAt))).orderBy(asc(apiKey.id));
  return rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > at).map(({ id }) => id);
}

/** Keys by id, after the id `after`; only those of a user where one is named. */
export async function listApiKeys(db: NodePgDatabase, page: { after?: string | undefined; limit: number }, userId: string | null = null): Promise<ApiKey[]> {
  const rows = await db.select().from(apiKey).where(and(page.after === undefined ? undefined : gt(apiKey.id, page.after), userId === null ? undefined : eq(apiKey.userId, userId))).orderBy(asc(apiKey.id)).limit(page.limit);
  return rows.map(shown);
}

/**
 * The very first key, with the role admin and every scope; null where an admin key exists (also a revoked one: it is made once).
 * Call it inside a transaction: two processes that start at once make only one.
 */
export async function ensureFirstAdminKey(db: NodePgDatabase, at: string): Promise<string | null> {
  await db.execute(sql`select pg_advisory_xact_lock(7310002)`);
  const [existing] = await db.select({ id: apiKey.id }).from(apiKey).where(eq(apiKey.role, 'admin')).limit(1);
  if (existing) return null;
  return (await createApiKey(db, { name: 'first admin key', role: 'admin', scopes: ['*'], at })).key;
}

function shown({ recordedAt: _r, sha256: _s, ...row }: typeof apiKey.$inferSelect): ApiKey {
  return row;
}
