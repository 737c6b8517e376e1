import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { ID_PREFIXES, newId } from '../../domain/ids.ts';
import { normaliseMail } from '../../domain/identity/mailAddress.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { person } from '../schema/identity.ts';
import type { Role } from './apiKeys.ts';

/** Somebody who signs in. `mail`, `totpSecret` and `totpPending` are sealed under his id. */
export type Person = Omit<typeof person.$inferSelect, 'recordedAt'>;
export interface NewPerson { mail: string; role: Role; userId?: string | null; invitedBy?: string | null; at: string; id?: string }

export const OPERATOR_ROLES = ['support', 'finance', 'compliance', 'admin'] as const satisfies readonly Role[];
export const isOperator = (role: Role): boolean => (OPERATOR_ROLES as readonly Role[]).includes(role);

const on = (source: SqlSource): NodePgDatabase => ('db' in source ? source.db : drizzle(sqlOf(source)));
export const mailIndexOf = (personal: PersonalData, mail: string): string => personal.index('mail', normaliseMail(mail));

/** Adds an unconfirmed person; null where the address belongs to somebody. `id` from newId('person') where the caller needed it before. */
export async function addPerson(tx: Tx, personal: PersonalData, input: NewPerson): Promise<Person | null> {
  const id = input.id ?? newId('person');
  const mail = await personal.seal(tx, id, input.mail.trim());
  const [row] = await tx.db.insert(person).values({
    id, role: input.role, userId: input.userId ?? null, state: 'unconfirmed', mail, mailIndex: mailIndexOf(personal, input.mail), invitedBy: input.invitedBy ?? null, createdAt: input.at,
  }).onConflictDoNothing({ target: person.mailIndex }).returning();
  return row ? shown(row) : null;
}

/** What is done about one address at a time; also where nobody has it yet. */
export async function lockMail(tx: Tx, mailIndex: string): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`mail ${mailIndex}`}, 0))`);
}

export async function findPersonByMail(source: SqlSource, mailIndex: string): Promise<Person | null> {
  const [row] = await on(source).select().from(person).where(eq(person.mailIndex, mailIndex));
  return row ? shown(row) : null;
}

/** Throws PERSON_UNKNOWN (404). */
export async function getPerson(source: SqlSource, id: string): Promise<Person> {
  const [row] = await on(source).select().from(person).where(eq(person.id, id));
  if (!row) throw unknown(id);
  return shown(row);
}

/** The same, kept from changing until the transaction ends. */
export async function lockPerson(tx: Tx, id: string): Promise<Person> {
  const [row] = await tx.db.select().from(person).where(eq(person.id, id)).for('update');
  if (!row) throw unknown(id);
  return shown(row);
}

export type PersonChange = Partial<Pick<Person, 'role' | 'state' | 'mail' | 'mailIndex' | 'passwordHash' | 'passwordAt' | 'confirmedAt' | 'closedAt'>>;

export async function changePerson(tx: Tx, id: string, change: PersonChange): Promise<Person> {
  const [row] = await tx.db.update(person).set(change).where(eq(person.id, id)).returning();
  if (!row) throw unknown(id);
  return shown(row);
}

/** Operators by id, after the id `after`; also closed ones. */
export async function listOperators(source: SqlSource, page: { after?: string | undefined; limit: number }): Promise<Person[]> {
  const rows = await on(source).select().from(person).where(and(inArray(person.role, [...OPERATOR_ROLES]), page.after === undefined ? undefined : gt(person.id, page.after))).orderBy(asc(person.id)).limit(page.limit);
  return rows.map(shown);
}

/** Whether somebody else than `exceptId` can sign in with one of these roles. Takes a lock: two admins cannot close each other at once. */
export async function anotherOperator(tx: Tx, exceptId: string, roles: readonly Role[]): Promise<boolean> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(7310008)`);
  const [row] = await tx.db.select({ id: person.id }).from(person).where(and(inArray(person.role, [...roles]), eq(person.state, 'active'), ne(person.id, exceptId))).limit(1);
  return row !== undefined;
}

/**
 * Whether anybody else ever worked here as an operator: another person who accepted, also one closed since, or a key that stands for
 * itself (made by whoever keeps the database) other than the one that invited him. Takes the lock of `anotherOperator`.
 */
export async function everAnotherOperator(tx: Tx, who: Pick<Person, 'id' | 'invitedBy'>): Promise<boolean> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(7310008)`);
  const { rows } = await tx.client.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM person WHERE role = ANY ($1) AND confirmed_at IS NOT NULL AND id <> $2)
       OR EXISTS (SELECT FROM api_key WHERE role = ANY ($1) AND person_id IS NULL AND principal_id IS NULL AND id IS DISTINCT FROM $3) AS found`,
    [OPERATOR_ROLES, who.id, who.invitedBy]);
  return rows[0]!.found;
}

/**
 * One name for a human whatever he acts by: a key invites nobody but the first admin, so whoever was invited by a key has that key.
 * For comparing who asked and who decides; not for showing.
 */
export async function humanBehind(source: SqlSource, principalId: string): Promise<string> {
  const [row] = await on(source).select({ invitedBy: person.invitedBy }).from(person).where(eq(person.id, principalId));
  return row?.invitedBy?.startsWith(`${ID_PREFIXES.apiKey}_`) ? row.invitedBy : principalId;
}

/** Who signs in for a user. */
export async function personsOfUser(source: SqlSource, userId: string): Promise<Person[]> {
  return (await on(source).select().from(person).where(eq(person.userId, userId))).map(shown);
}

const unknown = (id: string): Problem => new Problem('PERSON_UNKNOWN', `There is no person "${id}".`, { status: 404 });
const shown = ({ recordedAt: _, ...row }: typeof person.$inferSelect): Person => row;
