import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { newId } from '../../domain/ids.ts';
import { hoursAfter } from '../../domain/identity/instants.ts';
import { LINKS_PER_HOUR } from '../../domain/identity/limits.ts';
import { linkSecretOf, MAIL_LINKS, type MailLinkPurpose } from '../../domain/identity/mailLinks.ts';
import { Problem } from '../../domain/problem.ts';
import type { Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { mailToken } from '../schema/identity.ts';

export type MailToken = Omit<typeof mailToken.$inferSelect, 'recordedAt'>;
export interface NewMailToken { personId: string; purpose: MailLinkPurpose; at: string; passwordHash?: string; newMail?: string; newMailIndex?: string; /** Of a link about a payout method. */ methodId?: string }

/** The row behind a link that is to be mailed; null where this person got enough of them within the hour. Call it with the person locked. */
export async function addMailToken(tx: Tx, { at, ...input }: NewMailToken): Promise<MailToken | null> {
  const [count] = await tx.db.select({ n: sql<number>`count(*)::int` }).from(mailToken)
    .where(and(eq(mailToken.personId, input.personId), eq(mailToken.purpose, input.purpose), gt(mailToken.createdAt, hoursAfter(at, -1))));
  if ((count?.n ?? 0) >= LINKS_PER_HOUR) return null;
  const [row] = await tx.db.insert(mailToken).values({ id: newId('mailToken'), ...input, createdAt: at, expiresAt: hoursAfter(at, MAIL_LINKS[input.purpose].hours) }).returning();
  return row!;
}

const invalid = (): Problem => new Problem('LINK_INVALID', 'This link does not work: it was used, replaced by a newer one, or is too old. Ask for a new one.', { at: { field: 'token' } });

/** Before costly work: a forged token is known by its signature alone. Throws LINK_INVALID (422). */
export function requireRealToken(personal: PersonalData, purpose: MailLinkPurpose, text: string): void {
  const [id = '', secret = ''] = text.split('.');
  if (!personal.tokenMatches(linkSecretOf(purpose), id, secret)) throw invalid();
}

/**
 * Takes the token of a link, once. Throws LINK_INVALID (422), the same for one that is forged, unknown, used, replaced, too old or
 * for something else.
 */
export async function useMailToken(tx: Tx, personal: PersonalData, purpose: MailLinkPurpose, text: string, at: string): Promise<MailToken> {
  requireRealToken(personal, purpose, text);
  const [id = ''] = text.split('.');
  const [row] = await tx.db.update(mailToken).set({ usedAt: at })
    .where(and(eq(mailToken.id, id), eq(mailToken.purpose, purpose), isNull(mailToken.usedAt), isNull(mailToken.voidedAt), gt(mailToken.expiresAt, at))).returning();
  if (!row) throw invalid();
  return row;
}

/** Links of these purposes that were mailed to a person do not work any more. */
export async function voidMailTokens(tx: Tx, personId: string, purposes: readonly MailLinkPurpose[], at: string): Promise<void> {
  for (const purpose of purposes) {
    await tx.db.update(mailToken).set({ voidedAt: at }).where(and(eq(mailToken.personId, personId), eq(mailToken.purpose, purpose), isNull(mailToken.usedAt), isNull(mailToken.voidedAt)));
  }
}

/** The hash that came with the latest sign-up of a person not yet confirmed; null where there is none in force. */
export async function pendingSignUp(tx: Tx, personId: string, at: string): Promise<string | null> {
  const [row] = await tx.db.select({ passwordHash: mailToken.passwordHash }).from(mailToken)
    .where(and(eq(mailToken.personId, personId), eq(mailToken.purpose, 'confirm_mail'), isNull(mailToken.usedAt), isNull(mailToken.voidedAt), gt(mailToken.expiresAt, at)))
    .orderBy(sql`${mailToken.createdAt} desc, ${mailToken.id} desc`).limit(1);
  return row?.passwordHash ?? null;
}

/** Keeps the replaced address (sealed), so that it can be told. */
export async function keepOldMail(tx: Tx, tokenId: string, oldMail: string): Promise<void> {
  await tx.db.update(mailToken).set({ oldMail }).where(eq(mailToken.id, tokenId));
}
