import { z } from 'zod';
import { SECTIONS } from '../../db/stores/workQueueSections.ts';
import { brokerIdIn, DecimalText, idIn, idOut, Instant, text } from './common.ts';

const WAITING_REASONS = ['UNKNOWN_SYMBOL', 'UNKNOWN_ACCOUNT_TYPE', 'LINK_NOT_VERIFIED', 'MALFORMED'] as const;
const reason = z.enum(WAITING_REASONS);

export const WaitingGroup = z.object({
  brokerId: z.string(), reason: z.string().meta({ examples: ['UNKNOWN_SYMBOL'] }), what: z.enum(['symbol', 'class_text', 'account_type', 'account', 'malformed']),
  unknown: z.string().meta({ description: 'The symbol, class text, account type or login, or what is wrong with malformed lines.' }), server: z.string().nullable().meta({ description: 'Of an account.' }),
  lines: z.int(), lots: DecimalText.meta({ description: 'Lots at stake, as reported.' }), accounts: z.int(), reports: z.int(),
  since: Instant.meta({ description: 'When the oldest of their reports came in.' }), ageHours: z.int(), oldestClose: Instant.nullable(), newestClose: Instant.nullable(),
  awaitingApproval: z.int().meta({ description: 'Lines for which a second operator is asked, because they earn more than the limit of reports.' }), refused: z.int().meta({ description: 'Lines that a second operator refused to pay.' }),
  oldestReportId: idOut('rpt'), accountLinkId: idOut('lnk').nullable(),
  nextStep: z.object({ text: z.string(), operation: z.string().nullable(), path: z.string().nullable() }).meta({ description: 'What ends the waiting, and the operation that does it.' }),
  linesPath: z.string().meta({ description: 'The lines themselves.' }),
}).meta({ id: 'WaitingGroup' });
export const WorkSection = z.object({
  section: z.enum(SECTIONS), count: z.int(), since: Instant.nullable().meta({ description: 'The oldest of them.' }), list: z.string().meta({ description: 'The list that shows them.' }),
}).meta({ id: 'WorkSection' });
export const WorkQueueQuery = {
  brokerId: brokerIdIn().optional(), reason: reason.optional(),
  section: z.enum(['waiting_lines', ...SECTIONS]).optional().meta({ description: 'Only this: `waiting_lines` are the items, the others are counted in `sections`.' }),
};

export const QuarantinedLine = z.object({
  brokerId: z.string(), reportId: idOut('rpt'), periodId: idOut('per'), fileName: z.string(), receivedAt: Instant, rowNumber: z.int(), lineNumber: z.int().meta({ description: 'Physical line of the file.' }), raw: z.string(),
  ticket: z.string().nullable(), server: z.string(), account: z.string(), symbol: z.string().nullable(), classText: z.string().nullable(), lots: DecimalText.nullable(), closeTime: Instant.nullable(),
  reason: z.string().meta({ examples: ['UNKNOWN_SYMBOL'] }), detail: z.string().nullable().meta({ description: 'Of a malformed line, what is wrong with which column. It is read again with its report: POST /v1/reports/{reportId}/reread, after a new profile version.' }), unknown: z.string(),
}).meta({ id: 'QuarantinedLine' });
export const QuarantinedQuery = {
  brokerId: brokerIdIn().optional(), reason: reason.optional(), unknown: z.string().min(1).max(400).optional().meta({ description: '`unknown` of a group of the work queue.' }),
  server: text(60).optional(), account: text(60).optional(), reportId: idIn('rpt').optional(),
};
