import { z } from 'zod';
import { flag, timeQuery } from './paging.ts';
import { brokerIdIn, DecimalText, idIn, idOut, Instant, instantIn, profileNameIn, text } from './common.ts';

/** What says whose report it is: in the query, or as form fields before the file. */
export const UploadFields = z.object({
  brokerId: brokerIdIn(),
  from: instantIn().meta({ description: 'Start of the report period.' }),
  to: instantIn().meta({ description: 'Its end, exclusive.' }),
  version: z.coerce.number().int().min(1).max(1_000_000).optional().meta({ description: "The broker's own version number, if he states one." }),
  profileName: profileNameIn().optional().meta({ description: 'Which of the broker\'s profiles reads it: the newest version of this name. Default `default`.', examples: ['default'] }),
  fileName: text(255).optional().meta({ description: "Default: the form part's name, else `report`." }),
});
export const UploadQuery = UploadFields.partial();

const state = z.enum(['received', 'staged', 'judging', 'judged', 'awaiting_approval', 'tied_out', 'posting', 'settling', 'posted', 'refused', 'unchanged']);
const refusal = z.object({ code: z.string(), message: z.string(), at: z.record(z.string(), z.union([z.string(), z.number()])).optional(), facts: z.record(z.string(), z.unknown()).optional() });

const notice = z.object({ code: z.enum(['CLOSES_AFTER_ARRIVAL', 'OUTSIDE_PERIOD', 'OTHER_CURRENCY', 'REPEATED_ROWS', 'MOVED_TICKETS', 'OVERLAPPING_LOTS', 'REPLACES_FIGURES']), lines: z.int(), firstLine: z.int().meta({ description: 'Physical line of the file.' }), message: z.string() });

export const ReceivedReport = z.object({
  reportId: idOut('rpt'), periodId: idOut('per'), brokerId: z.string(), from: Instant, to: Instant, version: z.int().nullable(), fileName: z.string(),
  size: z.int().meta({ description: 'Bytes.' }), sha256: z.string(), workflowId: z.string().meta({ description: 'In the Temporal UI.' }),
}).meta({ id: 'ReceivedReport' });

const origin = z.enum(['upload', 'api', 'mailbox', 'sftp', 's3', 'dashboard']);
export const Report = z.object({
  id: idOut('rpt'), brokerId: z.string(), periodId: idOut('per'), from: Instant, to: Instant, profileId: idOut('prf'), declaredVersion: z.int().nullable(), fileName: z.string(),
  size: z.string().meta({ description: 'Bytes.' }), sha256: z.string(), receivedAt: Instant, receivedBy: z.string(),
  origin, sourceId: idOut('src').nullable(),
  facts: z.record(z.string(), z.unknown()).nullable().meta({ description: 'How it came, e.g. path or Message-ID; `dkim` of a mail: `verdict` (`aligned`, `unaligned`, `none`, `failed`, `unknown`), domains, and why.' }),
  state, lines: z.int().nullable(), lots: DecimalText.nullable(),
  rereads: idOut('rpt').nullable().meta({ description: 'The report whose file it reads again by another profile version.' }), notices: z.array(notice).nullable().meta({ description: 'What to look at although its lines are judged as any other. Null until it is staged.' }), refusal: refusal.nullable(), postedAt: Instant.nullable(),
}).meta({ id: 'Report' });
export const OutcomeSum = z.object({ outcome: z.string(), reason: z.string().nullable(), lines: z.int(), lots: DecimalText, amount: DecimalText });
export const ReportWithOutcomes = z.object({ ...Report.shape, outcomes: z.array(OutcomeSum),
  missingDays: z.object({ days: z.int().meta({ description: 'Business days on which no account has a trade.' }), accountDays: z.int() }).nullable().meta({ description: 'What seems to be missing from the file: only a hint, listed under `missing-days`. Null while it is not posted, and for monthly sums.' }),
});
export const Progress = z.object({
  state, step: z.enum(['waiting', 'staging', 'judging', 'tying-out', 'awaiting-approval', 'posting', 'settling', 'done']),
  linesDone: z.int().meta({ description: 'Of the present step.' }), lines: z.int().nullable().meta({ description: 'Of the file; null before it has been read.' }),
  percent: z.int().nullable().meta({ description: 'Of the present step, whole; null where its end is not known.' }),
  linesPerSecond: z.int().nullable().meta({ description: 'Of the present step so far.' }), secondsLeft: z.int().nullable().meta({ description: 'Of the present step, at that rate.' }),
}).meta({ id: 'ReportProgress' });
export const ReportQuery = { brokerId: brokerIdIn().optional(), periodId: idIn('per').optional(), state: state.optional(), origin: origin.optional(), sourceId: idIn('src').optional(), noticed: flag('Only those with notices on which their period stands, or only the others.'), ...timeQuery('received') };

export const Line = z.object({
  rowNumber: z.int(), lineNumber: z.int().meta({ description: 'Physical line of the file.' }), raw: z.string().meta({ description: 'As the broker wrote it.' }),
  kind: z.string().nullable(), ticket: z.string().nullable(), server: z.string(), account: z.string(), symbol: z.string().nullable(), class: z.string().nullable(),
  reportedLots: DecimalText.nullable(), closeTime: Instant.nullable(), outcome: z.string().nullable(), reason: z.string().nullable(), detail: z.string().nullable(),
  lots: DecimalText.nullable(), amount: DecimalText.nullable(),
}).meta({ id: 'ReportLine' });
export const LineQuery = {
  outcome: z.enum(['paid', 'excluded', 'quarantined', 'superseded', 'ignored']).optional(),
  reason: z.string().regex(/^[A-Z_]{1,60}$/).optional().meta({ examples: ['UNKNOWN_SYMBOL'] }), ticket: text(100).optional(), account: text(60).optional(),
};
export const Period = z.object({
  id: idOut('per'), brokerId: z.string(), from: Instant, to: Instant, methodologyId: z.string().nullable(), latestReportId: z.string().nullable(), versions: z.int(),
}).meta({ id: 'ReportPeriod' });
