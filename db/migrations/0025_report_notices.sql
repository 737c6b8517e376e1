-- What an operator should know of a report whose lines are judged as any other; written once, when it is staged.
ALTER TABLE report ADD COLUMN notices jsonb;
--> statement-breakpoint
GRANT UPDATE (notices) ON report TO cashback_app;
