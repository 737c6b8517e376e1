import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { mailToken, person } from '../schema/identity.ts';

/**
 * The address a notification for a person goes to: the one he signs in with, but for the link that confirms a new one (to the new
 * one) and for the news that it was changed, or that a payout method was added shortly after (to the old one). Null: there is none any more, he is closed or erased.
 */
export async function addressOf(source: SqlSource, personal: PersonalData, told: { personId: string; kind: string; facts: Readonly<Record<string, string>> }): Promise<string | null> {
  const db = drizzle(sqlOf(source));
  const tokenId = told.facts['tokenId'];
  const [token] = tokenId === undefined ? [] : await db.select().from(mailToken).where(eq(mailToken.id, tokenId));
  const other = told.kind === 'mail_changed' || told.kind === 'destination_added_before' ? token?.oldMail : told.kind === 'mail_confirmation' ? token?.newMail : null;
  if (other != null && token?.personId === told.personId) return personal.open(source, told.personId, other);
  const [row] = await db.select({ mail: person.mail, state: person.state }).from(person).where(eq(person.id, told.personId));
  return row === undefined || row.state === 'closed' ? null : personal.open(source, told.personId, row.mail);
}
