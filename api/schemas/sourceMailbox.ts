import { z } from 'zod';
import type { MailboxSettings } from '../../domain/reports/mailboxSettings.ts';
import { text } from './common.ts';
import { sourcePeriod } from './sourcePeriod.ts';

const folderName = (initial: string) => text(200).default(initial);

/** Settings of a source of the kind `mailbox`; its secret is the password. Its output is a `MailboxSettings`. */
export const mailboxSettings = z.strictObject({
  host: z.string().min(1).max(253).regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an address').meta({ examples: ['imap.cashback.example'] }),
  port: z.int().min(1).max(65_535).default(993),
  secure: z.enum(['tls', 'starttls', 'none']).default('tls').meta({ description: '`none` is for development: it is refused wherever addresses of private networks are.' }),
  ca: z.string().max(20_000).regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, 'must be a certificate in PEM').optional().meta({ description: "Certificate that the server's must be signed by, where that is none of the public ones." }),
  user: text(254),
  folder: folderName('INBOX').meta({ description: 'A folder of its own for each broker.' }),
  doneFolder: folderName('Done'),
  failedFolder: folderName('Failed'),
  period: sourcePeriod.optional().meta({ description: "Tried on the subject, then on the attachment's name. Without it a mail is taken only while exactly one period that had ended when it came waits for its report, none was closed without one lately, and only one such mail is there; otherwise it stays, with the problem PERIOD_UNCLEAR." }),
}).superRefine(({ folder, doneFolder, failedFolder }, context) => {
  if (new Set([folder, doneFolder, failedFolder]).size < 3) context.addIssue({ code: 'custom', path: ['doneFolder'], message: 'folder, doneFolder and failedFolder must be three' });
}) satisfies z.ZodType<MailboxSettings>;
