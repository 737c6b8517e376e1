import { sourceSecret } from '../../../db/stores/reportSources.ts';
import { dayNamed } from '../../../domain/reports/itemPeriod.ts';
import type { MailboxSettings } from '../../../domain/reports/mailboxSettings.ts';
import type { SourceDeps } from '../sources/look.ts';
import { printable } from '../sources/take.ts';
import type { MailboxTest } from '../sources/testSource.ts';
import { openMailbox } from './imap.ts';

/** Mails that a test tells of. */
const MAILS_SHOWN = 50;

/** Signs in and says what lies in the folder and which day each subject names, without opening or moving anything. */
export const mailboxTest = (deps: SourceDeps): MailboxTest => async (source, signal) => {
  const settings = source.settings as unknown as MailboxSettings;
  const mailbox = await openMailbox(settings, await sourceSecret(deps.personal, deps.pool, source.id), { settings: deps.settings, resolve: deps.resolve, signal });
  try {
    const mails = await mailbox.list();
    const told = mails.slice(0, MAILS_SHOWN).map(({ subject, bytes, receivedAt }) => {
      const day = settings.period === undefined ? null : dayNamed(settings.period, subject);
      return { subject: printable(subject), bytes, receivedAt, ...(day === null ? {} : { day: day.slice(0, 10) }) };
    });
    return { mails: told, more: mails.length > MAILS_SHOWN };
  } finally {
    await mailbox.close();
  }
};
