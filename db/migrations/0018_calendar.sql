-- When a broker's reports are for and when they are expected (domain/reports/calendar.ts). A version is never changed: the next one counts from its own instant on.
CREATE TABLE report_calendar (
  id text PRIMARY KEY,
  broker_id text NOT NULL REFERENCES broker (id),
  version integer NOT NULL,
  effective_from timestamp(3) with time zone NOT NULL,
  cadence text NOT NULL,
  first_weekday text,
  zone text NOT NULL,
  expected_after text NOT NULL,
  overdue_after text NOT NULL,
  escalated_after text NOT NULL,
  created_by text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT report_calendar_version UNIQUE (broker_id, version),
  CONSTRAINT report_calendar_cadence CHECK (cadence IN ('day','week','month') AND (cadence = 'week') = (first_weekday IS NOT NULL)),
  CONSTRAINT report_calendar_weekday CHECK (first_weekday IN ('Mon','Tue','Wed','Thu','Fri','Sat','Sun'))
);
--> statement-breakpoint
REVOKE ALL ON report_calendar FROM cashback_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON report_calendar TO cashback_app;
--> statement-breakpoint
-- A period that a calendar opened is expected: its instants are fixed then; when each step was told to the operators is noted once. Closed without a report
-- by an operator; a report that comes all the same reopens it.
ALTER TABLE report_period ADD COLUMN calendar_id text REFERENCES report_calendar (id),
  ADD COLUMN due_at timestamp(3) with time zone,
  ADD COLUMN overdue_at timestamp(3) with time zone,
  ADD COLUMN escalated_at timestamp(3) with time zone,
  ADD COLUMN due_noted_at timestamp(3) with time zone,
  ADD COLUMN overdue_noted_at timestamp(3) with time zone,
  ADD COLUMN escalated_noted_at timestamp(3) with time zone,
  ADD COLUMN closed_at timestamp(3) with time zone,
  ADD COLUMN closed_by text,
  ADD COLUMN close_reason text,
  ADD COLUMN reopened_at timestamp(3) with time zone,
  ADD CONSTRAINT report_period_expected CHECK (num_nulls(calendar_id, due_at, overdue_at, escalated_at) IN (0, 4)),
  ADD CONSTRAINT report_period_due CHECK (due_at >= period_to AND overdue_at >= due_at AND escalated_at > overdue_at),
  ADD CONSTRAINT report_period_closed CHECK (num_nulls(closed_at, closed_by, close_reason) IN (0, 3)),
  ADD CONSTRAINT report_period_reopened CHECK (reopened_at IS NULL OR closed_at IS NOT NULL);
--> statement-breakpoint
GRANT UPDATE (calendar_id, due_at, overdue_at, escalated_at, due_noted_at, overdue_noted_at, escalated_noted_at, closed_at, closed_by, close_reason, reopened_at) ON report_period TO cashback_app;
--> statement-breakpoint
CREATE INDEX report_period_missing ON report_period (broker_id, id) WHERE calendar_id IS NOT NULL AND latest_report_no IS NULL;
--> statement-breakpoint
CREATE INDEX report_period_opened ON report_period (broker_id, period_to) WHERE calendar_id IS NOT NULL;
--> statement-breakpoint
CREATE FUNCTION report_period_expectation_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'EXPECTATION_KEPT: when the report of period % is expected was fixed when it was opened', OLD.id USING ERRCODE = 'RE002';
END $$;
--> statement-breakpoint
CREATE TRIGGER report_period_expectation_kept BEFORE UPDATE ON report_period FOR EACH ROW
  WHEN (OLD.calendar_id IS NOT NULL AND (OLD.calendar_id, OLD.due_at, OLD.overdue_at, OLD.escalated_at) IS DISTINCT FROM (NEW.calendar_id, NEW.due_at, NEW.overdue_at, NEW.escalated_at))
  EXECUTE FUNCTION report_period_expectation_kept();
