import { z } from 'zod';
import type { S3SourceSettings, SftpSourceSettings } from '../../domain/reports/sourceSettings.ts';
import { text } from './common.ts';
import { sourcePeriod } from './sourcePeriod.ts';

// oxlint-disable-next-line no-control-regex
const files = z.string().min(1).max(200).regex(/^[^\u0000-\u001f\u007f/\\]*$/, 'must be a file name with * and ?, not a path').default('*').meta({ description: 'Which files are taken: `*` stands for any characters, `?` for one.', examples: ['trades_*.csv'] });
const period = sourcePeriod.optional().meta({ description: 'Which period a file is about. Without it a file is taken only while exactly one period that had ended when it came waits for its report, none was closed without one lately, and only one such file is there; otherwise it stays, with the problem PERIOD_UNCLEAR.' });
// oxlint-disable-next-line no-control-regex
const folder = z.string().min(1).max(500).regex(/^[^\u0000-\u001f\u007f\\]*$/, 'must not hold control characters or backslashes').refine((path) => !path.split('/').includes('..'), 'must not lead upwards (..)');
// oxlint-disable-next-line no-control-regex
const prefix = z.string().max(500).regex(/^[^\u0000-\u001f\u007f\\]*$/, 'must not hold control characters or backslashes').refine((path) => !path.split('/').some((part) => part === '..' || part === '.'), 'must not lead upwards (..)');
const folderPrefix = prefix.regex(/^([^/][\s\S]*)?\/$/, 'must end with / and not begin with it');

/** Settings of a source of the kind `sftp`; its secret is the password or the private key (OpenSSH or PEM, without a passphrase). */
export const sftpSourceSettings = z.strictObject({
  host: z.string().min(1).max(253).regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an address').meta({ examples: ['sftp.broker.com'] }),
  port: z.int().min(1).max(65_535).default(22),
  user: text(100),
  auth: z.enum(['password', 'key']).meta({ description: 'What the secret is.' }),
  hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be a fingerprint as SHA256:…').meta({ description: "Fingerprint of the server's key, as `ssh-keygen -lf` prints it: another server gets nothing.", examples: ['SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDTLYCK5o4XSsoVt5E'] }),
  folder: folder.default('.'),
  files, period,
  done: folder.optional().meta({ description: 'Folder into which a file is moved once it is taken.' }),
  failed: folder.optional().meta({ description: 'Folder for files that cannot be taken.' }),
  settleSeconds: z.int().min(0).max(600).default(10).meta({ description: 'A file whose size and time are the same after so long is whole.' }),
  marker: z.string().regex(/^\.[A-Za-z0-9._-]{1,40}$/, 'must be an ending such as .done').optional().meta({ description: 'A file is whole once one of its name and this ending stands beside it; then nothing has to settle.' }),
}).superRefine(({ folder: from, done, failed }, context) => {
  const bare = (path: string): string => path.replace(/\/+$/, '');
  for (const [field, target] of Object.entries({ done, failed })) if (target !== undefined && bare(target) === bare(from)) context.addIssue({ code: 'custom', path: [field], message: 'is the folder that files are taken from' });
}) satisfies z.ZodType<SftpSourceSettings>;

/** Settings of a source of the kind `s3` (Amazon's or one that speaks its protocol); its secret is the secret access key. */
export const s3SourceSettings = z.strictObject({
  endpoint: z.string().max(500).regex(/^https?:\/\/[^/?#@\s]+\/?$/, 'must be an address such as https://s3.eu-central-1.amazonaws.com').refine((address) => URL.canParse(address), 'is not a URL'),
  region: z.string().min(1).max(60).regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and hyphens').meta({ examples: ['eu-central-1'] }),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket'),
  prefix: z.union([z.literal(''), folderPrefix]).default('').meta({ description: 'Objects right under it are looked at.', examples: ['reports/'] }),
  pathStyle: z.boolean().default(false).meta({ description: "The bucket stands in the path, not in the host's name." }),
  accessKeyId: z.string().min(1).max(200).regex(/^[\x21-\x7e]+$/, 'must be printable'),
  files, period,
  donePrefix: folderPrefix.optional().meta({ description: 'Prefix to which an object is moved (copied and deleted) once it is taken; missing: it stays.' }),
  failedPrefix: folderPrefix.optional(),
}).superRefine(({ prefix: from, donePrefix, failedPrefix }, context) => {
  for (const [field, target] of Object.entries({ donePrefix, failedPrefix })) if (target !== undefined && target === from) context.addIssue({ code: 'custom', path: [field], message: 'is the prefix that objects are taken from' });
}) satisfies z.ZodType<S3SourceSettings>;
