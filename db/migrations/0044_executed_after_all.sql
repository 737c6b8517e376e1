-- An attempt that was taken for never to execute and was executed after all is reopened; and operators decide anew about one that was sent, or reopened, since they last did.
ALTER TABLE payout_attempt ADD COLUMN reopened_at timestamptz;
--> statement-breakpoint
GRANT UPDATE (reopened_at) ON payout_attempt TO cashback_app;
--> statement-breakpoint
ALTER TABLE payout_decision DROP CONSTRAINT payout_decision_attempt_id_key;
--> statement-breakpoint
CREATE INDEX payout_decision_attempt ON payout_decision (attempt_id);
--> statement-breakpoint
CREATE INDEX payout_decision_reference ON payout_decision (lower(btrim(reference))) WHERE outcome = 'executed';
--> statement-breakpoint
CREATE INDEX payout_attempt_reference_alike ON payout_attempt (lower(rail_reference)) WHERE rail_reference IS NOT NULL;
--> statement-breakpoint
CREATE INDEX rail_entry_reference_alike ON rail_entry (lower(rail_reference)) WHERE kind = 'executed';
