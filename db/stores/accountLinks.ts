import { and, asc, eq, gt, gte, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { sqlState } from '../connection.ts';
import { accountLink, tradingAccount } from '../schema/users.ts';
import { notifyIn } from './notifications.ts';
import { correctAccountType, getTradingAccount, lockTradingAccount } from './tradingAccounts.ts';
import { getUser } from './users.ts';

export interface AccountLink {
  id: string;
  tradingAccountId: string;
  userId: string;
  status: 'requested' | 'verified' | 'rejected' | 'ended';
  requestedAt: string;
  decidedAt: string | null;
  /** Exclusive: a trade that closes at it is no longer covered. */
  endedAt: string | null;
}

/**
 * Asks to link a user with a trading account as of `requestedAt`. Several users may ask; an operator decides which claim is verified.
 * Needs a transaction: the account stays locked until its end, so that of two requests at once the later one sees the earlier.
 * Throws USER_UNKNOWN | TRADING_ACCOUNT_UNKNOWN | LINK_EXISTS (the user's own open one) | LINK_CLAIMED (another's verified one).
 */
export async function requestLink(db: NodePgDatabase, input: { tradingAccountId: string; userId: string; requestedAt: string }): Promise<AccountLink> {
  await getUser(db, input.userId);
  await lockTradingAccount(db, input.tradingAccountId);
  const requestedAt = normaliseInstant(input.requestedAt, 'requestedAt');
  for (const other of await linksOf(db, input.tradingAccountId)) {
    const open = other.status === 'requested' || other.status === 'verified';
    if (open && other.userId === input.userId) throw new Problem('LINK_EXISTS', `You have asked for this account already: link ${other.id} is ${other.status}.`, { status: 409, facts: { linkId: other.id } });
    if (other.status === 'verified') throw claimed();
  }
  const [row] = await db.insert(accountLink)
    .values({ id: newId('accountLink'), tradingAccountId: input.tradingAccountId, userId: input.userId, status: 'requested', requestedAt }).returning();
  return shown(row!);
}

/**
 * Verifies a requested link: it counts since its request. Verifying it again changes nothing. `accountType` is what the operator
 * found the account to be, and becomes its type; without it the registered one stays. `by`: that operator. Needs a transaction.
 * Throws LINK_UNKNOWN | LINK_STATE | LINK_CLAIMED | LINK_OVERLAPS (it was requested while an earlier link still counted) |
 * ACCOUNT_TYPE_UNKNOWN | ACCOUNT_TYPE_DIFFERS (it is verified already, with another type).
 */
export async function verifyLink(db: NodePgDatabase, id: string, at: string, accountType?: string, by: string | null = null): Promise<AccountLink> {
  const link = await lockLink(db, id);
  if (link.status === 'verified') {
    const { type } = await getTradingAccount(db, link.tradingAccountId);
    if (accountType !== undefined && accountType !== type) throw new Problem('ACCOUNT_TYPE_DIFFERS', `Link ${id} is verified already, and its account is of type "${type}".`, { status: 409, at: { field: 'accountType' } });
    return link;
  }
  requireState(link, ['requested'], 'verified');
  for (const other of await linksOf(db, link.tradingAccountId)) {
    if (other.status === 'verified') throw claimed();
    if (other.endedAt !== null && other.endedAt > link.requestedAt) {
      throw new Problem('LINK_OVERLAPS', `It was requested at ${link.requestedAt}, while an earlier link of the account counted until ${other.endedAt}; reject it and request it anew.`, { status: 409 });
    }
  }
  if (accountType !== undefined) await correctAccountType(db, link.tradingAccountId, accountType);
  const verified = await move(db, id, { status: 'verified', decidedAt: normaliseInstant(at), decidedBy: by }).catch((error: unknown) => {
    throw sqlState(error) === '23505' ? claimed() : error;
  });
  return told(db, verified, at);
}

/** Rejects (or withdraws) a requested link. Rejecting it again changes nothing. Throws LINK_UNKNOWN | LINK_STATE. */
export async function rejectLink(db: NodePgDatabase, id: string, at: string): Promise<AccountLink> {
  const link = await lockLink(db, id);
  if (link.status === 'rejected') return link;
  requireState(link, ['requested'], 'rejected');
  return told(db, await move(db, id, { status: 'rejected', decidedAt: normaliseInstant(at) }), at);
}

/** Ends a verified link: trades that close from `at` on no longer count. Ending it again changes nothing. Throws LINK_UNKNOWN | LINK_STATE. */
export async function endLink(db: NodePgDatabase, id: string, at: string): Promise<AccountLink> {
  const link = await lockLink(db, id);
  if (link.status === 'ended') return link;
  requireState(link, ['verified'], 'ended');
  const endedAt = normaliseInstant(at, 'endedAt');
  if (endedAt < link.requestedAt) throw new Problem('LINK_STATE', `A link requested at ${link.requestedAt} cannot end before that.`, { at: { field: 'endedAt' } });
  return told(db, await move(db, id, { status: 'ended', endedAt }), at);
}

/** Throws LINK_UNKNOWN (404). */
export async function getLink(db: NodePgDatabase, id: string): Promise<AccountLink> {
  const [row] = await db.select().from(accountLink).where(eq(accountLink.id, id));
  return shown(row ?? unknown(id));
}

/** Those of these links that exist, in one statement. */
export async function linksByIds(db: NodePgDatabase, ids: readonly string[]): Promise<AccountLink[]> {
  return (await db.select().from(accountLink).where(inArray(accountLink.id, [...ids]))).map(shown);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when it was requested. */
export interface LinkFilter { userId?: string | undefined; tradingAccountId?: string | undefined; status?: AccountLink['status'] | undefined; brokerId?: string | undefined; from?: string | undefined; to?: string | undefined }

/** Links by id, after the id `after`. */
export async function listLinks(db: NodePgDatabase, filter: LinkFilter, page: { after?: string | undefined; limit: number }): Promise<AccountLink[]> {
  const rows = await db.select({ link: accountLink }).from(accountLink).innerJoin(tradingAccount, eq(tradingAccount.id, accountLink.tradingAccountId)).where(and(
    filter.userId === undefined ? undefined : eq(accountLink.userId, filter.userId),
    filter.tradingAccountId === undefined ? undefined : eq(accountLink.tradingAccountId, filter.tradingAccountId),
    filter.status === undefined ? undefined : eq(accountLink.status, filter.status),
    filter.brokerId === undefined ? undefined : eq(tradingAccount.brokerId, filter.brokerId),
    filter.from === undefined ? undefined : gte(accountLink.requestedAt, filter.from),
    filter.to === undefined ? undefined : lt(accountLink.requestedAt, filter.to),
    page.after === undefined ? undefined : gt(accountLink.id, page.after),
  )).orderBy(asc(accountLink.id)).limit(page.limit);
  return rows.map((row) => shown(row.link));
}

async function linksOf(db: NodePgDatabase, tradingAccountId: string): Promise<AccountLink[]> {
  return (await db.select().from(accountLink).where(eq(accountLink.tradingAccountId, tradingAccountId))).map(shown);
}

async function lockLink(db: NodePgDatabase, id: string): Promise<AccountLink> {
  const [row] = await db.select().from(accountLink).where(eq(accountLink.id, id)).for('update');
  return shown(row ?? unknown(id));
}

async function move(db: NodePgDatabase, id: string, set: Partial<typeof accountLink.$inferInsert>): Promise<AccountLink> {
  const [row] = await db.update(accountLink).set(set).where(eq(accountLink.id, id)).returning();
  return shown(row!);
}

/** Its user is told of the decision, once. */
async function told(db: NodePgDatabase, link: AccountLink, at: string): Promise<AccountLink> {
  const { id, status, userId, tradingAccountId, endedAt } = link;
  if (status !== 'requested') {
    await notifyIn(db, { eventId: `link:${id}:${status}`, userId, kind: `link_${status}`, at: normaliseInstant(at), facts: { accountLinkId: id, tradingAccountId, ...(endedAt === null ? {} : { endedAt }) } });
  }
  return link;
}

function requireState(link: AccountLink, allowed: readonly AccountLink['status'][], wanted: string): void {
  if (!allowed.includes(link.status)) throw new Problem('LINK_STATE', `Link ${link.id} is ${link.status} and cannot become ${wanted}.`, { status: 409 });
}

function unknown(id: string): never {
  throw new Problem('LINK_UNKNOWN', `There is no account link "${id}".`, { status: 404 });
}

const claimed = (): Problem => new Problem('LINK_CLAIMED', 'This account is linked with another user; support must decide between the claims.', { status: 409 });

/** Who decided is not shown: a user sees his links, and operators the audit trail. */
function shown({ recordedAt: _, decidedBy: _by, ...row }: typeof accountLink.$inferSelect): AccountLink {
  return row;
}
