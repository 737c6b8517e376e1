import type { Pool } from 'pg';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { isBlocked } from '../../db/stores/bounces.ts';
import { readPreferences } from '../../db/stores/mailPreferences.ts';
import type { MailMove, MailToWrite } from '../../db/stores/mails.ts';
import { addressOf } from '../../db/stores/personAddress.ts';
import { mailIndexOf } from '../../db/stores/persons.ts';
import { RETRY_AFTER_SECONDS } from '../../domain/notifications/backOff.ts';
import { notificationKind } from '../../domain/notifications/kinds.ts';
import { linkExpired, writeMail } from '../../domain/notifications/write.ts';
import { Problem } from '../../domain/problem.ts';
import type { Message } from './transport.ts';

export type Prepared = { message: Message; mailIndex: string } | { message: null; move: MailMove };

/** Finds out whether a mail is to be sent at all, to which address, and writes it. Nothing of it is kept. */
export async function prepareMail(deps: { pool: Pool; personal: PersonalData; publicUrl: string }, mail: MailToWrite, asOf: string): Promise<Prepared> {
  const { pool, personal } = deps;
  const not = (state: 'suppressed' | 'failed', reason: string): Prepared => ({ message: null, move: { state, reason, nextAttemptAt: null, at: asOf } });
  const kind = notificationKind(mail.kind);
  if (kind !== null && kind.category !== 'security' && !(await readPreferences(pool, mail.personId))[kind.category]) return not('suppressed', 'SWITCHED_OFF');
  if (linkExpired(mail, asOf)) return not('suppressed', 'LINK_EXPIRED');
  // Only workers that died in the middle of it again and again get here.
  if (mail.attempts > RETRY_AFTER_SECONDS.length) return not('failed', 'TRIES_USED_UP: it was never known how they ended');
  const to = await addressOf(pool, personal, mail);
  if (to === null) return not('suppressed', 'NO_ADDRESS');
  const mailIndex = mailIndexOf(personal, to);
  if (await isBlocked(pool, mailIndex)) return not('suppressed', 'ADDRESS_BOUNCES');
  try {
    return { message: { to, messageId: mail.messageId, ...writeMail(mail, deps.publicUrl, personal.token) }, mailIndex };
  } catch (error) {
    if (error instanceof Problem) return not('failed', `${error.code}: ${error.message}`);
    throw error;
  }
}
