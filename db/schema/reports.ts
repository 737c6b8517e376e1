import { sql } from 'drizzle-orm';
import { bigint, boolean, check, customType, index, integer, jsonb, numeric, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ReportNotice } from '../../domain/reports/notices.ts';
import { broker, brokerTerms, profileVersion, rate } from './brokers.ts';
import { reportCalendar } from './calendars.ts';
import { bytes, instant, recordedAt } from './columns.ts';
import { methodology } from './methodology.ts';
import { reportSource } from './sources.ts';
import { accountLink, appUser, tradingAccount } from './users.ts';

const int8 = (name: string) => bigint(name, { mode: 'bigint' });
const textArray = customType<{ data: string[] }>({ dataType: () => 'text[]' });

/** One broker × one period [from, to). The methodology is fixed when the first version is posted. */
export const reportPeriod = pgTable('report_period', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  from: instant('period_from').notNull(),
  to: instant('period_to').notNull(),
  methodologyId: text('methodology_id').references(() => methodology.id),
  /** The version whose lines count now: the one that arrived last and was posted. */
  latestReportNo: int8('latest_report_no'),
  /** The calendar that expects a report, and since when it is due, overdue and escalated; null: nobody expects one. */
  calendarId: text('calendar_id').references(() => reportCalendar.id),
  dueAt: instant('due_at'),
  overdueAt: instant('overdue_at'),
  escalatedAt: instant('escalated_at'),
  /** When each step was noted and told, once. */
  dueNotedAt: instant('due_noted_at'),
  overdueNotedAt: instant('overdue_noted_at'),
  escalatedNotedAt: instant('escalated_noted_at'),
  /** Closed by an operator without a report; a report that came later reopened it. */
  closedAt: instant('closed_at'),
  closedBy: text('closed_by'),
  closeReason: text('close_reason'),
  reopenedAt: instant('reopened_at'),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('report_period_key').on(t.brokerId, t.from, t.to), check('report_period_order', sql`${t.from} < ${t.to}`)]);

/** A report version as received. `no` is its arrival order and the compact key of its lines. */
export const report = pgTable('report', {
  id: text('id').primaryKey(),
  no: int8('no').notNull().generatedAlwaysAsIdentity(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  periodId: text('period_id').notNull().references(() => reportPeriod.id),
  profileId: text('profile_id').notNull().references(() => profileVersion.id),
  declaredVersion: integer('declared_version'),
  fileName: text('file_name').notNull(),
  size: int8('size').notNull(),
  sha256: text('sha256').notNull(),
  receivedAt: instant('received_at').notNull(),
  receivedBy: text('received_by').notNull(),
  origin: text('origin', { enum: ['upload', 'api', 'mailbox', 'sftp', 's3', 'dashboard'] }).notNull().default('upload'),
  sourceId: text('source_id').references(() => reportSource.id),
  /** How it came: a mail's id, sender and DKIM verdict, a file's path, the pages of a response. */
  facts: jsonb('facts').$type<Record<string, unknown>>(),
  /** The report that it reads again by another profile version, and the one whose kept file both are. */
  rereads: text('rereads'),
  fileOf: text('file_of'),
  state: text('state', { enum: ['received', 'staged', 'judging', 'judged', 'awaiting_approval', 'tied_out', 'posting', 'settling', 'posted', 'refused', 'unchanged'] }).notNull(),
  contentDigest: text('content_digest'),
  lines: integer('lines'),
  /** Exact sum of the readable lots as reported. */
  lots: numeric('lots'),
  /** Last (server, login) whose page is done, while judging and again while posting. */
  cursor: textArray('cursor'),
  linesDone: integer('lines_done').notNull().default(0),
  /** What an operator should know of it (domain/reports/notices.ts). */
  notices: jsonb('notices').$type<ReportNotice[]>(),
  refusal: jsonb('refusal').$type<{ code: string; message: string; at?: Record<string, string | number>; facts?: Record<string, unknown> }>(),
  postedAt: instant('posted_at'),
  /** Whether some of its tickets stand in it more than once; null before that is known. */
  repeats: boolean('repeats'),
  /** From when to when its trades and sums reach; null before it was tied out, and where it has none. */
  linesFrom: instant('lines_from'),
  linesTo: instant('lines_to'),
  /** When its present step began, for people. */
  stepSince: instant('step_since'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('report_no').on(t.no),
  index('report_period_no').on(t.periodId, t.no),
  check('report_state', sql`${t.state} in ('received','staged','judging','judged','awaiting_approval','tied_out','posting','settling','posted','refused','unchanged')`),
]);

/** How much of a file has been read while it is staged, for people: that transaction holds the report's row. */
export const reportReading = pgTable('report_reading', {
  reportId: text('report_id').primaryKey(),
  lines: integer('lines').notNull(),
  bytes: int8('bytes').notNull(),
  since: instant('since').notNull(),
});

/** The file byte for byte, in pieces. */
export const reportChunk = pgTable('report_chunk', {
  reportId: text('report_id').notNull().references(() => report.id),
  no: integer('no').notNull(),
  bytes: bytes('bytes').notNull(),
}, (t) => [primaryKey({ columns: [t.reportId, t.no] })]);

/** One line as the broker wrote it and as it was read. Never changed after staging. */
export const reportLine = pgTable('report_line', {
  reportNo: int8('report_no').notNull(),
  /** Place among the file's data rows: unique, and in the file's order. */
  rowNumber: integer('row_number').notNull(),
  /** Physical line of the file. */
  lineNumber: integer('line_number').notNull(),
  raw: text('raw').notNull(),
  contentHash: text('content_hash').notNull(),
  kind: text('kind', { enum: ['trade', 'aggregate', 'reversal', 'adjustment', 'ignore'] }),
  malformed: text('malformed'),
  ticket: text('ticket'),
  server: text('server').notNull().default(''),
  account: text('account').notNull().default(''),
  symbol: text('symbol'),
  /** Class mapped from the broker's class text; null where the file has symbols or the text is unknown. */
  classText: text('class_text'),
  class: text('class'),
  bucket: text('bucket'),
  lots: numeric('lots'),
  openTime: instant('open_time'),
  closeTime: instant('close_time'),
  periodStart: instant('period_start'),
  points: numeric('points'),
  commission: numeric('commission'),
  amount: numeric('amount'),
  status: text('status'),
  statusReason: text('status_reason'),
  reference: text('reference'),
  reversedTicket: text('reversed_ticket'),
  comment: text('comment'),
  kept: jsonb('kept').$type<Record<string, string>>(),
}, (t) => [primaryKey({ columns: [t.reportNo, t.rowNumber] }), index('report_line_account').on(t.reportNo, t.server, t.account), index('report_line_ticket').on(t.ticket).where(sql`ticket is not null`), index('report_line_reversed').on(t.reversedTicket).where(sql`reversed_ticket is not null`),
  index('report_line_ticketless').on(t.contentHash, t.reportNo).where(sql`ticket is null and malformed is null and kind in ('trade','adjustment')`)]);

/** What one account's lines of one class were calculated with: shared by many lines, so that each is explained cheaply. An adjustment has only the link. */
export const calculationBasis = pgTable('calculation_basis', {
  id: int8('id').primaryKey().generatedAlwaysAsIdentity(),
  reportNo: int8('report_no').notNull(),
  userId: text('user_id').notNull().references(() => appUser.id),
  tradingAccountId: text('trading_account_id').notNull().references(() => tradingAccount.id),
  accountLinkId: text('account_link_id').notNull().references(() => accountLink.id),
  termsId: text('terms_id').references(() => brokerTerms.id),
  methodologyId: text('methodology_id').notNull().references(() => methodology.id),
  class: text('class'),
  rateId: text('rate_id').references(() => rate.id),
  perLot: numeric('per_lot'),
  lotFactor: numeric('lot_factor'),
  tier: text('tier'),
  multiplier: numeric('multiplier'),
});

/** What became of a line: exactly one outcome a line and revision (a replay is the next revision). Append-only. */
export const lineOutcome = pgTable('line_outcome', {
  reportNo: int8('report_no').notNull(),
  rowNumber: integer('row_number').notNull(),
  revision: integer('revision').notNull().default(1),
  outcome: text('outcome', { enum: ['paid', 'excluded', 'quarantined', 'superseded', 'ignored'] }).notNull(),
  reason: text('reason'),
  detail: text('detail'),
  /** What the line speaks of (domain/eligibility/lineKeys.ts): the key of its earning. */
  key: text('key'),
  basisId: int8('basis_id').references(() => calculationBasis.id),
  /** Lots that count: standardised where paid, as reported elsewhere, 0 where the line adds none. */
  lots: numeric('lots').notNull(),
  /** USD that the line earns in all, before what was posted for it earlier. */
  amount: numeric('amount').notNull(),
  /** When a further revision became known; null for the first, known since its report was posted. */
  knownAt: instant('known_at'),
}, (t) => [
  primaryKey({ columns: [t.reportNo, t.rowNumber, t.revision] }), index('line_outcome_malformed').on(t.reportNo, t.rowNumber).where(sql`reason = 'MALFORMED'`),
  check('line_outcome_outcome', sql`${t.outcome} in ('paid','excluded','quarantined','superseded','ignored')`),
]);

/**
 * What the broker's latest word on one ticket, bucket or adjustment is, and what has been posted for it so far.
 * The unique (broker, key) is what keeps a ticket from being paid twice, in whatever report or period it stands.
 */
export const earning = pgTable('earning', {
  id: int8('id').primaryKey().generatedAlwaysAsIdentity(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  key: text('key').notNull(),
  periodId: text('period_id').notNull().references(() => reportPeriod.id),
  reportNo: int8('report_no').notNull(),
  rowNumber: integer('row_number').notNull(),
  userId: text('user_id'),
  accountLinkId: text('account_link_id'),
  outcome: text('outcome', { enum: ['paid', 'excluded', 'quarantined', 'ignored'] }).notNull(),
  reason: text('reason'),
  closeTime: instant('close_time'),
  lots: numeric('lots').notNull(),
  /** USD posted for it, net: always the sum of its entries. */
  earned: numeric('earned').notNull(),
  /** The line that reversed it; a reversed ticket stays reversed. */
  reversedByReportNo: int8('reversed_by_report_no'),
  reversedByRow: integer('reversed_by_row'),
  /** Set when a full re-issue no longer has it, or a partial one does not repeat it (then money stays). */
  vanishedInReportNo: int8('vanished_in_report_no'),
  /** It does not count any more: taken back by a report that no longer has it, or known by another key since its class text was mapped. */
  takenBack: boolean('taken_back').notNull().default(false),
}, (t) => [
  uniqueIndex('earning_key').on(t.brokerId, t.key),
  index('earning_period').on(t.periodId, t.reportNo),
  index('earning_waiting').on(t.brokerId, t.outcome, t.periodId, t.reportNo, t.rowNumber).where(sql`outcome in ('quarantined', 'ignored') or reason = 'LINK_NOT_VERIFIED'`),
  index('earning_taken_back').on(t.brokerId, t.key).where(sql`taken_back and vanished_in_report_no is not null`),
  index('earning_user_close').on(t.userId, t.closeTime).where(sql`outcome = 'paid'`),
]);

/** A user's tier in a report period, fixed when its first version is posted. */
export const userTier = pgTable('user_tier', {
  periodId: text('period_id').notNull().references(() => reportPeriod.id),
  userId: text('user_id').notNull().references(() => appUser.id),
  tier: text('tier').notNull(),
  multiplier: numeric('multiplier').notNull(),
  /** Standardised paid lots in the window that led to the tier; null where it was pinned. */
  lots: numeric('lots'),
}, (t) => [primaryKey({ columns: [t.periodId, t.userId] })]);
