import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, numeric, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { broker } from './brokers.ts';
import { instant, recordedAt } from './columns.ts';
import { earning, reportPeriod } from './reports.ts';
import { accountLink, appUser, tradingAccount } from './users.ts';

const int8 = (name: string) => bigint(name, { mode: 'bigint' });

/** What one trading account earned in one report version. `amount − takenBack` is what it still holds. */
export const accrual = pgTable('accrual', {
  id: text('id').primaryKey(),
  seq: int8('seq').notNull().generatedAlwaysAsIdentity(),
  reportNo: int8('report_no').notNull(),
  revision: integer('revision').notNull().default(1),
  periodId: text('period_id').notNull().references(() => reportPeriod.id),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  userId: text('user_id').notNull().references(() => appUser.id),
  tradingAccountId: text('trading_account_id').notNull().references(() => tradingAccount.id),
  accountLinkId: text('account_link_id').notNull().references(() => accountLink.id),
  amount: numeric('amount').notNull(),
  takenBack: numeric('taken_back').notNull().default('0'),
  /** What of it stands on the user's held balance while its state is `held`. */
  heldAmount: numeric('held_amount').notNull().default('0'),
  state: text('state', { enum: ['pending', 'available', 'held', 'reversed'] }).notNull(),
  /** The report version that took the last of it back. */
  reversedByReportNo: int8('reversed_by_report_no'),
  postedAt: instant('posted_at').notNull(),
  clearsAt: instant('clears_at').notNull(),
  clearedAt: instant('cleared_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('accrual_seq').on(t.seq),
  uniqueIndex('accrual_report_link').on(t.reportNo, t.accountLinkId, t.revision),
  index('accrual_user').on(t.userId, t.seq),
  index('accrual_due').on(t.clearsAt).where(sql`state = 'pending'`),
  index('accrual_reversed_by').on(t.reversedByReportNo).where(sql`reversed_by_report_no is not null`),
  check('accrual_state', sql`${t.state} in ('pending','available','held','reversed')`),
  check('accrual_amount', sql`${t.amount} > 0 and ${t.takenBack} >= 0 and ${t.takenBack} <= ${t.amount}`),
  check('accrual_reversed', sql`(${t.state} = 'reversed') = (${t.takenBack} = ${t.amount})`),
]);

/** Every movement of money that a line caused; without an accrual it was taken from (or is owed to) *available*. Append-only. */
export const earningEntry = pgTable('earning_entry', {
  id: int8('id').primaryKey().generatedAlwaysAsIdentity(),
  earningId: int8('earning_id').notNull().references(() => earning.id),
  reportNo: int8('report_no').notNull(),
  rowNumber: integer('row_number').notNull(),
  accrualSeq: int8('accrual_seq').references(() => accrual.seq),
  amount: numeric('amount').notNull(),
  journalKey: text('journal_key').notNull(),
}, (t) => [index('earning_entry_earning').on(t.earningId), index('earning_entry_accrual').on(t.accrualSeq), index('earning_entry_taken_back').on(t.journalKey).where(sql`amount < 0`), check('earning_entry_amount', sql`${t.amount} <> 0`)]);

/** Stops an accrual's clearing; several may stand at once, the accrual is free when none is open. */
export const hold = pgTable('hold', {
  id: text('id').primaryKey(),
  accrualId: text('accrual_id').notNull().references(() => accrual.id),
  reason: text('reason').notNull(),
  note: text('note').notNull(),
  placedBy: text('placed_by').notNull(),
  placedAt: instant('placed_at').notNull(),
  releasedBy: text('released_by'),
  releasedAt: instant('released_at'),
  recordedAt: recordedAt(),
}, (t) => [index('hold_open').on(t.accrualId).where(sql`released_at is null`)]);
