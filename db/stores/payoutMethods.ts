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

/** `destination`: the rail's own fields as they are stored (`withDestinations` reads them); the newest method that is not removed is used for payouts. */
export interface PayoutMethod { id: string; userId: string; rail: string; destination: Record<string, string>; payee: PayeeVerdict; createdAt: string; removedAt: string | null }

/** Throws USER_UNKNOWN. The destination has been checked by its rail, sealed, and its payee judged (`sealDestination`, `payeeVerdict`). */
export async function addPayoutMethod(db: NodePgDatabase, input: { userId: string; rail: string; destination: Record<string, string>; payee?: PayeeVerdict; at: string }): Promise<PayoutMethod> {
  await getUser(db, input.userId);
  const [row] = await db.insert(payoutMethod)
    .values({ id: newId('payoutMethod'), userId: input.userId, rail: input.rail, destination: input.destination, payee: input.payee ?? 'not_asked', createdAt: normaliseInstant(input.at) }).returning();
  return told(db, shown(row!), 'added');
}

/** Removing it again keeps the first instant. Throws PAYOUT_METHOD_UNKNOWN (404). */
export async function removePayoutMethod(db: NodePgDatabase, id: string, at: string): Promise<PayoutMethod> {
  await db.update(payoutMethod).set({ removedAt: normaliseInstant(at) }).where(and(eq(payoutMethod.id, id), isNull(payoutMethod.removedAt)));
  return told(db, await getPayoutMethod(db, id), 'removed');
}

/** Its user is told, once, whoever did it. */
async function told(db: NodePgDatabase, method: PayoutMethod, change: 'added' | 'removed'): Promise<PayoutMethod> {
  const { id, userId, rail, createdAt, removedAt } = method;
  await notifyIn(db, { eventId: `payout-method:${id}:${change}`, userId, kind: 'destination_changed', at: removedAt ?? createdAt, facts: { methodId: id, rail, change } });
  return method;
}

/** Throws PAYOUT_METHOD_UNKNOWN (404). */
export async function getPayoutMethod(db: NodePgDatabase, id: string): Promise<PayoutMethod> {
  const [row] = await db.select().from(payoutMethod).where(eq(payoutMethod.id, id));
  if (!row) throw new Problem('PAYOUT_METHOD_UNKNOWN', `There is no payout method "${id}".`, { status: 404 });
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
  const { removed, rail } = filter;
  const rows = await db.select().from(payoutMethod).where(and(
    eq(payoutMethod.userId, userId), rail === undefined ? undefined : eq(payoutMethod.rail, rail),
    removed === undefined ? undefined : removed ? isNotNull(payoutMethod.removedAt) : isNull(payoutMethod.removedAt),
    page.after === undefined ? undefined : lt(payoutMethod.id, page.after),
  )).orderBy(desc(payoutMethod.id)).limit(page.limit);
  return rows.map(shown);
}

function shown({ recordedAt: _, ...row }: typeof payoutMethod.$inferSelect): PayoutMethod {
  return row;
}
