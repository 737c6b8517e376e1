import { hoursAfter } from '../../domain/identity/instants.ts';
import { MAIL_LINKS } from '../../domain/identity/mailLinks.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { addMailToken } from './mailTokens.ts';
import { notify } from './notifications.ts';
import { lockPerson } from './persons.ts';

export interface AddedMethod { id: string; userId: string; rail: string; at: string; /** Whether the user has yet to say that it is his. */ unconfirmed: boolean; coolDownHours: number }

/**
 * What the mail about an added method carries: a link that confirms it, and one by which whoever did not add it takes it away. Where the mail address was changed within the cool-down,
 * the old address is told as well, with the second link alone: whoever took over the account must not be the only one to hear of it. Nobody signs in for the user: nothing to mail.
 */
export async function linksOfAdded(tx: Tx, { id, userId, rail, at, unconfirmed, coolDownHours }: AddedMethod): Promise<Record<string, string>> {
  const { rows: [row] } = await tx.client.query<{ id: string }>(`SELECT id FROM person WHERE user_id = $1 AND state = 'active'`, [userId]);
  if (row === undefined) return {};
  const who = await lockPerson(tx, row.id);
  const confirm = unconfirmed ? await addMailToken(tx, { personId: who.id, purpose: 'confirm_destination', methodId: id, at }) : null;
  const disown = await addMailToken(tx, { personId: who.id, purpose: 'disown_destination', methodId: id, at });
  const disownId: Record<string, string> = disown === null ? {} : { disownId: disown.id };
  const before = await changesOfAddress(tx, who.id, hoursAfter(at, -coolDownHours), at);
  await notify(tx, before.map((tokenId) => ({
    eventId: `payout-method:${id}:added:${tokenId}`, userId: null, personId: who.id, kind: 'destination_added_before' as const, at, facts: { tokenId, methodId: id, rail, ...disownId },
  })));
  return { ...disownId, coolDownHours: String(coolDownHours), ...(confirm === null ? {} : { confirmId: confirm.id, confirmUntil: hoursAfter(at, MAIL_LINKS.confirm_destination.hours) }) };
}

/** The changes of a person's mail address after `since`, by the token that confirmed each and keeps the address before it. */
async function changesOfAddress(source: SqlSource, personId: string, since: string, until: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(
    `SELECT id FROM mail_token WHERE person_id = $1 AND purpose = 'change_mail' AND old_mail IS NOT NULL AND used_at > $2 AND used_at <= $3 ORDER BY used_at, id`, [personId, since, until]);
  return rows.map(({ id }) => id);
}
