import { customType, timestamp } from 'drizzle-orm/pg-core';

/** timestamptz as an ISO instant in UTC with milliseconds, in both directions. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver: (value) => new Date(value).toISOString(),
  toDriver: (value) => value,
});

/** bytea as Buffer. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** When the row was written by the database's clock; no rule ever reads it (architecture "One clock"). */
export const recordedAt = () => timestamp('recorded_at', { withTimezone: true }).notNull().defaultNow();
