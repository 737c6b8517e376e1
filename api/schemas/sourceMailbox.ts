import { z } from 'zod';
import { periodPatternFault } from '../../domain/reports/itemPeriod.ts';
import { Problem } from '../../domain/problem.ts';
import { compileDateFormat } from '../../domain/reports/dateFormat.ts';
import { TimeZone } from '../../domain/reports/timeZone.ts';
import type { MailboxSettings } from '../../domain/reports/mailboxSettings.ts';
import { text } from './common.ts';

/** What a check that throws says; null: nothing. */
function said(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

const period = z.strictObject({ pattern: z.string().min(1).max(200), dateFormat: z.string().min(1).max(80).optional(), zone: z.string().min(1).max(80) }).superRefine(({ pattern, dateFormat, zone }, context) => {
  const faults = { pattern: periodPatternFault({ pattern, dateFormat }), dateFormat: dateFormat === undefined ? null : said(() => compileDateFormat(dateFormat)), zone: said(() => new TimeZone(zone)) };
  for (const [field, message] of Object.entries(faults)) if (message !== null) context.addIssue({ code: 'custom', path: [field], message });
});

/** Settings of a source of the kind `mailbox`; its secret is the password. Its output is a `MailboxSettings`. */
export const mailboxSettings = z.strictObject({
  host: z.string().min(1).max(253).regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an address'),
  port: z.int().min(1).max(65_535).default(993),
  secure: z.enum(['tls', 'starttls', 'none']).default('tls').meta({ description: '`none` is for development: it is refused where private addresses are.' }),
  ca: z.string().max(20_000).regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, 'must be a certificate in PEM').optional(),
  user: text(254),
  folder: text(200).default('INBOX'),
  doneFolder: text(200).default('Done'),
  failedFolder: text(200).default('Failed'),
  period: period.optional(),
}).superRefine(({ folder, doneFolder, failedFolder }, context) => {
  if (new Set([folder, doneFolder, failedFolder]).size < 3) context.addIssue({ code: 'custom', path: ['doneFolder'], message: 'folder, doneFolder and failedFolder must be three' });
}) satisfies z.ZodType<MailboxSettings>;
