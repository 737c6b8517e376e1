import { z } from 'zod';
import { SOURCE_KINDS } from '../../db/stores/reportSources.ts';
import { idIn, idOut, Instant, instantIn, profileNameIn } from './common.ts';
import { apiSourceSettings } from './sourceApi.ts';
import { s3SourceSettings, sftpSourceSettings } from './sourceDrops.ts';
import { mailboxSettings } from './sourceMailbox.ts';

/** How the settings of each kind are checked. */
export const SOURCE_SETTINGS_SCHEMAS = { api: apiSourceSettings, mailbox: mailboxSettings, sftp: sftpSourceSettings, s3: s3SourceSettings } as const;

// oxlint-disable-next-line no-control-regex
const secret = z.string().min(1).max(20_000).regex(/^[^\u0000]*$/, 'must not hold NUL').meta({ description: 'Password, token, signing key or private key. Kept sealed, and never shown again.' });
const pollSeconds = z.int().min(10).max(86_400).meta({ description: 'Seconds between two looks while a report is expected.' });
const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens').meta({ examples: ['portal-api'] }),
  secret: secret.optional(), pollSeconds: pollSeconds.default(900),
  profileName: profileNameIn().default('default').meta({ description: 'What it brings is read by the newest of the broker\'s profiles of this name.' }),
};
export const NewReportSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('api'), settings: apiSourceSettings, ...common }),
  z.strictObject({ kind: z.literal('mailbox'), settings: mailboxSettings, ...common }),
  z.strictObject({ kind: z.literal('sftp'), settings: sftpSourceSettings, ...common }),
  z.strictObject({ kind: z.literal('s3'), settings: s3SourceSettings, ...common }),
]).meta({ id: 'NewReportSource' });
export const ReportSourceChange = z.strictObject({
  settings: z.record(z.string(), z.unknown()).optional().meta({ description: 'All of them, in the form of its kind.' }),
  secret: secret.nullable().optional().meta({ description: 'null takes it away.' }), pollSeconds: pollSeconds.optional(), profileName: profileNameIn().optional(),
}).meta({ id: 'ReportSourceChange' });
export const SourceTest = z.strictObject({
  from: instantIn().optional().meta({ description: 'Which period an API is asked for; default the last whole day in UTC.' }), to: instantIn().optional(),
}).meta({ id: 'ReportSourceTestRequest' });

const problem = z.object({ code: z.string().meta({ examples: ['SOURCE_REFUSES_US'] }), message: z.string() });
const test = z.object({
  id: z.string(), state: z.enum(['asked', 'done']), askedAt: Instant, from: Instant, to: Instant, doneAt: Instant.optional(),
  found: z.record(z.string(), z.unknown()).nullable().optional().meta({ description: 'What would be taken: of an API its pages, rows and bytes, of a drop or mailbox what is there.' }), problem: problem.nullable().optional(),
}).meta({ id: 'ReportSourceTest' });
export const ReportSource = z.object({
  id: idOut('src'), brokerId: z.string(), kind: z.enum(SOURCE_KINDS), name: z.string(), settings: z.record(z.string(), z.unknown()), hasSecret: z.boolean(), profileName: z.string(), pollSeconds: z.int(),
  state: z.enum(['active', 'paused']), lookedAt: Instant.nullable().meta({ description: 'When it was looked at last.' }), problem: problem.nullable().meta({ description: 'What was wrong then; null: nothing.' }),
  test: test.nullable().meta({ description: 'The last try without taking anything.' }), createdAt: Instant,
}).meta({ id: 'ReportSource' });
export const ReportSourceItem = z.object({
  no: z.string(), sourceId: idOut('src'), key: z.string().meta({ description: 'What makes it the same thing again.' }), state: z.enum(['taken', 'failed']), name: z.string().nullable(), reportId: z.string().nullable(),
  problem: problem.nullable(), seenAt: Instant,
}).meta({ id: 'ReportSourceItem' });

export const SourceParams = z.object({ sourceId: idIn('src') });
export const SourceQuery = { kind: z.enum(SOURCE_KINDS).optional(), state: z.enum(['active', 'paused']).optional() };
export const ItemQuery = { state: z.enum(['taken', 'failed']).optional() };
