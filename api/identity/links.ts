import type { Tx } from '../../db/connection.ts';
import { addMailToken, type NewMailToken } from '../../db/stores/mailTokens.ts';
import type { Person } from '../../db/stores/persons.ts';
import type { KINDS_WITH_LINK } from '../../domain/identity/mailLinks.ts';
import { tell } from './tell.ts';

/** Has a link mailed; nothing is sent where the person got enough of them within the hour. Call it with the person locked or new. */
export async function sendLink(tx: Tx, who: Person, kind: (typeof KINDS_WITH_LINK)[number], token: Omit<NewMailToken, 'personId'>): Promise<void> {
  const made = await addMailToken(tx, { ...token, personId: who.id });
  if (made !== null) await tell(tx, who, kind, { tokenId: made.id, purpose: made.purpose, expiresAt: made.expiresAt }, token.at, made.id);
}
