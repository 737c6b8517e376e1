import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
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
}
export interface NewApiKey { name: string; role: Role; scopes: string[]; userId?: string | null | undefined; expiresAt?: string | null | undefined; at: string }

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
  }).returning();
  return { key, apiKey: shown(row!) };
}

/** The key's record whatever its state, or null where nobody knows it: expiry and revocation are the caller's to judge. */
export async function findApiKey(db: NodePgDatabase, key: string): Promise<ApiKey | null> {
  const [row] = await db.select().from(apiKey).where(eq(apiKey.sha256, sha256(key)));
  return row ? shown(row) : null;
}

/** Revoking it again keeps the first instant. Throws API_KEY_UNKNOWN (404). */
export async function revokeApiKey(db: NodePgDatabase, id: string, at: string): Promise<ApiKey> {
  await db.update(apiKey).set({ revokedAt: normaliseInstant(at) }).where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)));
  const [row] = await db.select().from(apiKey).where(eq(apiKey.id, id));
  if (!row) throw new Problem('API_KEY_UNKNOWN', `There is no API key "${id}".`, { status: 404 });
  return shown(row);
}

/** Keys by id, after the id `after`. */
export async function listApiKeys(db: NodePgDatabase, page: { after?: string | undefined; limit: number }): Promise<ApiKey[]> {
  const rows = await db.select().from(apiKey).where(page.after === undefined ? undefined : gt(apiKey.id, page.after)).orderBy(asc(apiKey.id)).limit(page.limit);
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
