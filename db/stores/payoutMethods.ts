import { and, desc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import type { PayeeVerdict } from '../../domain/verification/gate.ts';
import { payoutMethod } from '../schema/users.ts';
import { notifyIn } from './notifications.ts';
import type { Page } from './page.ts';
import { getUser } from './users.ts';

/**
 * `destination`: the rail's own fields, and `name`: the user's own, as they are stored (`openedMethods` reads them). Which one is used: domain/payouts/destinations.ts.
 * Instants ISO.
 */
export interface PayoutMethod {
  id: string; userId: string; rail: string; destination: Record<string, string>; name: string | null; payee: PayeeVerdict;
  /** Where the destination is a trading account of the user's own. */
  tradingAccountId: string | null;
  createdAt: string; confirmedAt: string | null; usableFrom: string | null; removedAt: string | null;
}

export interface NewMethod {
  userId: string; rail: string; destination: Record<string, string>; name?: string | null; payee?: PayeeVerdict; tradingAccountId?: string | null; at: string;
  /** Said by somebody who can say so (a second operator); left out: it waits for the user's confirmation. */
  confirmed?: { at: string; usableFrom: string };
}

/** Throws USER_UNKNOWN. The destination has been checked by its rail, sealed, and its payee judged (`sealDestination`, `payeeVerdict`). `mailed`: what the mail to the user says besides. */
export async function addPayoutMethod(db: NodePgDatabase, input: NewMethod, mailed: (methodId: string) => Promise<Record<string, string>> = async () => ({})): Promise<PayoutMethod> {
  await getUser(db, input.userId);
  const [row] = await db.insert(payoutMethod).values({
    id: newId('payoutMethod'), userId: input.userId, rail: input.rail, destination: input.destination, name: input.name ?? null, payee: input.payee ?? 'not_asked', tradingAccountId: input.tradingAccountId ?? null,
    createdAt: normaliseInstant(input.at), confirmedAt: input.confirmed === undefined ? null : normaliseInstant(input.confirmed.at), usableFrom: input.confirmed === undefined ? null : normaliseInstant(input.confirmed.usableFrom),
  }).returning();
  const method = shown(row!);
  return told(db, method, 'added', method.createdAt, await mailed(method.id));
}

/** Confirming it again keeps the first instants. Throws PAYOUT_METHOD_UNKNOWN (404), PAYOUT_METHOD_REMOVED (409). */
export async function confirmPayoutMethod(db: NodePgDatabase, id: string, { at, usableFrom }: { at: string; usableFrom: string }): Promise<PayoutMethod> {
  const method = await lockPayoutMethod(db, id);
  if (method.removedAt !== null) throw removed(id);
  if (method.confirmedAt !== null) return method;
  // Another machine's clock may be a little behind the one by which it was added.
  const [confirmed, usable] = [normaliseInstant(at), normaliseInstant(usableFrom)].map((instant) => (instant < method.createdAt ? method.createdAt : instant));
  const [row] = await db.update(payoutMethod).set({ confirmedAt: confirmed!, usableFrom: usable! }).where(eq(payoutMethod.id, id)).returning();
  return told(db, shown(row!), 'confirmed', confirmed!);
}

/** `name` as it is stored. Throws PAYOUT_METHOD_UNKNOWN (404), PAYOUT_METHOD_REMOVED (409). */
export async function renamePayoutMethod(db: NodePgDatabase, id: string, name: string | null): Promise<PayoutMethod> {
  if ((await lockPayoutMethod(db, id)).removedAt !== null) throw removed(id);
  const [row] = await db.update(payoutMethod).set({ name }).where(eq(payoutMethod.id, id)).returning();
  return shown(row!);
}

/** Removing it again keeps the first instant. Throws PAYOUT_METHOD_UNKNOWN (404). */
export async function removePayoutMethod(db: NodePgDatabase, id: string, at: string): Promise<PayoutMethod> {
  await db.update(payoutMethod).set({ removedAt: normaliseInstant(at) }).where(and(eq(payoutMethod.id, id), isNull(payoutMethod.removedAt)));
  const method = await getPayoutMethod(db, id);
  return told(db, method, 'removed', method.removedAt!);
}

/** The same where it was said that it never was the user's: what has not left for it is not sent any more (`blockedAmong`). */
export async function disownPayoutMethod(db: NodePgDatabase, id: string, at: string): Promise<PayoutMethod> {
  const method = await removePayoutMethod(db, id, at);
  await db.update(payoutMethod).set({ disownedAt: normaliseInstant(at) }).where(and(eq(payoutMethod.id, id), isNull(payoutMethod.disownedAt)));
  return method;
}

/** Its user is told, once, whoever did it. */
async function told(db: NodePgDatabase, method: PayoutMethod, change: 'added' | 'confirmed' | 'removed', at: string, more: Record<string, string> = {}): Promise<PayoutMethod> {
  const { id, userId, rail, usableFrom } = method;
  const used: Record<string, string> = change === 'removed' || usableFrom === null ? {} : { usableFrom };
  await notifyIn(db, { eventId: `payout-method:${id}:${change}`, userId, kind: 'destination_changed', at, facts: { methodId: id, rail, change, ...used, ...more } });
  return method;
}

const removed = (id: string): Problem => new Problem('PAYOUT_METHOD_REMOVED', `The payout method ${id} was removed; add it again.`, { status: 409 });
const unknown = (id: string): Problem => new Problem('PAYOUT_METHOD_UNKNOWN', `There is no payout method "${id}".`, { status: 404 });

/** Throws PAYOUT_METHOD_UNKNOWN (404). */
export async function getPayoutMethod(db: NodePgDatabase, id: string): Promise<PayoutMethod> {
  const [row] = await db.select().from(payoutMethod).where(eq(payoutMethod.id, id));
  if (!row) throw unknown(id);
  return shown(row);
}

/** The same, kept from changing until the transaction ends. */
export async function lockPayoutMethod(db: NodePgDatabase, id: string): Promise<PayoutMethod> {
  const [row] = await db.select().from(payoutMethod).where(eq(payoutMethod.id, id)).for('update');
  if (!row) throw unknown(id);
  return shown(row);
}

/** A user's methods, newest first, without the removed ones unless asked for. */
export async function listPayoutMethods(db: NodePgDatabase, userId: string, options: { removedToo?: boolean } = {}): Promise<PayoutMethod[]> {
  const rows = await db.select().from(payoutMethod)
    .where(and(eq(payoutMethod.userId, userId), options.removedToo ? undefined : isNull(payoutMethod.removedAt)))
    .orderBy(desc(payoutMethod.createdAt), desc(payoutMethod.id));
  return rows.map(shown);
}

/** A page of a user's methods, newest first. `removed`: only those, or only those in use. */
export async function payoutMethodsPage(db: NodePgDatabase, userId: string, filter: { removed?: boolean | undefined; rail?: string | undefined }, page: Page): Promise<PayoutMethod[]> {
  const { removed: gone, rail } = filter;
  const rows = await db.select().from(payoutMethod).where(and(
    eq(payoutMethod.userId, userId), rail === undefined ? undefined : eq(payoutMethod.rail, rail),
    gone === undefined ? undefined : gone ? isNotNull(payoutMethod.removedAt) : isNull(payoutMethod.removedAt),
    page.after === undefined ? undefined : lt(payoutMethod.id, page.after),
  )).orderBy(desc(payoutMethod.id)).limit(page.limit);
  return rows.map(shown);
}

function shown({ recordedAt: _, disownedAt: __, ...row }: typeof payoutMethod.$inferSelect): PayoutMethod {
  return row;
}
