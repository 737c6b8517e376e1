import { createHash, randomBytes } from 'node:crypto';
import { and, desc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { hoursAfter, minutesAfter } from '../../domain/identity/instants.ts';
import { SESSION_TIMES, STEP_UP_MINUTES } from '../../domain/identity/limits.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { person, session } from '../schema/identity.ts';
import type { Role } from './apiKeys.ts';
import { isOperator, type Person } from './persons.ts';

export type Session = Omit<typeof session.$inferSelect, 'recordedAt' | 'tokenSha256'>;
/** A session with the person whose it is, as each request needs them. */
export interface SignedIn { session: Session; role: Role; userId: string | null; personState: Person['state']; /** He has a second factor. */ enrolled: boolean }
export interface NewSession { person: Person; secondFactor: boolean; network: string | null; agent: string; at: string }

const on = (source: SqlSource): NodePgDatabase => ('db' in source ? source.db : drizzle(sqlOf(source)));
const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Opens a session of 256 random bits; `token` is answered here once and only its SHA-256 is kept. */
export async function openSession(tx: Tx, { person: who, secondFactor, network, agent, at }: NewSession): Promise<{ token: string; session: Session }> {
  const token = randomBytes(32).toString('base64url');
  const times = SESSION_TIMES[isOperator(who.role) ? 'operator' : 'user'];
  const [row] = await tx.db.insert(session).values({
    id: newId('session'), personId: who.id, tokenSha256: sha256(token), secondFactor, network, agent, createdAt: at, seenAt: at,
    idleMinutes: times.idleMinutes, expiresAt: hoursAfter(at, times.hours), stepUpUntil: secondFactor ? minutesAfter(at, STEP_UP_MINUTES) : null,
  }).returning();
  return { token, session: shown(row!) };
}

/** The session whatever its state, or null where nobody knows the token: expiry and revocation are the caller's to judge. */
export async function findSession(source: SqlSource, token: string): Promise<SignedIn | null> {
  const [row] = await on(source).select({ session, role: person.role, userId: person.userId, personState: person.state, enrolled: sql<boolean>`${person.totpSecret} is not null` })
    .from(session).innerJoin(person, eq(person.id, session.personId)).where(eq(session.tokenSha256, sha256(token)));
  return row ? { ...row, session: shown(row.session) } : null;
}

/** When it ends if nothing is done with it. */
export function endsAt(one: Session): string {
  const idle = minutesAfter(one.seenAt, one.idleMinutes);
  return idle < one.expiresAt ? idle : one.expiresAt;
}

/** Notes that it was used; writes at most once a minute. */
export async function sessionSeen(source: SqlSource, id: string, at: string): Promise<void> {
  await on(source).update(session).set({ seenAt: at }).where(and(eq(session.id, id), lt(session.seenAt, minutesAfter(at, -1))));
}

/** Sessions of a person that are open at `at`, latest first, after the id `after`. */
export async function openSessions(source: SqlSource, personId: string, at: string, page: { after?: string | undefined; limit: number }): Promise<Session[]> {
  const rows = await on(source).select().from(session).where(and(
    eq(session.personId, personId), isNull(session.revokedAt), gt(session.expiresAt, at), sql`${session.seenAt} + make_interval(mins => ${session.idleMinutes}) > ${at}::timestamptz`,
    page.after === undefined ? undefined : lt(session.id, page.after),
  )).orderBy(desc(session.id)).limit(page.limit);
  return rows.map(shown);
}

/** Whether the person has been seen from here before; null: he never signed in. */
export async function seenBefore(source: SqlSource, personId: string, network: string | null, agent: string): Promise<boolean | null> {
  const { rows } = await sqlOf(source).query<{ known: boolean | null }>(
    'SELECT bool_or(network IS NOT DISTINCT FROM $2 AND agent = $3) AS known FROM session WHERE person_id = $1', [personId, network, agent]);
  return rows[0]?.known ?? null;
}

/** Gives the session its second factor, and with it time for sensitive acts. */
export async function stepUpSession(tx: Tx, id: string, at: string): Promise<Session> {
  const [row] = await tx.db.update(session).set({ secondFactor: true, stepUpUntil: minutesAfter(at, STEP_UP_MINUTES) }).where(eq(session.id, id)).returning();
  return shown(row!);
}

/** Ends one session of a person; again: keeps the first instant. Throws SESSION_UNKNOWN (404). */
export async function revokeSession(tx: Tx, personId: string, id: string, why: string, at: string): Promise<Session> {
  await tx.db.update(session).set({ revokedAt: at, revokedWhy: why }).where(and(eq(session.id, id), eq(session.personId, personId), isNull(session.revokedAt)));
  const [row] = await tx.db.select().from(session).where(and(eq(session.id, id), eq(session.personId, personId)));
  if (!row) throw new Problem('SESSION_UNKNOWN', `There is no session "${id}".`, { status: 404 });
  return shown(row);
}

/** Ends all open sessions of a person but `exceptId`; answers how many. */
export async function revokeSessions(tx: Tx, personId: string, why: string, at: string, exceptId: string | null = null): Promise<number> {
  const ended = await tx.db.update(session).set({ revokedAt: at, revokedWhy: why })
    .where(and(eq(session.personId, personId), isNull(session.revokedAt), exceptId === null ? undefined : ne(session.id, exceptId))).returning({ id: session.id });
  return ended.length;
}

const shown = ({ recordedAt: _r, tokenSha256: _t, ...row }: typeof session.$inferSelect): Session => row;
