-- Large reports: whether a file has a ticket twice is found while it is read; how far its reading is, and since when it is in its present step.
ALTER TABLE report ADD COLUMN repeats boolean;
--> statement-breakpoint
ALTER TABLE report ADD COLUMN step_since timestamp(3) with time zone;
--> statement-breakpoint
GRANT UPDATE (repeats, step_since) ON report TO cashback_app;
--> statement-breakpoint
-- A file is staged in one transaction that holds the report's row: what has been read of it is told here, by another connection, which a
-- foreign key would make wait for that row. Only for people to see.
CREATE TABLE report_reading (
  report_id text PRIMARY KEY,
  lines integer NOT NULL,
  bytes bigint NOT NULL,
  since timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
GRANT SELECT, INSERT ON report_reading TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (lines, bytes, since) ON report_reading TO cashback_app;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE earning_id_seq, accrual_seq_seq TO cashback_app;
