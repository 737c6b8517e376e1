-- When a rail's record was last looked through for payments that this database does not know, and which database that was: a restored one is another.
CREATE TABLE rail_record_check (
  rail text PRIMARY KEY, incarnation text NOT NULL, checked_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
--> statement-breakpoint
GRANT SELECT, INSERT ON rail_record_check TO cashback_app;
--> statement-breakpoint
GRANT UPDATE (incarnation, checked_at) ON rail_record_check TO cashback_app;
--> statement-breakpoint
CREATE INDEX reconciliation_case_lost ON reconciliation_case (rail, subject) WHERE code = 'LOST_PAYOUT';
