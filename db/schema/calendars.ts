import { integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { broker } from './brokers.ts';
import { instant, recordedAt } from './columns.ts';

/** A version of when a broker's reports are for and when they are expected (domain/reports/calendar.ts). */
export const reportCalendar = pgTable('report_calendar', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  version: integer('version').notNull(),
  effectiveFrom: instant('effective_from').notNull(),
  cadence: text('cadence', { enum: ['day', 'week', 'month'] }).notNull(),
  firstWeekday: text('first_weekday', { enum: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] }),
  zone: text('zone').notNull(),
  expectedAfter: text('expected_after').notNull(),
  overdueAfter: text('overdue_after').notNull(),
  escalatedAfter: text('escalated_after').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [unique('report_calendar_version').on(t.brokerId, t.version)]);
